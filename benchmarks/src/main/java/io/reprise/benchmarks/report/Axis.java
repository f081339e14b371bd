package io.reprise.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An axis of a plot.
 *
 * @param label what it shows, with the unit
 * @param low value at its beginning, above 0 when it is logarithmic
 * @param high value at its end, above {@code low}
 * @param logarithmic whether equal lengths are equal ratios; values below {@code low}, 0 among them, are drawn at its beginning
 * @param shares whether the values are shares, which are labelled in per cent
 */
public record Axis(String label, double low, double high, boolean logarithmic, boolean shares) {
    private static final int MOST_TICKS = 11;

    public Axis {
        if (!(low < high) || (logarithmic && !(low > 0))) {
            throw new IllegalArgumentException("no axis from " + low + " to " + high);
        }
    }

    /** From one share to another in equal steps. */
    public static Axis linear(String label, double low, double high) {
        return new Axis(label, low, high, false, true);
    }

    /** From one share to another in equal ratios. */
    public static Axis logarithmic(String label, double low, double high) {
        return new Axis(label, low, high, true, true);
    }

    /** From one number to another in equal ratios. */
    public static Axis numbers(String label, double low, double high) {
        return new Axis(label, low, high, true, false);
    }

    /** Where a share lies on the axis, 0 at its beginning, 1 at its end; what is beyond lies at the nearer one. */
    double position(double share) {
        double clamped = Math.clamp(share, low, high);
        return logarithmic ? Math.log(clamped / low) / Math.log(high / low) : (clamped - low) / (high - low);
    }

    /** The shares that are marked, ascending. */
    List<Double> ticks() {
        return logarithmic ? logarithmicTicks() : linearTicks();
    }

    /** A value as a tick says it. */
    String text(double value) {
        if (!shares) {
            return String.format(Locale.ROOT, value >= 1 ? "%,.0f" : "%.3g", value);
        }
        double percent = 100 * value;
        String digits = percent >= 1 || percent == 0 ? "%.0f" : percent >= 0.1 ? "%.1f" : "%.2f";
        String fine = percent > 1 && Math.abs(percent - Math.rint(percent)) > 1e-6 ? "%.1f" : digits;
        return String.format(Locale.ROOT, fine, percent) + " %";
    }

    private List<Double> linearTicks() {
        double step = 0.001;
        int[] factors = {2, 5, 10};
        double unit = step;
        for (int i = 0; (high - low) / step > MOST_TICKS - 1 + 1e-9; i++) {
            step = unit * factors[i % factors.length];
            if (i % factors.length == factors.length - 1) {
                unit = step;
            }
        }
        List<Double> ticks = new ArrayList<>();
        for (long k = (long) Math.ceil(low / step - 1e-9); k * step <= high + 1e-9; k++) {
            ticks.add(k * step);
        }
        return ticks;
    }

    private List<Double> logarithmicTicks() {
        List<Double> ticks = new ArrayList<>();
        for (int decade = (int) Math.floor(Math.log10(low)); decade <= Math.ceil(Math.log10(high)); decade++) {
            for (int factor : new int[] {1, 2, 5}) {
                double share = factor * Math.pow(10, decade);
                if (share >= low * (1 - 1e-9) && share <= high * (1 + 1e-9)) {
                    ticks.add(share);
                }
            }
        }
        return ticks;
    }
}
