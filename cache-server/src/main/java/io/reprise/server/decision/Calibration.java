package io.reprise.server.decision;

/**
 * A logistic curve from a cosine to the probability that two prompts with it mean the same.
 *
 * @param weight slope on the cosine
 * @param bias value at cosine 0
 */
public record Calibration(double weight, double bias) {
    /** For the bundled all-MiniLM-L6-v2 int8, fitted on 40,000 labelled pairs of questions by the calibration benchmark. */
    public static final Calibration BUNDLED_MODEL = new Calibration(10.352, -8.317);

    /** The probability at a cosine, 0 to 1. */
    public double probability(double cosine) {
        return 1 / (1 + Math.exp(-(weight * cosine + bias)));
    }
}
