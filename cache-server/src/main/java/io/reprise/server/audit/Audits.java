package io.reprise.server.audit;

import io.reprise.server.decision.bound.RiskController;
import io.reprise.server.decision.bound.Ticket;
import io.reprise.server.decision.bound.Verdict;
import io.reprise.server.ledger.ModelUsage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings answers before the judge, and what it says of them to the controller. Judging happens on threads of its own,
 * behind a bounded queue; nothing here blocks a caller. Thread-safe.
 *
 * <p>The errors of the judge are counted by the same judge in the same way, so that they are those of the verdicts that
 * count.
 */
public final class Audits implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Audits.class);

    private static final int MAX_WAITING = 256;
    /** Most of the time is spent waiting for upstream. */
    private static final int THREADS = 8;

    private static final long IDLE_SECONDS = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final RiskController risk;
    private final AuditJudge judge;
    private final JudgeChecks checks;
    private final AuditBudget budget;
    private final Duration patience;
    private final ThreadPoolExecutor judging;

    /** With the errors of the judge as counted so far. */
    public Audits(RiskController risk, AuditJudge judge, JudgeChecks checks, AuditBudget budget) {
        this(risk, judge, checks, budget, PATIENCE);
    }

    /**
     * @param patience how long closing waits for what is under way, before it breaks that off
     */
    Audits(RiskController risk, AuditJudge judge, JudgeChecks checks, AuditBudget budget, Duration patience) {
        this.patience = patience;
        this.risk = risk;
        this.judge = judge;
        this.checks = checks;
        this.budget = budget;
        this.judging = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().daemon().name("reprise-judge-", 0).factory());
        judging.allowCoreThreadTimeOut(true);
    }

    /** What audits may cost. */
    public AuditBudget budget() {
        return budget;
    }

    /**
     * Two answers on their way to the judge, and what becomes of the finding, which names no judgement when it is given
     * up.
     */
    private record Matter(AuditJudge judge, Comparison pair, Consumer<Finding> then) implements Runnable {
        private static final Finding NONE = new Finding(null, List.of());

        @Override
        public void run() {
            then.accept(found());
        }

        private Finding found() {
            try {
                return judge.judge(pair);
            } catch (RuntimeException e) {
                log.warn("two answers could not be judged: {}", e.toString());
                return NONE;
            }
        }

        void giveUp() {
            then.accept(NONE);
        }
    }

    /**
     * The fresh answer to a call whose hit was to be audited has come.
     *
     * @param bill gets what judging has used upstream, once, perhaps nothing; on any thread
     */
    public void answered(Ticket ticket, Comparison comparison, Consumer<List<ModelUsage>> bill) {
        take(comparison, bill, finding -> {
            switch (finding.judgement()) {
                case null -> risk.auditLost(ticket);
                case SAME -> risk.audited(ticket, Verdict.SAME);
                case DIFFERENT -> risk.audited(ticket, Verdict.DIFFERENT);
                case UNSURE -> risk.audited(ticket, Verdict.UNSURE);
            }
        });
    }

    /**
     * A caller has brought a fresh answer to what it was served: found different it counts as that caller's vote, and
     * otherwise as nothing.
     *
     * @param bill as above
     */
    public void reported(Ticket ticket, Comparison comparison, Consumer<List<ModelUsage>> bill) {
        take(comparison, bill, finding -> {
            if (finding.judgement() == Judgement.DIFFERENT) {
                risk.feedback(ticket, ticket.hit().principal(), true);
            }
        });
    }

    /** There will be no fresh answer, for a reason that has nothing to do with the cached one. */
    public void lost(Ticket ticket) {
        risk.auditLost(ticket);
    }

    /**
     * Has two answers judged of which the truth is known, to count the judge's errors.
     *
     * @param wrong whether they answer prompts that certainly differ; otherwise they answer the same prompt
     * @param bill as above
     */
    public void check(Comparison comparison, boolean wrong, Consumer<List<ModelUsage>> bill) {
        take(comparison, bill, finding -> {
            if (finding.judgement() != null) {
                checks.add(finding.judgement(), wrong);
                risk.judge(checks.errors());
            }
        });
    }

    /** Whether another check of this kind would tell anything, and nothing else has to wait for it. */
    public boolean isWorthChecking(boolean wrong) {
        return checks.wants(wrong) && judging.getQueue().isEmpty();
    }

    /** Judges what waits, for a few seconds; then what has been judged once is left at that, and the rest is lost. */
    @Override
    public void close() {
        judging.shutdown();
        try {
            if (!judging.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                List<Runnable> unjudged = judging.shutdownNow();
                log.info("{} audits were not judged before the end", unjudged.size());
                unjudged.forEach(matter -> ((Matter) matter).giveUp());
                if (!judging.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    log.warn("the judge of audits does not end");
                }
            }
        } catch (InterruptedException e) {
            judging.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void take(Comparison pair, Consumer<List<ModelUsage>> bill, Consumer<Finding> then) {
        var matter = new Matter(judge, pair, finding -> {
            bill.accept(finding.used());
            then.accept(finding);
        });
        try {
            judging.execute(matter);
        } catch (RejectedExecutionException e) {
            matter.giveUp();
        }
    }
}
