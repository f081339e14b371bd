package io.reprise.benchmarks.eviction;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a store of limited room answers of a stream. A hit is a request whose text is stored, or else another of its class, the one
 * stored last: what a cache would do that never errs.
 */
final class Replay {
    /**
     * What came of it.
     *
     * @param hits share of the requests
     * @param saved share of what they would cost
     */
    record Outcome(double hits, double saved) {}

    private Replay() {}

    static Outcome of(Workload workload, Store store) {
        Set<Integer> stored = new HashSet<>();
        Map<Integer, Deque<Integer>> byClass = new HashMap<>();
        long hits = 0;
        double saved = 0;
        double cost = 0;
        for (int now = 0; now < workload.texts().length; now++) {
            int text = workload.texts()[now];
            cost += (double) workload.savings()[text];
            Deque<Integer> same = byClass.computeIfAbsent(workload.classes()[text], absent -> new ArrayDeque<>());
            Integer answer = stored.contains(text) ? Integer.valueOf(text) : same.peekLast();
            if (answer != null) {
                hits++;
                saved += (double) workload.savings()[text];
                store.hit(answer, now);
                continue;
            }
            stored.add(text);
            same.addLast(text);
            for (int displaced : store.add(text, now)) {
                stored.remove(displaced);
                Deque<Integer> others = byClass.get(workload.classes()[displaced]);
                if (others != null) {
                    others.remove(displaced);
                }
            }
        }
        return new Outcome((double) hits / workload.texts().length, saved / cost);
    }
}
