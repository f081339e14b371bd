package io.reprise.benchmarks.corpus;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * New questions made of real ones: the beginning of one, up to two neighbouring words that another one has too, and the end of that one.
 *
 * <p>They are as long as real questions and about the same matters, and there are as many of them as anybody wants; the same ones each time.
 */
final class CrossedQuestions {
    private static final long SEED = 11;
    private static final int MAX_WORDS = 40;
    private static final int TRIES = 20;

    /** The words of a question behind two neighbouring ones. */
    private record End(int question, int from) {}

    private final List<String[]> questions = new ArrayList<>();
    private final Map<String, List<End>> ends = new HashMap<>();
    private final Random random = new Random(SEED);

    private CrossedQuestions(Iterable<String> real) {
        for (String text : real) {
            String[] words = text.trim().split("\\s+");
            for (int i = 1; i < words.length - 1; i++) {
                ends.computeIfAbsent(pair(words, i), pair -> new ArrayList<>()).add(new End(questions.size(), i + 1));
            }
            questions.add(words);
        }
    }

    /**
     * All the real questions and as many crossed ones as are missing, each once, mixed so that any first part of the list has the same
     * share of both.
     */
    static List<String> mixed(Set<String> real, int size) {
        var crossed = new CrossedQuestions(real);
        Set<String> texts = new LinkedHashSet<>(real);
        while (texts.size() < size) {
            texts.add(crossed.next());
        }
        List<String> mixed = new ArrayList<>(texts);
        Collections.shuffle(mixed, new Random(SEED));
        return mixed.subList(0, Math.min(size, mixed.size()));
    }

    private String next() {
        while (true) {
            int first = random.nextInt(questions.size());
            String[] words = questions.get(first);
            for (int tried = 0; tried < TRIES && words.length > 3; tried++) {
                int at = 1 + random.nextInt(words.length - 2);
                List<End> others = ends.getOrDefault(pair(words, at), List.of());
                if (others.isEmpty()) {
                    continue;
                }
                End end = others.get(random.nextInt(others.size()));
                String[] other = questions.get(end.question());
                int length = at + 1 + other.length - end.from();
                if (end.question() != first && length <= MAX_WORDS) {
                    return joined(words, at + 1, other, end.from());
                }
            }
        }
    }

    private static String joined(String[] start, int until, String[] other, int from) {
        var text = new StringBuilder();
        for (int i = 0; i < until; i++) {
            text.append(start[i]).append(' ');
        }
        for (int i = from; i < other.length; i++) {
            text.append(other[i]).append(i + 1 < other.length ? " " : "");
        }
        return text.toString();
    }

    private static String pair(String[] words, int second) {
        return (words[second - 1] + " " + words[second]).toLowerCase(Locale.ROOT);
    }
}
