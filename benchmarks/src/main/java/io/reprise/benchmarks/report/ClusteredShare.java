package io.reprise.benchmarks.report;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;

/**
 * A share that was counted of what comes in clusters, whose members are alike, so that there is less to learn from them than from as many
 * that are independent: the ratio of two sums over clusters.
 */
public final class ClusteredShare {
    private static final int ROUNDS = 1_000;

    private ClusteredShare() {}

    /**
     * The share with the bootstrap's interval (B. Efron, The Annals of Statistics 7, 1979): percentiles over rounds that each draw as many
     * whole clusters, with replacement. Where nothing or everything counts, all rounds are alike: then the interval is Wilson's for as
     * many as there are clusters with members.
     *
     * @param count a cluster's members that have the property
     * @param of all of its members
     */
    public static <T> Estimate of(
            List<T> clusters, ToLongFunction<T> count, ToLongFunction<T> of, SplittableRandom random) {
        long[] counts = clusters.stream().mapToLong(count).toArray();
        long[] sizes = clusters.stream().mapToLong(of).toArray();
        long counted = Arrays.stream(counts).sum();
        long all = Arrays.stream(sizes).sum();
        if (all == 0) {
            return Estimate.NONE;
        }
        double share = (double) counted / all;
        if (counted == 0 || counted == all) {
            long independent = Arrays.stream(sizes).filter(size -> size > 0).count();
            var wilson = new Proportion(counted == 0 ? 0 : independent, independent);
            return new Estimate(share, wilson.low(), wilson.high());
        }
        double[] resampled = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            resampled[round] = resampled(counts, sizes, random);
        }
        Arrays.sort(resampled);
        return new Estimate(share, resampled[(int) (0.025 * ROUNDS)], resampled[(int) (0.975 * ROUNDS) - 1]);
    }

    private static double resampled(long[] counts, long[] sizes, SplittableRandom random) {
        long counted = 0;
        long all = 0;
        while (all == 0) {
            for (int i = 0; i < counts.length; i++) {
                int drawn = random.nextInt(counts.length);
                counted += counts[drawn];
                all += sizes[drawn];
            }
        }
        return (double) counted / all;
    }
}
