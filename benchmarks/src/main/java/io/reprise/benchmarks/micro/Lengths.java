package io.reprise.benchmarks.micro;

import java.util.Random;

/** Texts of a stated number of tokens. */
final class Lengths {
    /** Each is one token of its own in the bundled model's vocabulary. */
    private static final String[] WORDS = {
        "how",
        "can",
        "i",
        "change",
        "the",
        "language",
        "of",
        "my",
        "phone",
        "without",
        "losing",
        "all",
        "pictures",
        "and",
        "music",
        "that",
        "are",
        "on",
        "it",
        "when",
        "there",
        "is",
        "no",
        "computer",
        "near",
        "me"
    };

    private static final int SPECIAL_TOKENS = 2;

    private Lengths() {}

    /** A text of so many tokens, the two special ones among them; other numbers give other texts. */
    static String text(int tokens, int number) {
        var random = new Random(number);
        var text = new StringBuilder();
        for (int i = SPECIAL_TOKENS; i < tokens; i++) {
            text.append(text.isEmpty() ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
        }
        return text.toString();
    }
}
