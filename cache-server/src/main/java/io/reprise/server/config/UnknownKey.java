package io.reprise.server.config;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Words the problem of a key that is not in the table, with the key that was probably meant. */
final class UnknownKey {
    private static final Pattern SOUNDS_SECRET = Pattern.compile("(?i).*(token|key|secret|passw|credential|auth).*");

    private UnknownKey() {}

    /** A value at an unknown path. */
    static ConfigProblem withValue(List<String> segments, String text, Origin origin) {
        Map<String, Key<?>> keyByPath = new LinkedHashMap<>();
        for (Key<?> key : Keys.ALL) {
            keyByPath.putIfAbsent(String.join(".", withNamesOf(segments, key)), key);
        }
        String path = String.join(".", segments);
        String nearest = Nearest.to(path, keyByPath.keySet());
        Key<?> key = requireNonNull(keyByPath.get(nearest));
        boolean secretName = key.hidesName();
        return new ConfigProblem(
                secretName ? parentOf(segments) + Secret.REDACTED : path,
                shown(path, key, text),
                path.equals(nearest) ? "unknown key: sections are nested, not joined with dots" : "unknown key",
                key.type().allowed(),
                secretName ? key.path() : nearest,
                origin);
    }

    /** A mapping or list at an unknown path. */
    static ConfigProblem withSection(List<String> segments, Origin origin) {
        List<String> sections = Keys.ALL.stream()
                .map(key -> withNamesOf(segments, key))
                .flatMap(path ->
                        IntStream.range(1, path.size()).mapToObj(length -> String.join(".", path.subList(0, length))))
                .distinct()
                .toList();
        String path = String.join(".", segments);
        return new ConfigProblem(
                path, "(a mapping or list)", "unknown key", "its keys", Nearest.to(path, sections), origin);
    }

    /** An environment variable that has the prefix of ours and no meaning. */
    static ConfigProblem withVariable(String variable, String text) {
        Map<String, Key<?>> keyByVariable = new LinkedHashMap<>();
        for (Key<?> key : Keys.ALL) {
            key.environmentVariable().ifPresent(name -> keyByVariable.put(name, key));
        }
        String nearest = Nearest.to(variable, keyByVariable.keySet());
        Key<?> key = requireNonNull(keyByVariable.get(nearest));
        return new ConfigProblem(
                variable,
                shown(variable, key, text),
                "unknown environment variable",
                key.type().allowed(),
                nearest,
                new Origin.EnvironmentVariable(variable));
    }

    /** A misspelt secret is still a secret. */
    private static String shown(String given, Key<?> nearest, String text) {
        return SOUNDS_SECRET.matcher(given).matches()
                ? Secret.REDACTED
                : nearest.type().shown(text);
    }

    private static String parentOf(List<String> segments) {
        return segments.size() == 1 ? "" : String.join(".", segments.subList(0, segments.size() - 1)) + ".";
    }

    /** The key's path with the operator's own name, which may have dots, in the place of the name segment. */
    private static List<String> withNamesOf(List<String> given, Key<?> key) {
        List<String> path = new ArrayList<>(key.segments());
        for (int i = 0; i < path.size(); i++) {
            int end = given.size() - (path.size() - 1 - i);
            if (Key.isName(path.get(i)) && end > i && path.subList(0, i).equals(given.subList(0, i))) {
                path.set(i, String.join(".", given.subList(i, end)));
            }
        }
        return path;
    }
}
