package io.reprise.benchmarks.bound;

import io.reprise.server.decision.bound.Prior;
import java.util.Arrays;
import java.util.Random;

/**
 * Would-be hits whose truth is known: how sure the verifier says it is, and how likely the answer is wrong.
 *
 * <p>The true probability of being right comes from a mixture: near-certain repeats, likely paraphrases, and neighbours that merely
 * look alike. What the verifier says has its log-odds multiplied by {@code overconfidence}.
 *
 * @param overconfidence 1: the probabilities are calibrated
 */
record World(double overconfidence) {
    /** Share of lookups that have a candidate at all. */
    static final double WITH_CANDIDATE = 0.2;

    private static final int SAMPLE = 400_000;
    private static final long SAMPLE_SEED = 20_251_121;

    /**
     * @param said what the verifier says, 0 to 1
     * @param wrong true probability that the answer is wrong, 0 to 1
     */
    record Candidate(double said, double wrong) {}

    /** Cut-offs against the share of hits at or above them, and of wrong among these: truly, and as the verifier has it. */
    record Curve(double[] cutoffs, double[] hits, double[] wrong, double[] expected) {

        private int at(double cutoff) {
            int found = Arrays.binarySearch(cutoffs, cutoff);
            return Math.min(cutoffs.length - 1, found >= 0 ? found : -found - 1);
        }

        double hitsFrom(double cutoff) {
            return cutoff > cutoffs[cutoffs.length - 1] ? 0 : hits[at(cutoff)];
        }

        double wrongFrom(double cutoff) {
            return wrong[at(cutoff)];
        }

        /** The loosest cut-off with at most this share of wrong, which nobody but an oracle knows. */
        double oracle(double ceiling) {
            for (int i = 0; i < cutoffs.length; i++) {
                if (wrong[i] <= ceiling) {
                    return cutoffs[i];
                }
            }
            return 1;
        }

        /**
         * What the verifier's own probabilities expect: all that is known before the first audit.
         *
         * @param least as {@link Scenario#leastExpected}
         */
        Prior prior(double weight, double least) {
            return new Prior(cutoff -> Math.max(least, expected[at(cutoff)]), weight);
        }
    }

    /** Draws one; {@code drift} multiplies the odds of being wrong. */
    Candidate draw(Random random, double drift) {
        double kind = random.nextDouble();
        double right = kind < 0.45 ? beta(random, 60, 0.25) : kind < 0.70 ? beta(random, 8, 1.5) : beta(random, 1, 4);
        double odds = (1 - right) / Math.max(right, 1e-12);
        double said = 1 / (1 + Math.pow(odds, overconfidence));
        double wrongOdds = odds * drift;
        return new Candidate(said, wrongOdds / (1 + wrongOdds));
    }

    Curve curve(double drift) {
        var random = new Random(SAMPLE_SEED);
        Candidate[] sample = new Candidate[SAMPLE];
        Arrays.setAll(sample, i -> draw(random, drift));
        Arrays.sort(sample, (a, b) -> Double.compare(b.said(), a.said()));
        int points = 2000;
        double[][] columns = new double[4][points];
        double wrong = 0;
        double expected = 0;
        for (int i = 0, point = points - 1; i < SAMPLE; i++) {
            wrong += sample[i].wrong();
            expected += 1 - sample[i].said();
            if ((i + 1) % (SAMPLE / points) == 0) {
                columns[0][point] = sample[i].said();
                columns[1][point] = (i + 1.0) / SAMPLE;
                columns[2][point] = wrong / (i + 1);
                columns[3][point] = expected / (i + 1);
                point--;
            }
        }
        return new Curve(columns[0], columns[1], columns[2], columns[3]);
    }

    private static double beta(Random random, double a, double b) {
        double x = gamma(random, a);
        double y = gamma(random, b);
        return x / (x + y);
    }

    /** G. Marsaglia and W. Tsang, A simple method for generating gamma variables, 2000. */
    private static double gamma(Random random, double shape) {
        if (shape < 1) {
            return gamma(random, shape + 1) * Math.pow(random.nextDouble(), 1 / shape);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = Math.pow(1 + c * x, 3);
            if (v > 0 && Math.log(1 - random.nextDouble()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
                return d * v;
            }
        }
    }
}
