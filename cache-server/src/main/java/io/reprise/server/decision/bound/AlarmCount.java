package io.reprise.server.decision.bound;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * An upper bound, valid at any time, on how many of the hits so far would raise an alarm if all of them were audited.
 *
 * <p>Hit i is audited with a probability p_i fixed before its coin is thrown; V_i says whether the judge would raise an alarm; Y_i = V_i/p_i
 * if audited, else 0. For a constant {@code kappa} below all p_i,
 * {@code M_t = exp(kappa * S_t) * prod (1 - kappa * Y_i)} with {@code S_t} the sum of V_i's conditional means, or of the V_i
 * themselves, is a supermartingale that starts at 1, because
 * {@code E(1 - kappa * Y_i) = 1 - kappa * v_i <= exp(-kappa * v_i)}. Nothing is assumed of the V_i. A weighted mean of such processes over
 * {@code kappa} is one too, and by Ville's inequality it ever reaches {@code 1/alpha} with probability at most
 * {@code alpha}: until then S_t lies where it does not. This is betting after I. Waudby-Smith and A. Ramdas (Estimating means of bounded random
 * variables by betting, JRSS B 2024), with the bet in the form that bounds a sum of means that differ.
 *
 * <p>Not thread-safe.
 */
final class AlarmCount {
    private static final int HALVINGS = 60;

    private final Bets bets;
    /** By bet, {@code -log prod (1 - kappa * Y_i)}; infinite once a propensity did not exceed it. */
    private final double[] losses;

    private double smallestPropensity = 1;
    private long hits;
    private long audits;
    private long alarms;
    private double weightedAlarms;

    AlarmCount(Bets bets) {
        this.bets = bets;
        this.losses = new double[bets.size()];
        endBetsFrom(smallestPropensity);
    }

    /**
     * Adds a hit.
     *
     * @param propensity probability with which it was audited, above 0
     * @param alarm what its audit said; false when it was not audited
     */
    void add(double propensity, boolean audited, boolean alarm) {
        hits++;
        if (propensity < smallestPropensity) {
            smallestPropensity = propensity;
            endBetsFrom(propensity);
        }
        if (audited) {
            audits++;
        }
        if (alarm) {
            alarms++;
            weightedAlarms += 1 / propensity;
            for (int i = 0; i < losses.length; i++) {
                losses[i] = losses[i] == Double.POSITIVE_INFINITY
                        ? losses[i]
                        : losses[i] - Math.log1p(-bets.kappa(i) / propensity);
            }
        }
    }

    /** Logarithm of the evidence that the number of alarms among all hits is below this. */
    double logEvidenceBelow(double expectedAlarms) {
        return logEvidenceBelow(expectedAlarms, 1);
    }

    /** The same from the bets alone that a further hit with this propensity would leave. */
    double logEvidenceBelow(double expectedAlarms, double propensity) {
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < losses.length; i++) {
            most = Math.max(most, exponent(i, expectedAlarms, propensity));
        }
        if (most == Double.NEGATIVE_INFINITY) {
            return most;
        }
        double sum = 0;
        for (int i = 0; i < losses.length; i++) {
            sum += Math.exp(exponent(i, expectedAlarms, propensity) - most);
        }
        return most + Math.log(sum);
    }

    /** Upper bound on the number of alarms among all hits at confidence {@code 1 - alpha}, at most {@link #hits()}. */
    double upper(double alpha) {
        double limit = -Math.log(alpha);
        if (!(logEvidenceBelow((double) hits) > limit)) {
            return hits;
        }
        double low = 0;
        double high = hits;
        for (int i = 0; i < HALVINGS && high - low > 1e-9 * high; i++) {
            double middle = (low + high) / 2;
            if (logEvidenceBelow(middle) >= limit) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    long hits() {
        return hits;
    }

    long audits() {
        return audits;
    }

    long alarms() {
        return alarms;
    }

    /** Unbiased estimate of the number of alarms among all hits (Horvitz and Thompson). */
    double estimate() {
        return weightedAlarms;
    }

    void write(DataOutputStream out) throws IOException {
        out.writeLong(hits);
        out.writeLong(audits);
        out.writeLong(alarms);
        out.writeDouble(weightedAlarms);
        out.writeDouble(smallestPropensity);
        for (double loss : losses) {
            out.writeDouble(loss);
        }
    }

    static AlarmCount read(DataInputStream in, Bets bets) throws IOException {
        var count = new AlarmCount(bets);
        count.hits = in.readLong();
        count.audits = in.readLong();
        count.alarms = in.readLong();
        count.weightedAlarms = in.readDouble();
        count.smallestPropensity = in.readDouble();
        for (int i = 0; i < count.losses.length; i++) {
            count.losses[i] = in.readDouble();
        }
        return count;
    }

    private double exponent(int bet, double expectedAlarms, double propensity) {
        return bets.kappa(bet) < propensity
                ? bets.logWeight(bet) + bets.kappa(bet) * expectedAlarms - losses[bet]
                : Double.NEGATIVE_INFINITY;
    }

    private void endBetsFrom(double propensity) {
        for (int i = 0; i < losses.length; i++) {
            if (bets.kappa(i) >= propensity) {
                losses[i] = Double.POSITIVE_INFINITY;
            }
        }
    }
}
