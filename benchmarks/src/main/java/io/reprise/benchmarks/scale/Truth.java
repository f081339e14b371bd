package io.reprise.benchmarks.scale;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;

/**
 * The cosine of each probe's true nearest neighbour in each scope, by comparing with all that is stored.
 *
 * @param large of each probe, in the scope of most entries
 * @param small the same in the small scope
 */
record Truth(float[] large, float[] small) {
    /** Texts that differ in case alone have one vector, and which of them is found first is chance. */
    private static final float SAME = 1e-5f;

    private static final int BLOCK = 64;

    /** Among the stored entries up to a number. */
    static Truth of(Questions questions, List<float[]> probes, int until, IntPredicate stored) {
        float[] large = new float[probes.size()];
        float[] small = new float[probes.size()];
        Arrays.fill(large, -1);
        Arrays.fill(small, -1);
        IntStream.range(0, Math.ceilDiv(probes.size(), BLOCK)).parallel().forEach(block -> {
            int end = Math.min(probes.size(), (block + 1) * BLOCK);
            for (int entry = 0; entry < until; entry++) {
                if (stored.test(entry)) {
                    float[] best = Questions.scope(entry) == Questions.InScope.SMALL ? small : large;
                    float[] vector = questions.vector(entry);
                    for (int probe = block * BLOCK; probe < end; probe++) {
                        best[probe] = Math.max(best[probe], VectorUtil.dotProduct(vector, probes.get(probe)));
                    }
                }
            }
        });
        return new Truth(large, small);
    }

    boolean isNearest(Questions.InScope scope, int probe, float cosine) {
        return cosine >= (scope == Questions.InScope.SMALL ? small : large)[probe] - SAME;
    }
}
