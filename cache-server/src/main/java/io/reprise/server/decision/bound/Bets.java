package io.reprise.server.decision.bound;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The bets that an {@link AlarmCount} spreads its stake over: {@code kappa} and the logarithm of its weight; the weights sum to 1.
 *
 * <p>A bet can be held on a hit only when it is below the probability with which that hit was audited, and it bounds best when it is
 * just below. Propensities fall step by step from the initial to the settled one, so each step has a bet of its own, and the steps are
 * small: what a step costs is what the next bet shows less than the one that ends. Below the settled propensity there are fractions of
 * it. The boldest bet that is left serves a clean record, the others one with alarms.
 */
final class Bets {
    private static final double[] FRACTIONS = {0.98, 0.7, 0.4, 0.2, 0.08};
    private static final double[] FRACTION_WEIGHTS = {0.4, 0.2, 0.2, 0.12, 0.08};
    private static final double STEP_RATIO = 0.85;
    /** Of a step's weight to the one's before it: evidence is scarcest in the beginning. */
    private static final double WEIGHT_RATIO = 0.9;

    private static final double LAST_STEP = 0.32;

    private final double[] kappas;
    private final double[] logWeights;

    private Bets(double[] kappas, double[] logWeights) {
        this.kappas = kappas;
        this.logWeights = logWeights;
    }

    /** For propensities that are always one of these, the largest first. */
    static Bets forPropensities(List<Double> steps) {
        int before = steps.size() - 1;
        double[] kappas = new double[before + FRACTIONS.length];
        double[] logWeights = new double[kappas.length];
        double lastStep = before == 0 ? 1 : LAST_STEP;
        double first = (1 - lastStep) * (1 - WEIGHT_RATIO) / (1 - Math.pow(WEIGHT_RATIO, before));
        for (int i = 0; i < before; i++) {
            kappas[i] = steps.get(i) * FRACTIONS[0];
            logWeights[i] = Math.log(first * Math.pow(WEIGHT_RATIO, i));
        }
        for (int i = 0; i < FRACTIONS.length; i++) {
            kappas[before + i] = steps.get(before) * FRACTIONS[i];
            logWeights[before + i] = Math.log(lastStep * FRACTION_WEIGHTS[i]);
        }
        return new Bets(kappas, logWeights);
    }

    /** From the initial propensity to the settled one, each about {@value #STEP_RATIO} times the one before. */
    static List<Double> steps(double initial, double settled) {
        if (initial == settled) {
            return List.of(initial);
        }
        int count = (int) Math.max(1, Math.round(Math.log(settled / initial) / Math.log(STEP_RATIO)));
        List<Double> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            steps.add(initial * Math.pow(settled / initial, (double) i / count));
        }
        steps.add(settled);
        return List.copyOf(steps);
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
