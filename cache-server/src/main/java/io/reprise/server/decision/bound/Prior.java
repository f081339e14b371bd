package io.reprise.server.decision.bound;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * The verifier's offline calibration: what share of would-be hits at or above a cut-off it expects to be wrong. A prior, not evidence.
 *
 * @param wrongShareFrom from a cut-off to the share of wrong among all hits at or above it, both 0 to 1; thread-safe
 * @param weight how many audits it counts as, at least 0
 */
public record Prior(DoubleUnaryOperator wrongShareFrom, double weight) {
    private static final double WEIGHT = 200;
    /** The calibration should expect this part of the ceiling at most, so that the cut-off where it begins can be shown. */
    private static final double EXPECTED_PART = 0.4;

    private static final double ROUNDING = 1e-12;

    public Prior {
        if (!(weight >= 0 && Double.isFinite(weight))) {
            throw new IllegalArgumentException("weight must be 0 or more, is " + weight);
        }
    }

    /** Takes the probabilities at their word, and every hit as barely at the cut-off: at or above 0.99 at most 1 % are wrong. */
    public static Prior ofCalibratedProbabilities() {
        return new Prior(cutoff -> 1 - cutoff, WEIGHT);
    }

    /**
     * Where to start before there is evidence: the loosest cut-off at which, and at all stricter ones, the ceiling is expected to hold with
     * room to show it, or else without.
     *
     * @param cutoffs strictest first, each above 0 and at most 1
     * @param ceiling on the share of wrong hits, 0 to 1
     * @return its index; -1 for none
     */
    public int start(List<Double> cutoffs, double ceiling) {
        int withRoom = loosestUnder(cutoffs, EXPECTED_PART * ceiling);
        return withRoom >= 0 ? withRoom : loosestUnder(cutoffs, ceiling);
    }

    private int loosestUnder(List<Double> cutoffs, double wrongShare) {
        int loosest = -1;
        while (loosest + 1 < cutoffs.size() && wrongShareAt(cutoffs.get(loosest + 1)) <= wrongShare + ROUNDING) {
            loosest++;
        }
        return loosest;
    }

    double wrongShareAt(double cutoff) {
        return Math.clamp(wrongShareFrom.applyAsDouble(cutoff), 0, 1);
    }
}
