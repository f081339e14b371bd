package io.reprise.benchmarks.report;

import java.util.Locale;

/**
 * A share that was counted, with its 95 % interval: the score interval of E. B. Wilson, Probable inference, the law of succession,
 * and statistical inference (JASA 22, 1927), which holds for shares near 0 and 1 too.
 *
 * @param count those that have the property, 0 to {@code of}
 * @param of all
 */
public record Proportion(long count, long of) {
    private static final double Z = 1.959963984540054;

    public Proportion {
        if (count < 0 || count > of) {
            throw new IllegalArgumentException("count must be 0 to " + of + ", is " + count);
        }
    }

    /** The share, 0 to 1; NaN of nothing. */
    public double rate() {
        return (double) count / of;
    }

    /** Lower end of the interval, 0 of nothing. */
    public double low() {
        return of == 0 ? 0 : Math.max(0, centre() - halfWidth());
    }

    /** Upper end of the interval, 1 of nothing. */
    public double high() {
        return of == 0 ? 1 : Math.min(1, centre() + halfWidth());
    }

    /** {@code 12.3 % [11.9, 12.7]}, or a dash of nothing. */
    @Override
    public String toString() {
        return of == 0
                ? "-"
                : String.format(Locale.ROOT, "%.1f %% [%.1f, %.1f]", 100 * rate(), 100 * low(), 100 * high());
    }

    private double centre() {
        return (rate() + Z * Z / (2 * of)) / (1 + Z * Z / of);
    }

    private double halfWidth() {
        double p = rate();
        return Z / (1 + Z * Z / of) * Math.sqrt(p * (1 - p) / of + Z * Z / (4.0 * of * of));
    }
}
