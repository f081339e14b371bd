package io.reprise.server.upstream;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A pattern in which {@code *} stands for any characters, also none; every other character stands for itself.
 *
 * @param text as the operator wrote it
 */
record Glob(String text, Pattern pattern) {

    static Glob of(String text) {
        return new Glob(
                text,
                Pattern.compile(
                        Arrays.stream(text.split("\\*+", -1))
                                .map(Pattern::quote)
                                .collect(Collectors.joining(".*")),
                        Pattern.DOTALL));
    }

    static List<Glob> all(List<String> texts) {
        return texts.stream().map(Glob::of).toList();
    }

    boolean matches(String whole) {
        return pattern.matcher(whole).matches();
    }
}
