package io.reprise.server.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.reprise.server.decision.bound.JudgeErrors;
import io.reprise.server.decision.bound.Prior;
import io.reprise.server.decision.bound.Published;
import io.reprise.server.decision.bound.RiskController;
import io.reprise.server.decision.bound.RiskSettings;
import io.reprise.server.decision.bound.Ticket;
import io.reprise.server.decision.bound.WouldBeHit;
import io.reprise.server.protocol.Completion;
import java.time.Clock;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class AuditsTest {
    private static final Completion YES = Completion.ofText("yes", null, null);
    private static final Completion NO = Completion.ofText("no", null, null);
    private static final AnswerJudge LETTERS =
            (cached, fresh) -> cached.text().equals(fresh.text()) ? Judgement.SAME : Judgement.DIFFERENT;

    private final RiskController risk = RiskController.open(
            RiskSettings.defaults("test"),
            Prior.ofCalibratedProbabilities(),
            JudgeErrors.none(),
            Clock.systemUTC(),
            new Random(1),
            null);
    private final JudgeChecks checks = JudgeChecks.open("letters", null);

    @Test
    void sameAnswer_isEvidenceWithoutAlarm() {
        try (var audits = new Audits(risk, LETTERS, checks)) {
            audits.answered(admitted(), YES, YES);
        }
        assertCounts(1, 0);
    }

    @Test
    void otherAnswer_isAnAlarm() {
        try (var audits = new Audits(risk, LETTERS, checks)) {
            audits.answered(admitted(), YES, NO);
        }
        assertCounts(1, 1);
    }

    @Test
    void judgeThatFails_losesTheAudit() {
        AnswerJudge broken = (cached, fresh) -> {
            throw new IllegalStateException("no model");
        };
        try (var audits = new Audits(risk, broken, checks)) {
            audits.answered(admitted(), YES, YES);
        }
        assertCounts(0, 0);
        assertEquals(1, risk.published().lostAudits());
    }

    @Test
    void checks_countTheErrorsOfTheJudgeAndAreNoEvidence() {
        try (var audits = new Audits(risk, LETTERS, checks)) {
            audits.check(YES, NO, false);
        }
        assertEquals(new JudgeErrors.Measured(1, 1, 0, 0), checks.counts());
        assertCounts(0, 0);
    }

    @Test
    void auditAfterTheEnd_isLost() {
        var audits = new Audits(risk, LETTERS, checks);
        audits.close();
        audits.answered(admitted(), YES, YES);
        assertEquals(1, risk.published().lostAudits());
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
