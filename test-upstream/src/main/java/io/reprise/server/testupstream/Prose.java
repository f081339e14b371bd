package io.reprise.server.testupstream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Answers that look like a model's, are determined by what they answer, and differ when that differs. */
final class Prose {

    private static final int QUOTED_CHARS = 60;
    private static final String[] WORDS = {
        "the",
        "answer",
        "depends",
        "on",
        "how",
        "you",
        "look",
        "at",
        "it",
        "because",
        "each",
        "part",
        "of",
        "this",
        "question",
        "has",
        "a",
        "history",
        "and",
        "most",
        "people",
        "find",
        "that",
        "simple",
        "steps",
        "help",
        "when",
        "they",
        "are",
        "taken",
        "in",
        "order",
        "with",
        "some",
        "patience",
        "for",
        "example",
        "start",
        "small",
        "then",
        "measure",
        "what",
        "changed",
        "before",
        "going",
        "further",
        "which",
        "usually",
        "saves",
        "time"
    };

    private Prose() {}

    /**
     * An answer of some 40 to 70 tokens.
     *
     * @param alternative different ones of the same prompt differ; 0 is the first
     */
    static String about(String prompt, int alternative) {
        byte[] digest = Sha256.of(prompt);
        long seed = ByteBuffer.wrap(digest).getLong() + alternative;
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder("You asked “")
                .append(excerpt(prompt))
                .append("”. In short (")
                .append(Long.toHexString(seed))
                .append("):");
        int sentences = random.nextInt(2, 5);
        for (int i = 0; i < sentences; i++) {
            appendSentence(text, random);
        }
        return text.toString();
    }

    private static void appendSentence(StringBuilder text, SplittableRandom random) {
        int words = random.nextInt(8, 15);
        for (int i = 0; i < words; i++) {
            String word = WORDS[random.nextInt(WORDS.length)];
            text.append(' ');
            if (i == 0) {
                text.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
            } else {
                text.append(word);
            }
        }
        text.append('.');
    }

    private static String excerpt(String prompt) {
        int chars = prompt.codePointCount(0, prompt.length());
        String start =
                chars <= QUOTED_CHARS ? prompt : prompt.substring(0, prompt.offsetByCodePoints(0, QUOTED_CHARS)) + "…";
        // JSON can spell half a surrogate pair, UTF-8 cannot: encoding and decoding puts a mark in its place.
        return new String(start.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
