package io.reprise.server.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table of settings: parsing, environment names, flags and the reference page follow from it.
 *
 * @param path dotted; a segment in angle brackets stands for a name that the operator chooses
 * @param names what such a name may be; null when the path has none
 * @param help what the setting does, in a sentence
 */
record Key<T>(
        String path,
        ValueType<T> type,
        Fallback fallback,
        @Nullable ValueType<String> names,
        @Nullable Flag flag,
        String help) {

    /** A short option of its own; every key can also be set with {@code --set}. */
    record Flag(String name, String label) {}

    /** What holds when nobody sets the key. */
    sealed interface Fallback {
        /** A text that is parsed like an operator's. */
        record Text(String text) implements Fallback {}

        /** A text that depends on the machine; {@code words} describe it. */
        record Computed(String words, Function<Surroundings, String> text) implements Fallback {}

        /** No value; {@code words} say what that means. */
        record Absent(String words) implements Fallback {}

        /** For the reader of the reference page. */
        default String words() {
            return switch (this) {
                case Text(String text) -> text;
                case Computed(String words, var _) -> words;
                case Absent(String words) -> words;
            };
        }
    }

    static <T> Key<T> key(String path, ValueType<T> type, String fallback, String help) {
        return new Key<>(path, type, new Fallback.Text(fallback), null, null, help);
    }

    static <T> Key<T> computed(
            String path, ValueType<T> type, String words, Function<Surroundings, String> text, String help) {
        return new Key<>(path, type, new Fallback.Computed(words, text), null, null, help);
    }

    static <T> Key<T> optional(String path, ValueType<T> type, String whenAbsent, String help) {
        return new Key<>(path, type, new Fallback.Absent(whenAbsent), null, null, help);
    }

    /** The sibling key that names a file with this key's secret, as container platforms hand secrets over. */
    static Key<Secret> fileOf(Key<Secret> secret) {
        String help = "A file that holds `" + secret.path + "`, instead of that key.";
        return optional(secret.path + "_file", ValueTypes.secretFile(), "none", help);
    }

    Key<T> named(ValueType<String> type) {
        return new Key<>(path, this.type, fallback, type, flag, help);
    }

    Key<T> flag(String name, String label) {
        return new Key<>(path, type, fallback, names, new Flag(name, label), help);
    }

    /** Whether the value, or the name in the path, must not be shown. */
    boolean holdsSecret() {
        return type.showing() == ValueType.Showing.NOTHING
                || (names != null && names.showing() == ValueType.Showing.NOTHING);
    }

    List<String> segments() {
        return Arrays.asList(path.split("\\.", -1));
    }

    static boolean isName(String segment) {
        return segment.startsWith("<");
    }

    /** The environment variable, or empty: a variable's name cannot hold a name that the operator chooses. */
    Optional<String> environmentVariable() {
        return names == null
                ? Optional.of("REPRISE_" + path.replace('.', '_').toUpperCase(Locale.ROOT))
                : Optional.empty();
    }

    /** The name in a concrete path of this key: the model in {@code prices.gpt-4.1.input}; "" when this key has no names. */
    Optional<String> nameIn(String concretePath) {
        int open = path.indexOf('<');
        if (open < 0) {
            return concretePath.equals(path) ? Optional.of("") : Optional.empty();
        }
        String before = path.substring(0, open);
        String after = path.substring(path.indexOf('>') + 1);
        boolean fits = concretePath.length() > before.length() + after.length()
                && concretePath.startsWith(before)
                && concretePath.endsWith(after);
        return fits
                ? Optional.of(concretePath.substring(before.length(), concretePath.length() - after.length()))
                : Optional.empty();
    }

    /** The concrete path with a name in it, fit to be shown. */
    String shownPath(String name) {
        if (names == null) {
            return path;
        }
        String shown = names.showing() == ValueType.Showing.ALL ? name : Secret.REDACTED;
        return path.substring(0, path.indexOf('<')) + shown + path.substring(path.indexOf('>') + 1);
    }
}
