package io.reprise.server.decision.bound;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the server says of its wrong hits, at one moment.
 *
 * <p>{@code bound} uses audits and the judge's errors alone, never the calibration: without evidence it is 1. It covers the share of wrong
 * answers among the {@code served} hits counted here, expected and realised alike, with {@code confidence} for each window at
 * whatever moment of it one looks, whatever the traffic does. What the cut-off in force rests on is another matter, which
 * {@code terms} says.
 *
 * @param ceiling the operator's {@code max_wrong_rate}
 * @param confidence of the bound
 * @param bound upper bound on the share of wrong among served semantic hits of the window, 0 to 1
 * @param shown whether {@code bound} lies under the ceiling
 * @param estimate of the share itself, corrected for the judge, 0 to 1; null before the first audit
 * @param terms cut-off in force for callers who ask nothing stricter, and what it rests on
 * @param expectedByCalibration the offline calibration's share of wrong at that cut-off; null when exact hits alone are served
 * @param since when the window began
 * @param served auditable semantic hits served in the window, without those that wait for an earlier audit's verdict
 * @param audits verdicts among them
 * @param alarms verdicts among them that were not {@link Verdict#SAME}
 * @param total the counts of all windows together, which no restart takes back
 * @param waiting hits that are not counted yet: audits without a verdict and what came after them
 * @param lostAudits audits that brought no verdict since the controller was opened; their hits are left out
 * @param outside hits served since then that nobody could audit; the bound does not cover them
 * @param auditRate probability with which the next would-be hit is audited; 0: audits are off
 * @param judge errors of the judge that enter the bound
 * @param windowHits the window holds the last half of this to this many served hits
 * @param restarts how often evidence against the cut-off ended a window early
 * @param lastRestart when last, or null
 * @param start what the controller began with
 */
public record Published(
        double ceiling,
        double confidence,
        double bound,
        boolean shown,
        @Nullable Double estimate,
        Terms terms,
        @Nullable Double expectedByCalibration,
        Instant since,
        long served,
        long audits,
        long alarms,
        HitCounts total,
        int waiting,
        long lostAudits,
        long outside,
        double auditRate,
        JudgeErrors judge,
        long windowHits,
        int restarts,
        @Nullable Instant lastRestart,
        Start start) {

    /** What the controller began with. */
    public enum Start {
        /** The state of an earlier run. */
        STATE,
        /** There was no state: cold start. */
        NO_STATE,
        /** The state was torn or no state at all: cold start. */
        UNREADABLE_STATE,
        /** The state is of another verifier or other settings: cold start. */
        FOREIGN_STATE
    }

    /** Whether nobody checks what is served. */
    public boolean auditsOff() {
        return auditRate == 0;
    }
}
