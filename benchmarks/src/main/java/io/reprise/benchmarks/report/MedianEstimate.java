package io.reprise.benchmarks.report;

import java.util.Arrays;
import java.util.Locale;

/**
 * The median of a sample, with an interval that covers the true one at about 95 %, whatever the distribution: the order statistics
 * at ranks {@code n/2 -+ 1.96 sqrt(n)/2}, or all of a sample too small for that.
 *
 * @param rounds size of the sample
 */
public record MedianEstimate(int rounds, double median, double low, double high) {
    private static final double Z = 1.96;

    /** Of at least one value; the array is not modified. */
    public static MedianEstimate of(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("a median needs at least one value");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        int below = Math.max(0, (int) Math.floor((n - Z * Math.sqrt(n)) / 2));
        return new MedianEstimate(n, median, sorted[below], sorted[n - 1 - below]);
    }

    /** {@code 0.62 [0.60, 0.65]} with two decimals, after dividing by the unit. */
    public String in(double unit) {
        return String.format(Locale.ROOT, "%.2f [%.2f, %.2f]", median / unit, low / unit, high / unit);
    }
}
