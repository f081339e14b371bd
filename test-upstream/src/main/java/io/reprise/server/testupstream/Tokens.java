package io.reprise.server.testupstream;

import java.util.ArrayList;
import java.util.List;

/**
 * A simple way to cut text into pieces of the size that models emit: a word with the space before it, six characters of a longer
 * word, or any other single character. Joined they are the text again; no character is cut in two.
 */
final class Tokens {

    private static final int LONGEST = 6;

    private Tokens() {}

    static List<String> split(String text) {
        List<String> tokens = new ArrayList<>(text.length() / 4 + 1);
        for (int from = 0; from < text.length(); ) {
            int to = end(text, from);
            tokens.add(text.substring(from, to));
            from = to;
        }
        return tokens;
    }

    static int count(String text) {
        int count = 0;
        for (int from = 0; from < text.length(); from = end(text, from)) {
            count++;
        }
        return count;
    }

    private static int end(String text, int from) {
        int at = next(text, from);
        int first = text.codePointAt(from);
        if (first == ' ' && at < text.length() && Character.isLetterOrDigit(text.codePointAt(at))) {
            at = next(text, at);
        } else if (!Character.isLetterOrDigit(first)) {
            return at;
        }
        for (int letters = 1;
                letters < LONGEST && at < text.length() && Character.isLetterOrDigit(text.codePointAt(at));
                letters++) {
            at = next(text, at);
        }
        return at;
    }

    private static int next(String text, int at) {
        return at + Character.charCount(text.codePointAt(at));
    }
}
