package io.reprise.server.decision;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Two prompts as strings: which words and letters they share. It sees what the tokens of a model do not show well, such as a
 * mistyped word, which falls apart into other tokens.
 *
 * <p>As in {@link TokenAlignment}, nothing depends on which prompt comes first.
 */
final class WordOverlap {
    static final List<String> NAMES = List.of(
            "shared letters",
            "words only one has, smaller",
            "words only one has, larger",
            "words far from all, smaller",
            "words far from all, larger",
            "different numbers",
            "equal words",
            "same order of words",
            "different symbols",
            "difference of sentences");

    private static final int GRAM = 3;
    private static final String PUNCTUATION = ".,;:!?'\"-()\u2019\u2018\u201C\u201D";

    /** English short forms; the first that fits counts. The forms of "is" may stand for "has" or a possessive, on both sides alike. */
    private static final String[][] SHORT_FORMS = {
        {"can't", "can not"},
        {"cannot", "can not"},
        {"won't", "will not"},
        {"shan't", "shall not"},
        {"n't", " not"},
        {"'re", " are"},
        {"'ve", " have"},
        {"'ll", " will"},
        {"'m", " am"},
        {"what's", "what is"},
        {"who's", "who is"},
        {"where's", "where is"},
        {"when's", "when is"},
        {"how's", "how is"},
        {"that's", "that is"},
        {"there's", "there is"},
        {"it's", "it is"},
        {"he's", "he is"},
        {"let's", "let us"}
    };

    private WordOverlap() {}

    /**
     * What is looked at of one prompt.
     *
     * @param grams every run of three letters as a number, ascending; not copied
     */
    record Words(List<String> words, List<String> symbols, int sentences, int[] grams) {

        static Words of(String text) {
            List<String> words = inText(text);
            return new Words(
                    words,
                    WordOverlap.symbols(text),
                    WordOverlap.sentences(text),
                    WordOverlap.grams(String.join(" ", words)));
        }
    }

    /**
     * Tells of a pair.
     *
     * @param out receives a value for each of {@link #NAMES}, from {@code at} on
     */
    static void tell(Words first, Words second, float[] out, int at) {
        List<String> a = first.words();
        List<String> b = second.words();
        List<String> onlyA = without(a, b);
        List<String> onlyB = without(b, a);
        int farA = far(onlyA, onlyB);
        int farB = far(onlyB, onlyA);
        out[at] = sharedGrams(first.grams(), second.grams());
        out[at + 1] = Math.min(onlyA.size(), onlyB.size());
        out[at + 2] = Math.max(onlyA.size(), onlyB.size());
        out[at + 3] = Math.min(farA, farB);
        out[at + 4] = Math.max(farA, farB);
        out[at + 5] = numbers(onlyA) + numbers(onlyB);
        out[at + 6] = onlyA.isEmpty() && onlyB.isEmpty() ? 1 : 0;
        out[at + 7] = a.equals(b) ? 1 : 0;
        out[at + 8] = without(first.symbols(), second.symbols()).size()
                + without(second.symbols(), first.symbols()).size();
        out[at + 9] = Math.abs(first.sentences() - second.sentences());
    }

    /** What is neither letter nor space, nor the punctuation that people set or leave out as they like. */
    private static List<String> symbols(String text) {
        List<String> symbols = new ArrayList<>();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isPartOfWord(c) && !Character.isWhitespace(c) && PUNCTUATION.indexOf(c) < 0) {
                symbols.add(String.valueOf(c));
            }
        }
        return symbols;
    }

    /** Runs that a mark ends, and one more without such a mark at the end. */
    private static int sentences(String text) {
        int sentences = 0;
        boolean open = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean ends = (c == '?' || c == '!' || c == '.')
                    && (i + 1 == text.length() || Character.isWhitespace(text.charAt(i + 1)));
            sentences += open && ends ? 1 : 0;
            open = !ends && (open || isPartOfWord(c));
        }
        return sentences + (open ? 1 : 0);
    }

    /** Runs of letters and digits, in lower case, of any script. */
    private static List<String> inText(String text) {
        String lower = inFull(text.toLowerCase(Locale.ROOT));
        List<String> words = new ArrayList<>();
        int from = -1;
        for (int i = 0; i <= lower.length(); i++) {
            boolean inWord = i < lower.length() && isPartOfWord(lower.charAt(i));
            if (inWord && from < 0) {
                from = i;
            } else if (!inWord && from >= 0) {
                words.add(lower.substring(from, i));
                from = -1;
            }
        }
        return words;
    }

    private static String inFull(String text) {
        String full = text.replace('\u2019', '\'');
        if (full.indexOf('\'') < 0 && !full.contains("cannot")) {
            return full;
        }
        for (String[] form : SHORT_FORMS) {
            full = full.replace(form[0], form[1]);
        }
        return full;
    }

    /** Surrogates and marks too, so that no letter is torn apart. */
    private static boolean isPartOfWord(char c) {
        return Character.isLetterOrDigit(c)
                || Character.isSurrogate(c)
                || Character.getType(c) == Character.NON_SPACING_MARK;
    }

    private static List<String> without(List<String> words, List<String> others) {
        if (words.isEmpty()) {
            return words;
        }
        List<String> left = new ArrayList<>(others);
        List<String> rest = new ArrayList<>();
        for (String word : words) {
            if (!left.remove(word)) {
                rest.add(word);
            }
        }
        return rest;
    }

    private static int numbers(List<String> words) {
        int numbers = 0;
        for (String word : words) {
            numbers += hasDigit(word) ? 1 : 0;
        }
        return numbers;
    }

    private static boolean hasDigit(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (Character.isDigit(word.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** How many words are more than a slip away from every word that is left of the other prompt. */
    private static int far(List<String> words, List<String> others) {
        int far = 0;
        for (String word : words) {
            far += isSlipOfAny(word, others) ? 0 : 1;
        }
        return far;
    }

    private static boolean isSlipOfAny(String word, List<String> others) {
        for (String other : others) {
            if (isSlip(word, other)) {
                return true;
            }
        }
        return false;
    }

    /** Whether one insertion, deletion, replacement or exchange of neighbours in a word of at least four letters makes the other. */
    private static boolean isSlip(String a, String b) {
        String shorter = a.length() <= b.length() ? a : b;
        String longer = a.length() <= b.length() ? b : a;
        if (longer.length() < 4 || longer.length() - shorter.length() > 1 || hasDigit(a) || hasDigit(b)) {
            return false;
        }
        int start = 0;
        while (start < shorter.length() && shorter.charAt(start) == longer.charAt(start)) {
            start++;
        }
        int end = 0;
        while (end < shorter.length() - start
                && shorter.charAt(shorter.length() - 1 - end) == longer.charAt(longer.length() - 1 - end)) {
            end++;
        }
        int differing = longer.length() - start - end;
        boolean exchanged = differing == 2
                && shorter.length() == longer.length()
                && shorter.charAt(start) == longer.charAt(start + 1)
                && shorter.charAt(start + 1) == longer.charAt(start);
        return differing <= 1 || exchanged;
    }

    /** Dice coefficient of the runs of three letters. */
    private static float sharedGrams(int[] left, int[] right) {
        int shared = 0;
        int i = 0;
        int j = 0;
        while (i < left.length && j < right.length) {
            if (left[i] == right[j]) {
                shared++;
                i++;
                j++;
            } else if (left[i] < right[j]) {
                i++;
            } else {
                j++;
            }
        }
        return left.length + right.length == 0 ? 1 : 2f * shared / (left.length + right.length);
    }

    private static int[] grams(String text) {
        String padded = " " + text + " ";
        int[] grams = new int[Math.max(0, padded.length() - GRAM + 1)];
        for (int i = 0; i < grams.length; i++) {
            grams[i] = (padded.charAt(i) * 31 + padded.charAt(i + 1)) * 65_599 + padded.charAt(i + 2);
        }
        Arrays.sort(grams);
        return grams;
    }
}
