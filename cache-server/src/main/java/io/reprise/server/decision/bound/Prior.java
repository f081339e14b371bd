package io.reprise.server.decision.bound;

import java.util.function.DoubleUnaryOperator;

/**
 * The verifier's offline calibration: what share of would-be hits at or above a cut-off it expects to be wrong. A prior, not evidence.
 *
 * @param wrongShareFrom from a cut-off to the share of wrong among all hits at or above it, both 0 to 1; thread-safe
 * @param weight how many audits it counts as, at least 0
 */
public record Prior(DoubleUnaryOperator wrongShareFrom, double weight) {
    private static final double WEIGHT = 200;

    public Prior {
        if (!(weight >= 0 && Double.isFinite(weight))) {
            throw new IllegalArgumentException("weight must be 0 or more, is " + weight);
        }
    }

    /** Takes the probabilities at their word, and every hit as barely at the cut-off: at or above 0.99 at most 1 % are wrong. */
    public static Prior ofCalibratedProbabilities() {
        return new Prior(cutoff -> 1 - cutoff, WEIGHT);
    }

    double wrongShareAt(double cutoff) {
        return Math.clamp(wrongShareFrom.applyAsDouble(cutoff), 0, 1);
    }
}
