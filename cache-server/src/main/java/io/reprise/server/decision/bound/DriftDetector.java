package io.reprise.server.decision.bound;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * Notices that served hits have become worse than the ceiling, whenever that began.
 *
 * <p>An e-detector of Shiryaev and Roberts's form (J. Shin, A. Ramdas and A. Rinaldo, E-detectors, 2023): {@code R <- (1 + R)(1 + lambda(V - r))} over audited hits,
 * the mean over several {@code lambda}. While alarms come at the rate r or less, {@code R_n - n} is a supermartingale, so that false
 * reports are at least {@link #AUDITS_BETWEEN_FALSE_REPORTS} audits apart on average. Not thread-safe.
 */
final class DriftDetector {
    static final double AUDITS_BETWEEN_FALSE_REPORTS = 10_000;
    /** Of the largest possible stake, 1/r. */
    private static final double[] STAKES = {0.03, 0.1, 0.3, 0.7};

    private final double[] sums = new double[STAKES.length];

    /**
     * Takes one audit.
     *
     * @param acceptedAlarmRate share of alarms that is in order, above 0
     * @return whether things have become worse; it then starts anew
     */
    boolean reports(boolean alarm, double acceptedAlarmRate) {
        double mean = 0;
        for (int i = 0; i < sums.length; i++) {
            double payoff = alarm ? 1 + STAKES[i] * (1 / acceptedAlarmRate - 1) : 1 - STAKES[i];
            sums[i] = (1 + sums[i]) * payoff;
            mean += sums[i] / sums.length;
        }
        if (mean < AUDITS_BETWEEN_FALSE_REPORTS) {
            return false;
        }
        Arrays.fill(sums, 0);
        return true;
    }

    void write(DataOutputStream out) throws IOException {
        for (double sum : sums) {
            out.writeDouble(sum);
        }
    }

    static DriftDetector read(DataInputStream in) throws IOException {
        var detector = new DriftDetector();
        for (int i = 0; i < detector.sums.length; i++) {
            detector.sums[i] = in.readDouble();
        }
        return detector;
    }
}
