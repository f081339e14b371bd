package io.reprise.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How well a score tells two kinds of things apart, the positive from the negative, at every cut-off: the receiver operating
 * characteristic. A higher score speaks for positive; minus infinity is never accepted, plus infinity always. Immutable.
 */
public final class RankCurve {
    private static final double Z = 1.959963984540054;
    private static final int RESAMPLES = 400;

    /** Shares of the negatives and of the positives that one cut-off accepts. */
    public record Point(double cutoff, double falseRate, double trueRate) {}

    /** Both in ascending order. */
    private final double[] positives;

    private final double[] negatives;

    /** For each positive, in the order given, the share of the negatives below it; for each negative that of the positives above it. */
    private final double[] ofPositives;

    private final double[] ofNegatives;

    /**
     * @param positives scores of the positive, any order, copied; no NaN
     * @param negatives scores of the negative
     */
    public RankCurve(double[] positives, double[] negatives) {
        this.positives = sorted(positives);
        this.negatives = sorted(negatives);
        this.ofPositives = Arrays.stream(positives)
                .map(score -> shareBelow(this.negatives, score))
                .toArray();
        this.ofNegatives = Arrays.stream(negatives)
                .map(score -> 1 - shareBelow(this.positives, score))
                .toArray();
    }

    /**
     * The area under the curve: the share of couples of a positive and a negative in which the positive has the higher score, a tie
     * counting half. The interval is that of E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson (Biometrics 44, 1988), on the
     * logit's scale, which keeps it within 0 and 1. Where every positive lies above every negative, or below, that variance is 0: then
     * the interval is Wilson's for as many successes, or failures, as the smaller side has members.
     */
    public Estimate area() {
        if (positives.length == 0 || negatives.length == 0) {
            return Estimate.NONE;
        }
        double area = mean(ofPositives);
        double variance = variance(ofPositives) / positives.length + variance(ofNegatives) / negatives.length;
        if (!(variance > 0)) {
            int smaller = Math.min(positives.length, negatives.length);
            var wilson = new Proportion(Math.round(area * smaller), smaller);
            return new Estimate(area, wilson.low(), wilson.high());
        }
        double logit = Math.log(area / (1 - area));
        double halfWidth = Z * Math.sqrt(variance) / (area * (1 - area));
        return new Estimate(area, logistic(logit - halfWidth), logistic(logit + halfWidth));
    }

    /**
     * How much larger the area is than under another score's curve of the same things. The interval is that of DeLong et al. for curves that
     * are correlated: each thing's share under one score less its share under the other (their V10 and V01), whose variances add up.
     *
     * @param other its scores were given in the same order
     */
    public Estimate areaOver(RankCurve other) {
        if (positives.length != other.positives.length || negatives.length != other.negatives.length) {
            throw new IllegalArgumentException("both curves must be of the same things");
        }
        if (positives.length == 0 || negatives.length == 0) {
            return Estimate.NONE;
        }
        double[] gains = differences(ofPositives, other.ofPositives);
        double variance = variance(gains) / positives.length
                + variance(differences(ofNegatives, other.ofNegatives)) / negatives.length;
        double halfWidth = Z * Math.sqrt(variance);
        return new Estimate(mean(gains), mean(gains) - halfWidth, mean(gains) + halfWidth);
    }

    /**
     * The largest share of the positives that is accepted while at most this share of the negatives is. The interval is the bootstrap's
     * percentiles over both sides, so that it holds the uncertainty of where the cut-off has to lie too.
     *
     * @param falseRate 0 to 1
     */
    public Estimate trueRateAt(double falseRate, SplittableRandom random) {
        if (positives.length == 0 || negatives.length == 0) {
            return Estimate.NONE;
        }
        int allowed = (int) Math.floor(falseRate * negatives.length + 1e-9);
        double[] resampled = new double[RESAMPLES];
        int[] drawn = new int[negatives.length];
        for (int round = 0; round < RESAMPLES; round++) {
            Arrays.fill(drawn, 0);
            for (int i = 0; i < negatives.length; i++) {
                drawn[random.nextInt(negatives.length)]++;
            }
            double limit = highest(drawn, allowed);
            int firstAbove = firstAbove(positives, limit);
            int accepted = 0;
            for (int i = 0; i < positives.length; i++) {
                accepted += random.nextInt(positives.length) >= firstAbove ? 1 : 0;
            }
            resampled[round] = (double) accepted / positives.length;
        }
        Arrays.sort(resampled);
        return new Estimate(
                shareAbove(positives, limit(allowed)),
                resampled[(int) (0.025 * RESAMPLES)],
                resampled[(int) (0.975 * RESAMPLES) - 1]);
    }

    /** The curve from its strictest cut-off to its laxest: a point for each score that occurs, but minus infinity. */
    public List<Point> points() {
        List<Point> points = new ArrayList<>();
        int p = positives.length - 1;
        int n = negatives.length - 1;
        while (p >= 0 || n >= 0) {
            double cutoff = Math.max(
                    p < 0 ? Double.NEGATIVE_INFINITY : positives[p], n < 0 ? Double.NEGATIVE_INFINITY : negatives[n]);
            if (cutoff == Double.NEGATIVE_INFINITY) {
                break;
            }
            while (p >= 0 && positives[p] >= cutoff) {
                p--;
            }
            while (n >= 0 && negatives[n] >= cutoff) {
                n--;
            }
            points.add(new Point(
                    cutoff,
                    (double) (negatives.length - 1 - n) / negatives.length,
                    (double) (positives.length - 1 - p) / positives.length));
        }
        return points;
    }

    /** The highest score that must not be accepted when this many negatives may be. */
    private double limit(int allowed) {
        return allowed >= negatives.length ? Double.NEGATIVE_INFINITY : negatives[negatives.length - 1 - allowed];
    }

    private double highest(int[] drawn, int allowed) {
        int above = 0;
        for (int i = negatives.length - 1; i >= 0; i--) {
            above += drawn[i];
            if (above > allowed) {
                return negatives[i];
            }
        }
        return Double.NEGATIVE_INFINITY;
    }

    private static double shareAbove(double[] ascending, double limit) {
        return (double) (ascending.length - firstAbove(ascending, limit)) / ascending.length;
    }

    /** Share that lies below a value, those equal to it counting half. */
    private static double shareBelow(double[] ascending, double value) {
        return (firstAtLeast(ascending, value) + firstAbove(ascending, value)) / (2.0 * ascending.length);
    }

    private static int firstAbove(double[] ascending, double limit) {
        return firstAtLeast(ascending, Math.nextUp(limit));
    }

    private static int firstAtLeast(double[] ascending, double value) {
        int low = 0;
        int high = ascending.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ascending[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static double variance(double[] values) {
        if (values.length < 2) {
            return 0;
        }
        double mean = mean(values);
        return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double[] differences(double[] ofOne, double[] ofOther) {
        return IntStream.range(0, ofOne.length)
                .mapToDouble(i -> ofOne[i] - ofOther[i])
                .toArray();
    }

    private static double logistic(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double[] sorted(double[] scores) {
        double[] copy = scores.clone();
        for (double score : copy) {
            if (Double.isNaN(score)) {
                throw new IllegalArgumentException("a score must be a number");
            }
        }
        Arrays.sort(copy);
        return copy;
    }
}
