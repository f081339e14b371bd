package io.reprise.benchmarks.scale;

import io.reprise.benchmarks.corpus.LargeCorpus;
import io.reprise.benchmarks.corpus.Prompt;
import io.reprise.benchmarks.corpus.StoredAnswers;
import io.reprise.index.Entry;
import io.reprise.server.prompt.CacheQuery;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What is stored, in its order, and what is searched for: real questions, where there are any, that are not stored. One entry in a hundred is in a scope of its
 * own, all others share one. Immutable.
 */
final class Questions {
    private static final Duration LIFE = Duration.ofDays(3650);
    private static final int IN_SMALL_SCOPE = 100;

    /** Where an entry may be found. */
    enum InScope {
        LARGE,
        SMALL;

        /** The name that the index knows it by, as long as the server's. */
        String id() {
            String large = Prompt.query("any").scope();
            return this == LARGE ? large : large.replaceFirst("^.{4}", "tiny");
        }
    }

    private final LargeCorpus corpus;
    private final int[] probes;
    private final int[] entries;

    /**
     * @param probes how many are searched for and not stored
     * @param entries how many are stored at most
     */
    Questions(LargeCorpus corpus, int probes, int entries) {
        this.corpus = corpus;
        int[] probing = new int[probes];
        int[] storing = new int[entries];
        int probed = 0;
        int stored = 0;
        for (int i = 0; i < corpus.size() && (stored < entries || probed < probes); i++) {
            if (corpus.vector(i) == null) {
                continue;
            }
            if (probed < probes && (corpus.isReal(i) || !corpus.hasReal())) {
                probing[probed++] = i;
            } else if (stored < entries) {
                storing[stored++] = i;
            }
        }
        if (probed < probes || stored < entries) {
            throw new IllegalArgumentException(
                    "the corpus is too small: " + probed + " probes, " + stored + " entries");
        }
        this.probes = probing;
        this.entries = storing;
    }

    int size() {
        return entries.length;
    }

    List<float[]> probes() {
        return Arrays.stream(probes).mapToObj(this::vectorOf).toList();
    }

    /** Texts of the probes, in their order. */
    List<String> probeTexts() {
        return Arrays.stream(probes).mapToObj(corpus::text).toList();
    }

    float[] vector(int entry) {
        return vectorOf(entries[entry]);
    }

    static InScope scope(int entry) {
        return entry % IN_SMALL_SCOPE == 0 ? InScope.SMALL : InScope.LARGE;
    }

    String id(int entry) {
        return query(entry).id();
    }

    Entry entry(int entry, long now) {
        CacheQuery query = query(entry);
        return new Entry(
                query.id(),
                scope(entry).id(),
                query.principal(),
                query.namespace(),
                query.model(),
                query.text(),
                StoredAnswers.payload(entry),
                List.of(),
                now,
                now + LIFE.toMillis());
    }

    private CacheQuery query(int entry) {
        return Prompt.query(corpus.text(entries[entry]));
    }

    private float[] vectorOf(int number) {
        return Objects.requireNonNull(corpus.vector(number));
    }
}
