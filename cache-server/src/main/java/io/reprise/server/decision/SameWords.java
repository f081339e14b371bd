package io.reprise.server.decision;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whether two prompts are the same words in the same order, but for case, white space and the punctuation of sentences. Where
 * case and signs count, as in code, guards say so.
 */
final class SameWords {
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern BETWEEN = Pattern.compile("[.,;:!?](?= )");

    private SameWords() {}

    static boolean in(String first, String second) {
        String one = plain(first);
        String other = plain(second);
        boolean asksAndTells = (ends(one, '?') && ends(other, '.')) || (ends(one, '.') && ends(other, '?'));
        return !asksAndTells && words(one).equals(words(other));
    }

    private static String plain(String text) {
        return SPACE.matcher(text.strip().toLowerCase(Locale.ROOT)).replaceAll(" ");
    }

    private static boolean ends(String text, char mark) {
        return !text.isEmpty() && text.charAt(text.length() - 1) == mark;
    }

    private static String words(String plain) {
        int end = plain.length();
        while (end > 0 && ".,;:!? ".indexOf(plain.charAt(end - 1)) >= 0) {
            end--;
        }
        return BETWEEN.matcher(plain.substring(0, end)).replaceAll("");
    }
}
