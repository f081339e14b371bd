package io.reprise.server.decision.bound;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What one principal's namespace has against itself: audits of its would-be hits, and its own votes against what it was served.
 *
 * <p>A cut-off is barred here while bets show at the settings' confidence that more than the ceiling is wrong at or above it:
 * {@code prod (1 + lambda (V - r))}, over several lambda, reaches 1/alpha. Votes are counted over all that was served, so that whoever votes
 * against every wrong answer is not taken for somebody with nothing but wrong ones. Not thread-safe.
 */
final class NamespaceRecord {
    /** Of the largest possible stake, 1/r. */
    private static final double[] STAKES = {0.03, 0.1, 0.3, 0.7};

    private static final int QUIET_HITS = 64;

    final long sinceMillis;
    private final int[] audits;
    private final int[] alarms;
    private final int[] served;
    private final int[] votes;
    private double knownCeiling = Double.NaN;
    private int knownAllowed;
    private int quietHits;

    NamespaceRecord(long sinceMillis, int cutoffs) {
        this.sinceMillis = sinceMillis;
        this.audits = new int[cutoffs];
        this.alarms = new int[cutoffs];
        this.served = new int[cutoffs];
        this.votes = new int[cutoffs];
    }

    /** Takes a would-be hit whose probability reaches this many of the cut-offs, from the loosest. */
    void add(int cutoffs, boolean wasServed, boolean audited, boolean alarm) {
        for (int i = audits.length - cutoffs; i < audits.length; i++) {
            audits[i] += audited ? 1 : 0;
            alarms[i] += alarm ? 1 : 0;
            served[i] += wasServed ? 1 : 0;
        }
        // What speaks against a cut-off counts at once; what speaks for it may wait, because a decision must stay
        // cheap.
        if (alarm || ++quietHits == QUIET_HITS) {
            forget();
        }
    }

    void vote(int cutoffs) {
        for (int i = votes.length - cutoffs; i < votes.length; i++) {
            votes[i]++;
        }
        forget();
    }

    /** Index of the loosest cut-off that nothing here speaks against, -1 for none. */
    int allowed(double ceiling, Accuracy accuracy, double alpha) {
        if (votes() == 0 && alarms() == 0) {
            return audits.length - 1;
        }
        if (ceiling != knownCeiling) {
            int allowed = 0;
            while (allowed < audits.length
                    && !exceeds(alarms[allowed], audits[allowed], accuracy.acceptedAlarmShare(ceiling), alpha / 2)
                    && !exceeds(votes[allowed], Math.max(served[allowed], votes[allowed]), ceiling, alpha / 2)) {
                allowed++;
            }
            knownCeiling = ceiling;
            knownAllowed = allowed - 1;
        }
        return knownAllowed;
    }

    int audits() {
        return audits[audits.length - 1];
    }

    int alarms() {
        return alarms[alarms.length - 1];
    }

    int served() {
        return served[served.length - 1];
    }

    int votes() {
        return votes[votes.length - 1];
    }

    void forget() {
        quietHits = 0;
        knownCeiling = Double.NaN;
    }

    void write(DataOutputStream out) throws IOException {
        for (int i = 0; i < audits.length; i++) {
            out.writeInt(audits[i]);
            out.writeInt(alarms[i]);
            out.writeInt(served[i]);
            out.writeInt(votes[i]);
        }
    }

    void read(DataInputStream in) throws IOException {
        for (int i = 0; i < audits.length; i++) {
            audits[i] = in.readInt();
            alarms[i] = in.readInt();
            served[i] = in.readInt();
            votes[i] = in.readInt();
        }
    }

    private static boolean exceeds(int wrong, int of, double rate, double alpha) {
        if (wrong == 0) {
            return false;
        }
        double largest = 1 / Math.max(rate, 1e-9);
        double evidence = 0;
        for (double stake : STAKES) {
            evidence += Math.exp(wrong * Math.log1p(stake * (largest - 1)) + (of - wrong) * Math.log1p(-stake))
                    / STAKES.length;
        }
        return evidence >= 1 / alpha;
    }
}
