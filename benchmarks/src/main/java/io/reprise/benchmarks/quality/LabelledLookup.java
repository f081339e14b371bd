package io.reprise.benchmarks.quality;

import java.util.List;

/**
 * A prompt that is asked of a cache that holds one or several others, and whether it may be served.
 *
 * @param groups what it tries out, such as {@code kind negation}
 * @param same whether the answer serves; a lookup that is served although it does not is a wrong hit
 * @param exact whether the exact key is stored, so that every policy serves it
 * @param stored what the cache compares it with, nearest first; empty where nothing of its scope can be compared by meaning
 */
record LabelledLookup(List<String> groups, boolean same, boolean exact, PromptText asked, List<Stored> stored) {

    LabelledLookup {
        groups = List.copyOf(groups);
        stored = List.copyOf(stored);
    }

    /** The highest score of what is stored; plus infinity for an exact hit. */
    double score(PairScorer scorer) {
        return exact
                ? Double.POSITIVE_INFINITY
                : stored.stream()
                        .mapToDouble(each -> scorer.score(asked, each))
                        .max()
                        .orElse(PairScorer.NEVER);
    }

    /** Whether a policy of the server serves it. */
    boolean served(ProductPolicy policy) {
        return exact || policy.choose(asked, stored) != ProductPolicy.NONE;
    }
}
