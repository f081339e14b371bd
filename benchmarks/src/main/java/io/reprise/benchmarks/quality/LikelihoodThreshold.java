package io.reprise.benchmarks.quality;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What vCache knows of one stored prompt: from which similarity on its answer serves, as far as observations tell.
 *
 * <p>L. G. Schroeder et al., vCache: Verified Semantic Prompt Caching (arXiv 2502.03771). The probability that the answer serves at
 * similarity s is modelled as L(s, t, gamma) = 1 / (1 + exp(-gamma (s - t))), with a threshold t and a steepness gamma of this prompt
 * alone. For a confidence 1 - epsilon the paper takes the least L over a confidence region of (t, gamma) around their estimate; the
 * answer then serves with a probability of at least alpha = (1 - epsilon) min L, and alpha is the largest over all epsilon.
 *
 * <p>The region here is the one-sided likelihood-ratio region (S. S. Wilks, 1938): the parameters whose log likelihood lies at most
 * z(1 - epsilon)^2 / 2 below the highest. Unlike one from standard errors it exists after a single observation, and where a threshold
 * separates all of them without error, which is what nearly always happens. Parameters and epsilons are tried on grids, t from 0 to 1. Not thread-safe.
 */
final class LikelihoodThreshold {
    private static final double[] THRESHOLDS =
            IntStream.rangeClosed(0, 50).mapToDouble(i -> i / 50.0).toArray();
    private static final double[] STEEPNESSES = {2, 4, 8, 16, 32, 64, 128, 256};

    /** From the narrowest region to the widest; fine where a small delta needs it. */
    private static final double[] EPSILONS = {
        0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01, 0.005, 0.003, 0.002, 0.001, 0.0005
    };

    /** How far below the highest log likelihood the region of each epsilon reaches. */
    private static final double[] DEPTHS =
            Arrays.stream(EPSILONS).map(LikelihoodThreshold::depth).toArray();

    private static final int GRID = THRESHOLDS.length * STEEPNESSES.length;

    /** By place in the grid. */
    private final double[] logLikelihoods = new double[GRID];

    /** Places in the grid, likeliest first; null when observations came since. */
    private Integer @Nullable [] likeliestFirst;

    /** Adds that the answer did or did not serve for a prompt of this similarity. */
    void observe(double similarity, boolean served) {
        for (int i = 0; i < GRID; i++) {
            double logit = steepness(i) * (similarity - threshold(i));
            // The logarithm of L, or of 1 - L, without loss where L is near 0 or 1.
            double towards = served ? logit : -logit;
            logLikelihoods[i] +=
                    towards > 0 ? -Math.log1p(Math.exp(-towards)) : towards - Math.log1p(Math.exp(towards));
        }
        likeliestFirst = null;
    }

    /** A probability, alpha, that the answer serves at least with at this similarity, 0 to 1. */
    double leastProbability(double similarity) {
        Integer[] order = likeliestFirst;
        if (order == null) {
            order = IntStream.range(0, GRID).boxed().toArray(Integer[]::new);
            Arrays.sort(order, Comparator.comparingDouble(i -> -logLikelihoods[i]));
            likeliestFirst = order;
        }
        double highest = logLikelihoods[order[0]];
        double least = 1;
        double alpha = 0;
        int i = 0;
        for (int region = 0; region < EPSILONS.length; region++) {
            while (i < GRID && logLikelihoods[order[i]] >= highest - DEPTHS[region]) {
                double logit = steepness(order[i]) * (similarity - threshold(order[i]));
                least = Math.min(least, 1 / (1 + Math.exp(-logit)));
                i++;
            }
            alpha = Math.max(alpha, (1 - EPSILONS[region]) * least);
        }
        return alpha;
    }

    /**
     * The probability, tau, with which vCache asks the model although there is an answer: the least that keeps the probability of a wrong
     * answer to the request under delta, counting what the model answers as right: tau + (1 - tau) alpha = 1 - delta.
     *
     * @param leastProbability alpha, 0 to 1
     * @param delta share of requests that may be answered wrongly, 0 to 1
     */
    static double exploreProbability(double leastProbability, double delta) {
        return leastProbability >= 1 - delta ? 0 : (1 - delta - leastProbability) / (1 - leastProbability);
    }

    /** Of the standard normal distribution above z, at least 0; M. Abramowitz and I. A. Stegun, 26.2.17, within 7.5e-8. */
    static double upperTail(double z) {
        double t = 1 / (1 + 0.2316419 * z);
        double series =
                t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * series;
    }

    /** Half the square of the standard normal distribution's quantile at 1 - epsilon, found by halving. */
    private static double depth(double epsilon) {
        double low = 0;
        double high = 10;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (upperTail(middle) > epsilon) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low * low / 2;
    }

    private static double threshold(int place) {
        return THRESHOLDS[place / STEEPNESSES.length];
    }

    private static double steepness(int place) {
        return STEEPNESSES[place % STEEPNESSES.length];
    }
}
