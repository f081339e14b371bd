package io.reprise.server.protocol;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A pattern in which {@code *} stands for any characters, also none; every other character stands for itself.
 *
 * @param text as the operator wrote it
 */
public record Glob(String text, Pattern pattern) {

    static Glob of(String text) {
        return new Glob(
                text,
                Pattern.compile(
                        Arrays.stream(text.split("\\*+", -1))
                                .map(Pattern::quote)
                                .collect(Collectors.joining(".*")),
                        Pattern.DOTALL));
    }

    /** These patterns. */
    public static List<Glob> all(List<String> texts) {
        return texts.stream().map(Glob::of).toList();
    }

    /** Whether the pattern stands for the whole text. */
    public boolean matches(String whole) {
        return pattern.matcher(whole).matches();
    }
}
