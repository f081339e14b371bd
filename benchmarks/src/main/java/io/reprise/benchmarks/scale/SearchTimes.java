package io.reprise.benchmarks.scale;

import io.reprise.benchmarks.report.Proportion;
import io.reprise.benchmarks.report.Quantiles;
import io.reprise.index.LuceneIndex;
import io.reprise.index.Neighbour;
import io.reprise.index.SearchScope;
import java.util.List;

/**
 * Searches one at a time, and how many of them found the true nearest neighbour.
 *
 * @param recall share of the searches whose first neighbour is as near as the nearest
 */
record SearchTimes(Quantiles nanos, Proportion recall) {
    static final int K = 16;

    /** Rounds that are not counted: a scan is fully compiled only after some 5,000 searches. */
    private static final int WARM_UP_ROUNDS = 6;

    /** Each probe several times. */
    static SearchTimes of(LuceneIndex index, List<float[]> probes, Truth truth, Questions.InScope scope, int rounds) {
        long[] nanos = new long[rounds * probes.size()];
        int right = 0;
        var filter = new SearchScope(scope.id(), System.currentTimeMillis(), Long.MIN_VALUE);
        for (int i = -WARM_UP_ROUNDS * probes.size(); i < nanos.length; i++) {
            int probe = Math.floorMod(i, probes.size());
            long start = System.nanoTime();
            List<Neighbour> found = index.search(probes.get(probe), filter, K);
            long took = System.nanoTime() - start;
            if (i >= 0) {
                nanos[i] = took;
                boolean isRight = !found.isEmpty()
                        && truth.isNearest(scope, probe, found.getFirst().cosine());
                right += isRight ? 1 : 0;
            }
        }
        return new SearchTimes(Quantiles.of(nanos), new Proportion(right, nanos.length));
    }
}
