package io.reprise.server.decision.bound;

/**
 * A confidence sequence for a probability from counts, valid at whatever time one looks: the mixture of H. Robbins (Statistical methods
 * related to the law of the iterated logarithm, 1970) with a uniform prior. {@code p} stays inside while
 * {@code B(k+1, n-k+1) / (p^k (1-p)^(n-k)) < 1/alpha}.
 */
final class Robbins {
    private static final int HALVINGS = 60;

    private Robbins() {}

    static double low(long successes, long trials, double alpha) {
        double inside = trials == 0 ? 0 : (double) successes / trials;
        return edge(successes, trials, alpha, inside, 0);
    }

    static double high(long successes, long trials, double alpha) {
        double inside = trials == 0 ? 1 : (double) successes / trials;
        return edge(successes, trials, alpha, inside, 1);
    }

    /** Between what is inside and an end of the scale; the end itself when that is inside too. */
    private static double edge(long k, long n, double alpha, double inside, double end) {
        double logMixture = -Math.log(n + 1.0) - logBinomial(k, n);
        double limit = -Math.log(alpha);
        double in = inside;
        double out = end;
        for (int i = 0; i < HALVINGS; i++) {
            double p = (in + out) / 2;
            boolean excluded = logMixture - k * Math.log(p) - (n - k) * Math.log1p(-p) >= limit;
            if (excluded) {
                out = p;
            } else {
                in = p;
            }
        }
        return out;
    }

    private static double logBinomial(long k, long n) {
        double sum = 0;
        for (long i = 1, few = Math.min(k, n - k); i <= few; i++) {
            sum += Math.log((double) (n - few + i) / i);
        }
        return sum;
    }
}
