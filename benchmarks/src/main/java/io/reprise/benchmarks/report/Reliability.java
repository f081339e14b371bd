package io.reprise.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether stated probabilities hold: what came true among those stated about alike.
 *
 * @param bins that have members, by rising probability
 * @param count all statements
 * @param brier mean squared distance of the probability from what came true, 0 to 1 (G. W. Brier, Monthly Weather Review 78, 1950)
 * @param calibrationError mean distance of a bin's stated from its observed share, weighted by members, 0 to 1
 */
public record Reliability(List<Bin> bins, long count, double brier, double calibrationError) {
    /** Finer towards 1, where a cache has to decide. */
    private static final double[] EDGES = {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99};

    /**
     * Statements of about one probability.
     *
     * @param low least probability in it, the edge itself included
     * @param high the next bin's {@code low}, or 1, which is included
     * @param stated mean of the probabilities
     * @param observed what came true
     */
    public record Bin(double low, double high, double stated, Proportion observed) {}

    public Reliability {
        bins = List.copyOf(bins);
    }

    /**
     * Of statements and what came true.
     *
     * @param probabilities each 0 to 1
     */
    public static Reliability of(double[] probabilities, boolean[] cameTrue) {
        int[] members = new int[EDGES.length];
        int[] yes = new int[EDGES.length];
        double[] stated = new double[EDGES.length];
        double brier = 0;
        for (int i = 0; i < probabilities.length; i++) {
            double p = probabilities[i];
            if (!(p >= 0 && p <= 1)) {
                throw new IllegalArgumentException("a probability must be 0 to 1, is " + p);
            }
            int bin = EDGES.length - 1;
            while (p < EDGES[bin]) {
                bin--;
            }
            members[bin]++;
            stated[bin] += p;
            yes[bin] += cameTrue[i] ? 1 : 0;
            brier += (p - (cameTrue[i] ? 1 : 0)) * (p - (cameTrue[i] ? 1 : 0));
        }
        List<Bin> bins = new ArrayList<>();
        double error = 0;
        for (int i = 0; i < EDGES.length; i++) {
            if (members[i] > 0) {
                double high = i + 1 < EDGES.length ? EDGES[i + 1] : 1;
                bins.add(new Bin(EDGES[i], high, stated[i] / members[i], new Proportion(yes[i], members[i])));
                error += Math.abs(stated[i] - yes[i]);
            }
        }
        return new Reliability(bins, probabilities.length, brier / probabilities.length, error / probabilities.length);
    }
}
