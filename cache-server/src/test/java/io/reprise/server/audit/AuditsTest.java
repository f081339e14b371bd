package io.reprise.server.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.reprise.server.decision.bound.JudgeErrors;
import io.reprise.server.decision.bound.Prior;
import io.reprise.server.decision.bound.Published;
import io.reprise.server.decision.bound.RiskController;
import io.reprise.server.decision.bound.RiskSettings;
import io.reprise.server.decision.bound.Ticket;
import io.reprise.server.decision.bound.WouldBeHit;
import io.reprise.server.ledger.ModelUsage;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.Usage;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class AuditsTest {
    private static final Completion YES = Completion.ofText("yes", null, null);
    private static final Completion NO = Completion.ofText("no", null, null);
    private static final ModelUsage USED = new ModelUsage("judge", Usage.of(10, 1, false));
    private static final AuditJudge LETTERS = pair -> new Finding(
            pair.cached().text().equals(pair.fresh().text()) ? Judgement.SAME : Judgement.DIFFERENT, List.of(USED));

    private final RiskController risk = RiskController.open(
            RiskSettings.defaults("test"),
            Prior.ofCalibratedProbabilities(),
            JudgeErrors.none(),
            Clock.systemUTC(),
            new Random(1),
            null);
    private final JudgeChecks checks = JudgeChecks.open("letters", null);
    private final AuditBudget budget = new AuditBudget(1, PriceBook.bundled(List.of()), "judge", Clock.systemUTC());
    private final Queue<List<ModelUsage>> bills = new ConcurrentLinkedQueue<>();

    @Test
    void sameAnswer_isEvidenceWithoutAlarm() {
        try (var audits = new Audits(risk, LETTERS, checks, budget)) {
            audits.answered(admitted(), pair(YES, YES), bills::add);
        }
        assertCounts(1, 0);
    }

    @Test
    void otherAnswer_isAnAlarm() {
        try (var audits = new Audits(risk, LETTERS, checks, budget)) {
            audits.answered(admitted(), pair(YES, NO), bills::add);
        }
        assertCounts(1, 1);
    }

    @Test
    void judgeThatFails_losesTheAudit() {
        AuditJudge broken = pair -> {
            throw new IllegalStateException("no model");
        };
        try (var audits = new Audits(risk, broken, checks, budget)) {
            audits.answered(admitted(), pair(YES, YES), bills::add);
        }
        assertCounts(0, 0);
        assertEquals(1, risk.published().lostAudits());
    }

    @Test
    void checks_countTheErrorsOfTheJudgeAndAreNoEvidence() {
        try (var audits = new Audits(risk, LETTERS, checks, budget)) {
            audits.check(pair(YES, NO), false, bills::add);
        }
        assertEquals(new JudgeErrors.Measured(1, 1, 0, 0), checks.counts());
        assertCounts(0, 0);
    }

    @Test
    void judgeThatDidNotJudge_losesTheAuditAndIsPaid() {
        try (var audits = new Audits(risk, pair -> new Finding(null, List.of(USED)), checks, budget)) {
            audits.answered(admitted(), pair(YES, NO), bills::add);
            audits.check(pair(YES, NO), false, bills::add);
        }
        assertEquals(1, risk.published().lostAudits());
        assertEquals(0, checks.counts().right());
        assertEquals(List.of(List.of(USED), List.of(USED)), List.copyOf(bills));
    }

    @Test
    void everyAudit_isBilledOnce() {
        try (var audits = new Audits(risk, LETTERS, checks, budget)) {
            audits.answered(admitted(), pair(YES, YES), bills::add);
        }
        assertEquals(List.of(List.of(USED)), List.copyOf(bills));
    }

    @Test
    void answerThatACallerBrought_countsForThatCallersPrincipalAlone() {
        Ticket ticket = admitted();
        risk.auditLost(ticket);
        try (var audits = new Audits(risk, LETTERS, checks, budget)) {
            audits.reported(ticket, pair(YES, NO), bills::add);
        }
        assertCounts(0, 0);
        assertEquals(1, risk.namespace("p", "n").wrongVotes());
    }

    @Test
    void answerThatACallerBrought_tellsNothingWhenItIsTheSame() {
        Ticket ticket = admitted();
        risk.auditLost(ticket);
        try (var audits = new Audits(risk, LETTERS, checks, budget)) {
            audits.reported(ticket, pair(YES, YES), bills::add);
        }
        assertEquals(0, risk.namespace("p", "n").wrongVotes());
    }

    @Test
    void judgementUnderWayAtTheEnd_isBrokenOff() throws InterruptedException {
        var never = new CountDownLatch(1);
        var asked = new CountDownLatch(1);
        AuditJudge slow = pair -> {
            asked.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new Finding(Judgement.DIFFERENT, List.of());
        };
        var audits = new Audits(risk, slow, checks, budget, Duration.ofMillis(1));
        audits.answered(admitted(), pair(YES, NO), bills::add);
        asked.await();
        audits.close();
        assertCounts(1, 1);
    }

    @Test
    void auditAfterTheEnd_isLost() {
        var audits = new Audits(risk, LETTERS, checks, budget);
        audits.close();
        audits.answered(admitted(), pair(YES, YES), bills::add);
        assertEquals(1, risk.published().lostAudits());
    }

    private static Comparison pair(Completion cached, Completion fresh) {
        return new Comparison("q", cached, "q", fresh);
    }

    private Ticket admitted() {
        return risk.admit(new WouldBeHit("p", "n", "entry", 1, 0.9999, 1, true, true));
    }

    private void assertCounts(long audits, long alarms) {
        Published published = risk.published();
        assertEquals(audits, published.audits());
        assertEquals(alarms, published.alarms());
    }
}
