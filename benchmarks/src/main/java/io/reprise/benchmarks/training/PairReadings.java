package io.reprise.benchmarks.training;

import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.CrossReader;
import io.reprise.server.decision.FeatureVerifier;
import io.reprise.server.decision.Question;
import io.reprise.server.decision.guard.Guards;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;

/** What the two models make of any two texts, each pair once. Thread-safe. */
final class PairReadings {
    /**
     * What they make of one pair.
     *
     * @param compared by tokens
     * @param read log-odds of the model that reads both
     */
    record Reading(float cosine, FeatureVerifier.Compared compared, float read) {}

    private record Couple(String first, String second) {
        static Couple of(String one, String other) {
            return one.compareTo(other) <= 0 ? new Couple(one, other) : new Couple(other, one);
        }
    }

    private final EmbeddingCache embeddings;
    private final FeatureVerifier comparing;
    private final CrossReader reader;
    private final Map<Couple, Reading> known = new ConcurrentHashMap<>();
    private final Map<Couple, Boolean> forbidden = new ConcurrentHashMap<>();

    PairReadings(EmbeddingCache embeddings, FeatureVerifier comparing, CrossReader reader) {
        this.embeddings = embeddings;
        this.comparing = comparing;
        this.reader = reader;
    }

    /** Both texts in the server's normal form; null where they are not compared by meaning. */
    @Nullable Reading of(String first, String second) {
        return comparable(first) && comparable(second)
                ? known.computeIfAbsent(Couple.of(first, second), this::read)
                : null;
    }

    /** Whether a guard forbids the pair. */
    boolean isForbidden(String first, String second) {
        return forbidden.computeIfAbsent(Couple.of(first, second), couple -> !Guards.standard()
                .vetoes(couple.first(), couple.second())
                .isEmpty());
    }

    private boolean comparable(String text) {
        return embeddings.comparable(text) != null && embeddings.sketch(text) != null;
    }

    private Reading read(Couple couple) {
        float[] first = embeddings.comparable(couple.first());
        float[] second = embeddings.comparable(couple.second());
        if (first == null || second == null) {
            throw new IllegalArgumentException("not comparable: " + couple);
        }
        float cosine = VectorUtil.dotProduct(first, second);
        FeatureVerifier.Compared compared = comparing
                .comparison(new Question(couple.first(), embeddings.sketch(couple.first())))
                .with(Candidate.neighbour("", couple.second(), cosine, embeddings.sketch(couple.second())));
        if (compared == null) {
            throw new IllegalArgumentException("not comparable: " + couple);
        }
        return new Reading(cosine, compared, reader.about(couple.first()).logOdds(couple.second()));
    }
}
