package io.reprise.server.access;

/** What becomes of a call that costs too much. */
public sealed interface Instead {
    /** It is refused. */
    record Reject() implements Instead {}

    /** Its answer is made as short as it must be. */
    record Clamp() implements Instead {}

    /** Another model answers it. */
    record Model(String name) implements Instead {
        public Model {
            if (name.isEmpty() || name.length() > 256 || !name.chars().allMatch(c -> c > ' ' && c != 0x7f)) {
                throw new IllegalArgumentException("must be a model's name, at most 256 characters without a space");
            }
        }
    }

    /** As it is written. */
    default String text() {
        return switch (this) {
            case Reject _ -> "reject";
            case Clamp _ -> "clamp";
            case Model(String name) -> "model:" + name;
        };
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws IllegalArgumentException when it is none
     */
    static Instead parse(String text) {
        return switch (text) {
            case "reject" -> new Reject();
            case "clamp" -> new Clamp();
            default -> {
                if (!text.startsWith("model:")) {
                    throw new IllegalArgumentException("must be reject, clamp or model:NAME");
                }
                yield new Model(text.substring("model:".length()));
            }
        };
    }
}
