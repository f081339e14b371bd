package io.reprise.server.decision.bound;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The bets that an {@link AlarmCount} spreads its stake over: {@code kappa} and the logarithm of its weight; the weights sum to 1.
 *
 * <p>A bet can be held on a hit only when it is below the probability with which that hit was audited, and it bounds best when it is
 * just below. Propensities fall step by step from the initial to the settled one, so each step has bets of its own: fractions of
 * it, the boldest for a clean record, the others for one with alarms.
 */
final class Bets {
    private static final double[] FRACTIONS = {0.98, 0.7, 0.4, 0.2, 0.08};
    private static final double[] FRACTION_WEIGHTS = {0.4, 0.2, 0.2, 0.12, 0.08};
    private static final double FIRST_AND_LAST_STEP = 0.32;

    private final double[] kappas;
    private final double[] logWeights;

    private Bets(double[] kappas, double[] logWeights) {
        this.kappas = kappas;
        this.logWeights = logWeights;
    }

    /** For propensities that are always one of these, the largest first. */
    static Bets forPropensities(List<Double> steps) {
        int each = FRACTIONS.length;
        double[] kappas = new double[steps.size() * each];
        double[] logWeights = new double[kappas.length];
        for (int i = 0; i < kappas.length; i++) {
            int step = i / each;
            kappas[i] = steps.get(step) * FRACTIONS[i % each];
            logWeights[i] = Math.log(weightOfStep(step, steps.size()) * FRACTION_WEIGHTS[i % each]);
        }
        return new Bets(kappas, logWeights);
    }

    /** From the initial propensity to the settled one, each about half of the one before. */
    static List<Double> steps(double initial, double settled) {
        if (initial == settled) {
            return List.of(initial);
        }
        int count = (int) Math.max(1, Math.round(Math.log(initial / settled) / Math.log(2)));
        List<Double> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            steps.add(initial * Math.pow(settled / initial, (double) i / count));
        }
        steps.add(settled);
        return List.copyOf(steps);
    }

    private static double weightOfStep(int step, int steps) {
        if (steps <= 2) {
            return 1.0 / steps;
        }
        boolean outer = step == 0 || step == steps - 1;
        return outer ? FIRST_AND_LAST_STEP : (1 - 2 * FIRST_AND_LAST_STEP) / (steps - 2);
    }

    int size() {
        return kappas.length;
    }

    double kappa(int i) {
        return kappas[i];
    }

    double logWeight(int i) {
        return logWeights[i];
    }

    /** Equal for equal bets: states of other bets cannot be read. */
    int fingerprint() {
        return Arrays.hashCode(kappas);
    }
}
