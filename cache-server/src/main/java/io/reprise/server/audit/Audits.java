package io.reprise.server.audit;

import io.reprise.server.decision.bound.RiskController;
import io.reprise.server.decision.bound.Ticket;
import io.reprise.server.decision.bound.Verdict;
import io.reprise.server.protocol.Completion;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the answers of audits before the judge, and what it says of them to the controller. Judging happens on one thread of its own,
 * behind a bounded queue; nothing here blocks a caller. Thread-safe.
 */
public final class Audits implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Audits.class);

    private static final int MAX_WAITING = 256;
    private static final long PATIENCE_SECONDS = 5;
    /** Checks of the judge are for nothing, but not for no time. */
    private static final int MAX_CHECKS = 5_000;

    private final RiskController risk;
    private final AnswerJudge judge;
    private final JudgeChecks checks;
    private final ThreadPoolExecutor judging;

    /** With the errors of the judge as counted so far. */
    public Audits(RiskController risk, AnswerJudge judge, JudgeChecks checks) {
        this.risk = risk;
        this.judge = judge;
        this.checks = checks;
        this.judging = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().daemon().name("reprise-judge").factory());
    }

    /** The fresh answer to a call whose hit was to be audited has come. */
    public void answered(Ticket ticket, Completion cached, Completion fresh) {
        try {
            judging.execute(() -> settle(ticket, cached, fresh));
        } catch (RejectedExecutionException e) {
            risk.auditLost(ticket);
        }
    }

    /** There will be no fresh answer, for a reason that has nothing to do with the cached one. */
    public void lost(Ticket ticket) {
        risk.auditLost(ticket);
    }

    /**
     * Has the judge compare two answers of which the truth is known, to count its errors; nothing happens when it has enough to do.
     *
     * @param wrong whether they answer prompts that certainly differ; otherwise they answer the same prompt
     */
    public void check(Completion cached, Completion fresh, boolean wrong) {
        if (isWorthChecking(wrong) && judging.getQueue().isEmpty()) {
            try {
                judging.execute(() -> {
                    checks.add(judge.judge(cached, fresh), wrong);
                    risk.judge(checks.errors());
                });
            } catch (RejectedExecutionException e) {
                log.debug("no check of the judge at the end");
            }
        }
    }

    /** Whether another check of this kind would tell anything. */
    public boolean isWorthChecking(boolean wrong) {
        var counts = checks.counts();
        return (wrong ? counts.wrong() : counts.right()) < MAX_CHECKS;
    }

    /** Judges what waits, for a few seconds; the rest is lost. */
    @Override
    public void close() {
        judging.shutdown();
        try {
            if (!judging.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                log.info(
                        "{} audits were not judged before the end",
                        judging.shutdownNow().size());
            }
        } catch (InterruptedException e) {
            judging.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void settle(Ticket ticket, Completion cached, Completion fresh) {
        try {
            Verdict verdict =
                    switch (judge.judge(cached, fresh)) {
                        case SAME -> Verdict.SAME;
                        case DIFFERENT -> Verdict.DIFFERENT;
                        case UNSURE -> Verdict.UNSURE;
                    };
            risk.audited(ticket, verdict);
        } catch (RuntimeException e) {
            log.warn("an audit could not be judged: {}", e.toString());
            risk.auditLost(ticket);
        }
    }
}
