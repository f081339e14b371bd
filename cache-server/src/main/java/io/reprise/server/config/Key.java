package io.reprise.server.config;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table of settings: parsing, environment names, flags and the reference page follow from it.
 *
 * @param path dotted; a segment in angle brackets stands for a name that the operator chooses
 * @param names what such names may be, one for each segment in angle brackets
 * @param help what the setting does, in a sentence
 */
record Key<T>(
        String path,
        ValueType<T> type,
        Fallback fallback,
        List<NameType> names,
        @Nullable Flag flag,
        String help) {
    private static final Pattern NAME_SEGMENT = Pattern.compile("<[^>]*>");

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
        return new Key<>(path, type, new Fallback.Text(fallback), List.of(), null, help);
    }

    static <T> Key<T> computed(
            String path, ValueType<T> type, String words, Function<Surroundings, String> text, String help) {
        return new Key<>(path, type, new Fallback.Computed(words, text), List.of(), null, help);
    }

    static <T> Key<T> optional(String path, ValueType<T> type, String whenAbsent, String help) {
        return new Key<>(path, type, new Fallback.Absent(whenAbsent), List.of(), null, help);
    }

    /** The sibling key that names a file with this key's secret, as container platforms hand secrets over. */
    static Key<Secret> fileOf(Key<Secret> secret) {
        String help = "A file that holds `" + secret.path + "`, instead of that key.";
        return optional(secret.path + "_file", ValueTypes.secretFile(), "none", help);
    }

    Key<T> named(NameType... types) {
        return new Key<>(path, type, fallback, List.of(types), flag, help);
    }

    Key<T> flag(String name, String label) {
        return new Key<>(path, type, fallback, names, new Flag(name, label), help);
    }

    /** Whether the value, or a name in the path, must not be shown. */
    boolean holdsSecret() {
        return type.showing() == ValueType.Showing.NOTHING || hidesName();
    }

    /** Whether a name in the path must not be shown. */
    boolean hidesName() {
        return names.stream().anyMatch(name -> name.type().showing() == ValueType.Showing.NOTHING);
    }

    List<String> segments() {
        return Arrays.asList(path.split("\\.", -1));
    }

    static boolean isName(String segment) {
        return segment.startsWith("<");
    }

    /**
     * The environment variable, or empty where a variable's name cannot hold a name that the operator chooses; such a name stands
     * in it as in the path, in angle brackets.
     */
    Optional<String> environmentVariable() {
        return names.stream().allMatch(name -> name.variable() != null)
                ? Optional.of("REPRISE_" + path.replace('.', '_').toUpperCase(Locale.ROOT))
                : Optional.empty();
    }

    /** The names in an environment variable of this key, or empty when the variable is another's. */
    Optional<List<String>> namesInVariable(String variable) {
        return environmentVariable().flatMap(own -> {
            Iterator<NameType> types = names.iterator();
            return groups(own, () -> requireNonNull(types.next().variable()).pattern(), variable)
                    .map(found -> IntStream.range(0, found.size())
                            .mapToObj(i -> requireNonNull(names.get(i).variable())
                                    .name()
                                    .apply(found.get(i)))
                            .toList());
        });
    }

    /** The names in a concrete path of this key: the model in {@code prices.gpt-4.1.input}; none when this key has no names. */
    Optional<List<String>> namesIn(String concretePath) {
        Iterator<NameType> types = names.iterator();
        return groups(path, () -> types.next().dotted() ? ".+" : "[^.]+", concretePath);
    }

    /** The names in a path of this key whose segments are known. */
    List<String> namesIn(List<String> concreteSegments) {
        List<String> own = segments();
        return IntStream.range(0, own.size())
                .filter(i -> isName(own.get(i)))
                .mapToObj(concreteSegments::get)
                .toList();
    }

    private static Optional<List<String>> groups(String template, Supplier<String> name, String text) {
        Matcher segment = NAME_SEGMENT.matcher(template);
        StringBuilder pattern = new StringBuilder();
        int end = 0;
        while (segment.find()) {
            pattern.append(Pattern.quote(template.substring(end, segment.start())))
                    .append('(')
                    .append(name.get())
                    .append(')');
            end = segment.end();
        }
        Matcher whole = Pattern.compile(pattern + Pattern.quote(template.substring(end)))
                .matcher(text);
        return whole.matches()
                ? Optional.of(IntStream.rangeClosed(1, whole.groupCount())
                        .mapToObj(whole::group)
                        .toList())
                : Optional.empty();
    }

    /** The concrete path with these names in it, fit to be shown. */
    String shownPath(List<String> given) {
        Iterator<NameType> types = names.iterator();
        Iterator<String> values = given.iterator();
        return segments().stream()
                .map(segment -> isName(segment) ? types.next().shown(values.next()) : segment)
                .collect(Collectors.joining("."));
    }
}
