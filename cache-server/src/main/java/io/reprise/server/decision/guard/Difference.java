package io.reprise.server.decision.guard;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Why a guard forbids to serve one text's answer for another.
 *
 * @param guard name of the guard
 * @param words what differs, in words for a person: {@code another number: 15 / 50}
 */
public record Difference(String guard, String words) {
    private static final int MOST_CHARACTERS = 60;
    private static final int MOST_WORDS = 5;

    /** What the asked text has and what the cached one has. */
    static String between(String what, String asked, String cached) {
        return what + ": " + shown(asked) + " / " + shown(cached);
    }

    /** What one of the texts has alone. */
    static String only(boolean asked, String what) {
        return (asked ? "only asked: " : "only stored: ") + shown(what);
    }

    /** Some tokens as they were typed. */
    static String typed(List<Token> tokens) {
        return tokens.stream().limit(MOST_WORDS).map(Token::surface).collect(Collectors.joining(" "));
    }

    private static String shown(String text) {
        if (text.isEmpty()) {
            return "none";
        }
        return text.codePointCount(0, text.length()) <= MOST_CHARACTERS
                ? text
                : text.substring(0, text.offsetByCodePoints(0, MOST_CHARACTERS)) + "…";
    }
}
