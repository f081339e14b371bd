package io.reprise.benchmarks.report;

import java.util.Locale;

/** An estimated number with its 95 % interval; NaN where there is nothing to estimate it from. */
public record Estimate(double value, double low, double high) {
    /** A number that is unknown. */
    public static final Estimate NONE = new Estimate(Double.NaN, Double.NaN, Double.NaN);

    /** {@code 12.3 % [11.9, 12.7]} of a share, or a dash of nothing. */
    public String percent() {
        return Double.isNaN(value)
                ? "-"
                : String.format(Locale.ROOT, "%.1f %% [%.1f, %.1f]", 100 * value, 100 * low, 100 * high);
    }

    /**
     * {@code 0.927 [0.922, 0.932]}, or a dash of nothing.
     *
     * @param number format of each of the three, such as {@code %.3f}
     */
    public String text(String number) {
        String all = number + " [" + number + ", " + number + "]";
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, all, value, low, high);
    }
}
