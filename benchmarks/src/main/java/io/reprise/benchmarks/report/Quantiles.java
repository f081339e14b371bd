package io.reprise.benchmarks.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Quantiles of a sample of durations, each an observed value (the smallest that at least that share does not exceed).
 *
 * @param count durations in the sample
 * @param p50Nanos the median
 */
public record Quantiles(int count, long p50Nanos, long p90Nanos, long p99Nanos) {

    /** Of at least one duration; the array is not modified. */
    public static Quantiles of(long[] nanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("quantiles need at least one value");
        }
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Quantiles(sorted.length, at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99));
    }

    /** {@code p50 / p90 / p99} in milliseconds. */
    public String millis() {
        return "%s / %s / %s"
                .formatted(millis((double) p50Nanos), millis((double) p90Nanos), millis((double) p99Nanos));
    }

    /** A table's row: a name, how many there are, and {@link #millis()}. */
    public List<String> row(String name) {
        return List.of(name, String.format(Locale.ROOT, "%,d", count), millis());
    }

    /** A duration in milliseconds, with three decimals. */
    public static String millis(double nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e6);
    }

    private static long at(long[] sorted, double share) {
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
}
