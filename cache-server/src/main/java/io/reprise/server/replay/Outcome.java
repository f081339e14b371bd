package io.reprise.server.replay;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a cache of one setting made of a log.
 *
 * @param lookups calls of the log
 * @param exactHits answered by the same text
 * @param semanticHits answered by another text
 * @param misses calls not answered, by reason
 * @param expectedWrong how many of the semantic hits are wrong by the policy's own estimate: the sum of 1 - confidence
 * @param agreements semantic hits of which both answers are known, by how they compare
 * @param saved what the calls that were answered cost upstream
 * @param similarities of the nearest candidates
 * @param leastSure semantic hits, the least confident first
 * @param nearMisses pairs that did not serve, those that came nearest first
 */
record Outcome(
        Setting setting,
        long lookups,
        long exactHits,
        long semanticHits,
        SortedMap<String, Long> misses,
        double expectedWrong,
        Map<Agreement, Long> agreements,
        Bill saved,
        Similarities similarities,
        List<Pair> leastSure,
        List<Pair> nearMisses) {

    Outcome {
        misses = Collections.unmodifiableSortedMap(new TreeMap<>(misses));
        agreements = Map.copyOf(agreements);
        leastSure = List.copyOf(leastSure);
        nearMisses = List.copyOf(nearMisses);
    }

    /** Share of calls that were answered, 0 to 1. */
    double hitRate() {
        return lookups == 0 ? 0 : (double) (exactHits + semanticHits) / lookups;
    }

    /** Estimated share of wrong ones among the semantic hits, 0 to 1; 0 without any. */
    double estimatedWrongRate() {
        return semanticHits == 0 ? 0 : expectedWrong / semanticHits;
    }

    long agreed(Agreement agreement) {
        return agreements.getOrDefault(agreement, 0L);
    }

    /** Semantic hits of which both answers are known. */
    long compared() {
        return agreements.values().stream().mapToLong(Long::longValue).sum();
    }
}
