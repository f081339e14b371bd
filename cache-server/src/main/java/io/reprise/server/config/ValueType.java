package io.reprise.server.config;

/**
 * A kind of value: how its text is read, what is allowed, and whether the text may be shown.
 *
 * @param allowed the allowed values in words, after "allowed: "
 * @param list whether a YAML file may give a list of single values, which is read as their text with commas between
 * @param tree whether a YAML file may give a list of mappings, which is read as JSON with every value a text
 */
record ValueType<T>(Class<T> javaType, String allowed, Showing showing, Parser<T> parser, boolean list, boolean tree) {
    ValueType(Class<T> javaType, String allowed, Showing showing, Parser<T> parser, boolean list) {
        this(javaType, allowed, showing, parser, list, false);
    }

    ValueType(Class<T> javaType, String allowed, Showing showing, Parser<T> parser) {
        this(javaType, allowed, showing, parser, false);
    }

    /** Reads a value from its text. */
    interface Parser<T> {
        T parse(String text, Surroundings surroundings) throws InvalidValueException;
    }

    /** How much of a value's text an operator's screen or log may hold. */
    enum Showing {
        ALL,
        /** All but the user information and the query, where people put keys. */
        URL,
        NOTHING
    }

    T parse(String text, Surroundings surroundings) throws InvalidValueException {
        return parser.parse(text, surroundings);
    }

    /** The text, or what may be shown of it. */
    String shown(String text) {
        return switch (showing) {
            case ALL -> quoted(text);
            case URL ->
                quoted(text.replaceAll("//[^/]*@", "//" + Secret.REDACTED + "@")
                        .replaceAll("[?#].*", "?" + Secret.REDACTED));
            case NOTHING -> Secret.REDACTED;
        };
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}
