package io.reprise.server.alerts;

import java.util.Arrays;

/**
 * What is usual, from the same hours of earlier weeks, robustly: a median, and the median of the distances from it (MAD), which is 0.6745
 * standard deviations where errors are normal.
 *
 * @param median of the samples
 * @param deviation an estimate of the standard deviation, 0 or more
 */
record Baseline(double median, double deviation) {
    private static final double NORMAL_MAD = 0.6745;

    /** Of at least one sample. */
    static Baseline of(double[] samples) {
        double median = median(samples);
        double[] distances =
                Arrays.stream(samples).map(each -> Math.abs(each - median)).toArray();
        return new Baseline(median, median(distances) / NORMAL_MAD);
    }

    private static double median(double[] samples) {
        double[] sorted = samples.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
