package io.reprise.benchmarks.corpus;

import io.reprise.benchmarks.corpus.Corpus.Question;
import io.reprise.benchmarks.corpus.EvaluationData.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.apache.lucene.util.VectorUtil;

/** A corpus of the evaluation data's questions, the same each time. */
final class RealQuestions {
    private static final int PARAPHRASES = 2_000;
    private static final int STRANGERS = 4_000;
    /** Somewhat above the server's default cut-off, so that a paraphrase is a hit. */
    private static final double PARAPHRASE_COSINE = 0.96;

    private static final long SEED = 7;
    private static final int THREADS = 2;

    private RealQuestions() {}

    static Corpus corpus(EvaluationData data, EmbeddingCache vectors, int size) {
        Set<String> texts = texts(data);
        vectors.embedAll(texts, THREADS);
        texts.removeIf(text -> vectors.comparable(text) == null);

        Set<String> stored = new LinkedHashSet<>();
        Set<String> paraphrases = new LinkedHashSet<>();
        for (Pair pair : pairs(data)) {
            String first = Prompt.query(pair.first()).text();
            String second = Prompt.query(pair.second()).text();
            if (paraphrases.size() < Math.min(PARAPHRASES, size / 2)
                    && isParaphrase(first, second, vectors)
                    && !paraphrases.contains(first)
                    && !stored.contains(second)) {
                stored.add(first);
                paraphrases.add(second);
            }
        }
        texts.removeAll(stored);
        texts.removeAll(paraphrases);
        List<String> rest = new ArrayList<>(texts);
        Collections.shuffle(rest, new Random(SEED));
        int held = Math.min(STRANGERS, rest.size());
        List<String> strangers = rest.subList(0, held);
        rest.subList(held, rest.size()).stream().limit(size - stored.size()).forEach(stored::add);

        List<Question> entries = new ArrayList<>(size);
        stored.forEach(text -> entries.add(new Question(text, vector(text, vectors))));
        int real = entries.size();
        fill(entries, size);
        String source = String.format(
                Locale.ROOT, "%,d distinct real questions of the evaluation data with their own vectors", real);
        if (real < size) {
            source += String.format(Locale.ROOT, ", and %,d vectors near theirs", size - real);
        }
        return new Corpus(
                source,
                "real",
                entries,
                List.copyOf(paraphrases),
                strangers,
                strangers.stream().map(text -> vector(text, vectors)).toList());
    }

    /** Every distinct question, in the server's normal form. */
    static Set<String> texts(EvaluationData data) {
        Set<String> texts = new LinkedHashSet<>();
        data.stream().forEach(row -> texts.add(Prompt.query(row.text()).text()));
        data.pairSets().stream().filter(set -> set.name().startsWith("pairs_")).forEach(set -> set.pairs()
                .forEach(pair -> {
                    texts.add(Prompt.query(pair.first()).text());
                    texts.add(Prompt.query(pair.second()).text());
                }));
        texts.removeIf(String::isBlank);
        return texts;
    }

    private static List<Pair> pairs(EvaluationData data) {
        return data.pairSets().stream()
                .filter(set -> set.name().equals("pairs_qqp"))
                .flatMap(set -> set.pairs().stream())
                .filter(pair -> pair.same() && !pair.suspect())
                .toList();
    }

    private static boolean isParaphrase(String first, String second, EmbeddingCache vectors) {
        float[] a = vectors.comparable(first);
        float[] b = vectors.comparable(second);
        return a != null && b != null && !first.equals(second) && VectorUtil.dotProduct(a, b) >= PARAPHRASE_COSINE;
    }

    private static float[] vector(String text, EmbeddingCache vectors) {
        float[] vector = vectors.comparable(text);
        if (vector == null) {
            throw new IllegalStateException("not comparable: " + text);
        }
        return vector;
    }

    /** Up to the size, with vectors about as near to a real one as a neighbouring question is. */
    private static void fill(List<Question> entries, int size) {
        int real = entries.size();
        var random = new Random(SEED);
        while (entries.size() < size) {
            Question near = entries.get(random.nextInt(real));
            entries.add(
                    new Question(near.text() + " #" + entries.size(), SeededVectors.near(near.vector(), 0.7, random)));
        }
    }
}
