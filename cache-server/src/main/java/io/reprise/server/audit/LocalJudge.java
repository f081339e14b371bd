package io.reprise.server.audit;

import io.reprise.embedder.Embedding;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.server.protocol.Completion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Compares answers on this machine, for nothing: to the letter, by their numbers, by a leading yes or no, and by the similarity of
 * their passages.
 *
 * <p>A language model words every answer anew, so equal letters are rare and only similarity can say that two answers are the same;
 * it cannot see a small contradiction in a long answer. How often it errs has to be measured, by answers to one prompt and by
 * answers to prompts known to differ.
 */
public final class LocalJudge implements AnswerJudge {
    /** Up to here an answer is a fact rather than an explanation, and a number or a yes that differs makes it another. */
    private static final int SHORT_WORDS = 40;
    /** Of longer answers the beginning is compared; it holds what was asked for, and comparing it all could take seconds. */
    private static final int MAX_PASSAGES = 4;
    /** In words; well inside the window of every sentence model in use. */
    private static final int PASSAGE_WORDS = 120;

    /** Of punctuation, what is part of a name or a number. */
    private static final String MEANT = "#%&@\u00b0";

    private static final double SAME_FROM = 0.75;
    private static final double DIFFERENT_BELOW = 0.55;

    private final SentenceEmbedder embedder;
    /** One comparison at a time: it takes cores from lookups. */
    private final Object embedding = new Object();

    /** Judges with this model. */
    public LocalJudge(SentenceEmbedder embedder) {
        this.embedder = embedder;
    }

    @Override
    public Judgement judge(Completion cached, Completion fresh) {
        if (cached.callsTools() || fresh.callsTools()) {
            return cached.tree().equals(fresh.tree()) ? Judgement.SAME : Judgement.UNSURE;
        }
        List<String> a = words(cached.text());
        List<String> b = words(fresh.text());
        if (a.equals(b)) {
            return Judgement.SAME;
        }
        if (a.isEmpty() || b.isEmpty()) {
            return Judgement.DIFFERENT;
        }
        if (a.size() <= SHORT_WORDS && b.size() <= SHORT_WORDS && contradict(a, b)) {
            return Judgement.DIFFERENT;
        }
        double similarity = similarity(passages(a), passages(b));
        if (Double.isNaN(similarity)) {
            return Judgement.UNSURE;
        }
        return similarity >= SAME_FROM
                ? Judgement.SAME
                : similarity < DIFFERENT_BELOW ? Judgement.DIFFERENT : Judgement.UNSURE;
    }

    /** Lower case, without punctuation around words; in languages without spaces a sentence is a word, which only costs precision. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.toLowerCase(Locale.ROOT).split("\\s+", -1)) {
            int from = 0;
            int to = word.length();
            while (from < to && !means(word.charAt(from)) && !isSign(word, from)) {
                from++;
            }
            while (to > from && !means(word.charAt(to - 1))) {
                to--;
            }
            if (to > from && !isHeading(word)) {
                words.add(word.substring(from, to));
            }
        }
        return words;
    }

    /** Five dollars are not five euros, and C++ is not C#. */
    private static boolean means(char c) {
        int type = Character.getType(c);
        return Character.isLetterOrDigit(c)
                || type == Character.CURRENCY_SYMBOL
                || type == Character.MATH_SYMBOL
                || MEANT.indexOf(c) >= 0;
    }

    private static boolean isHeading(String word) {
        return word.chars().allMatch(c -> c == '#');
    }

    private static boolean isSign(String word, int at) {
        return word.charAt(at) == '-' && at + 1 < word.length() && Character.isDigit(word.charAt(at + 1));
    }

    private static boolean contradict(List<String> a, List<String> b) {
        String first = a.getFirst();
        String second = b.getFirst();
        if ((first.equals("yes") && second.equals("no")) || (first.equals("no") && second.equals("yes"))) {
            return true;
        }
        List<String> numbers = numbers(a);
        List<String> others = numbers(b);
        return !numbers.isEmpty() && !others.isEmpty() && !numbers.containsAll(others) && !others.containsAll(numbers);
    }

    /** As they compare: without grouping, trailing zeros of a fraction, or what is written around them. */
    private static List<String> numbers(List<String> words) {
        List<String> numbers = new ArrayList<>();
        for (String word : words) {
            String digits = word.replaceAll("[^0-9.\\-]", "");
            if (digits.chars().anyMatch(Character::isDigit)) {
                numbers.add(digits.contains(".") ? digits.replaceAll("0+$", "").replaceAll("\\.$", "") : digits);
            }
        }
        return numbers;
    }

    private static List<String> passages(List<String> words) {
        List<String> passages = new ArrayList<>();
        for (int from = 0; from < words.size() && passages.size() < MAX_PASSAGES; from += PASSAGE_WORDS) {
            passages.add(String.join(" ", words.subList(from, Math.min(words.size(), from + PASSAGE_WORDS))));
        }
        return passages;
    }

    /** Every passage with the one it is nearest to, in both directions; the worse of both. NaN when a passage has no vector. */
    private double similarity(List<String> a, List<String> b) {
        List<float[]> as;
        List<float[]> bs;
        synchronized (embedding) {
            as = vectors(a);
            bs = vectors(b);
        }
        return as.size() < a.size() || bs.size() < b.size()
                ? Double.NaN
                : Math.min(meanOfNearest(as, bs), meanOfNearest(bs, as));
    }

    private List<float[]> vectors(List<String> passages) {
        List<float[]> vectors = new ArrayList<>();
        for (Embedding embedding : embedder.embedAll(passages)) {
            if (embedding instanceof Embedding.Vector known && known.unknownTokens() == 0) {
                vectors.add(known.vector());
            }
        }
        return vectors;
    }

    private static double meanOfNearest(List<float[]> from, List<float[]> to) {
        double sum = 0;
        for (float[] passage : from) {
            double best = -1;
            for (float[] other : to) {
                double cosine = 0;
                for (int i = 0; i < passage.length; i++) {
                    cosine += (double) passage[i] * other[i];
                }
                best = Math.max(best, cosine);
            }
            sum += best;
        }
        return sum / from.size();
    }
}
