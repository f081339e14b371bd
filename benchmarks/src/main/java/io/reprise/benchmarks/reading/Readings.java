package io.reprise.benchmarks.reading;

import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.embedder.PairScorer;
import io.reprise.server.decision.CrossReader;
import io.reprise.server.decision.Guard;
import io.reprise.server.decision.StandardGuard;
import io.reprise.server.decision.guard.Reading;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;

/** What the two models and the guards make of pairs of texts; each pair is read once. Thread-safe. */
final class Readings {
    private static final int TOLD = 1000;

    /**
     * What they make of one pair.
     *
     * @param read log-odds of the model that reads both
     * @param isForeign whether either text is surely in a language that the reader has not learned
     * @param vetoes of the guards
     */
    record Found(float cosine, float read, boolean isForeign, List<String> vetoes) {}

    private record Couple(String first, String second) {
        static Couple of(String one, String other) {
            return one.compareTo(other) <= 0 ? new Couple(one, other) : new Couple(other, one);
        }
    }

    private final EmbeddingCache embeddings;
    private final PairScorer scorer;
    private final Guard guard = new StandardGuard();
    private final Map<Couple, Float> read = new ConcurrentHashMap<>();

    /** @param embeddings of all texts that will be asked for */
    Readings(EmbeddingCache embeddings, PairScorer scorer) {
        this.embeddings = embeddings;
        this.scorer = scorer;
    }

    /** Reads what is to be looked at, on all cores, and says on standard error how far it is. */
    void readAll(Collection<Case> cases) {
        var done = new AtomicInteger();
        cases.parallelStream().forEach(each -> {
            if (cosine(each) != null) {
                logOdds(each.asked(), each.stored());
            }
            int count = done.incrementAndGet();
            if (count % TOLD == 0 || count == cases.size()) {
                System.err.printf("read %,d of %,d pairs%n", count, cases.size());
            }
        });
    }

    /** What they make of a case; null where its texts are not compared by meaning. */
    @Nullable Found of(Case pair) {
        Float cosine = cosine(pair);
        return cosine == null
                ? null
                : new Found(
                        cosine,
                        logOdds(pair.asked(), pair.stored()),
                        Reading.of(pair.asked()).isForeign()
                                || Reading.of(pair.stored()).isForeign(),
                        guard.vetoes(pair.asked(), pair.stored()));
    }

    /** The cosine of a case's texts; null where they are not compared by meaning. */
    @Nullable Float cosine(Case pair) {
        float[] stored = embeddings.comparable(pair.stored());
        float[] asked = embeddings.comparable(pair.asked());
        return stored == null || asked == null ? null : VectorUtil.dotProduct(stored, asked);
    }

    /** As decisions see the model. */
    CrossReader reader() {
        return asked -> other -> logOdds(asked, other);
    }

    private float logOdds(String asked, String stored) {
        return read.computeIfAbsent(
                Couple.of(asked, stored), couple -> scorer.logOdds(couple.first(), couple.second()));
    }
}
