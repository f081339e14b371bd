package io.reprise.benchmarks.churn;

import io.reprise.benchmarks.corpus.Prompt;
import io.reprise.benchmarks.corpus.SeededVectors;
import io.reprise.embedder.Embedding;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.server.prompt.CacheQuery;
import java.util.List;
import java.util.Random;

/**
 * Made-up questions, and a model that knows their vectors by their numbers: twenty around each of many centres, as near to each other as
 * questions about one matter. Each can be asked in two ways that have one vector. Thread-safe; costs some microseconds.
 */
final class NumberedQuestions implements SentenceEmbedder {
    private static final int DIMENSION = 384;
    private static final int CLUSTER = 20;
    private static final double NEARNESS = 0.8;
    private static final long SEED = 17;

    /** The question as it is stored. */
    static CacheQuery stored(int number) {
        return Prompt.query("Made-up question number " + number);
    }

    /** The same in other words. */
    static CacheQuery inOtherWords(int number) {
        return Prompt.query("Another way to ask made-up question number " + number);
    }

    static float[] vector(int number) {
        float[] centre = SeededVectors.near(new float[DIMENSION], 0, new Random(SEED * (number / CLUSTER + 1)));
        return SeededVectors.near(centre, NEARNESS, new Random(~number));
    }

    @Override
    public int dimension() {
        return DIMENSION;
    }

    @Override
    public int windowTokens() {
        return 256;
    }

    @Override
    public String modelName() {
        return "seeded-vectors";
    }

    @Override
    public Embedding embed(String text) {
        int number = Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
        return new Embedding.Vector(vector(number), 14, 0);
    }

    @Override
    public List<Embedding> embedAll(List<String> texts) {
        return texts.stream().map(this::embed).toList();
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
