package io.reprise.server.decision.bound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class JudgeErrorsTest {
    private static final double ALPHA = 0.05;

    @Test
    void knownErrors_areTakenOff() {
        Accuracy accuracy = Accuracy.of(new JudgeErrors.Assumed(0.03, 0.1), ALPHA);
        assertEquals(0.03 + 0.87 * 0.01, accuracy.alarmShare(0.01), 1e-15);
        assertEquals(0.01, accuracy.wrongShare(accuracy.alarmShare(0.01)), 1e-15);
        assertEquals(ALPHA, accuracy.alpha());
    }

    @Test
    void measuredErrors_countAgainstUs() {
        Accuracy accuracy = Accuracy.of(new JudgeErrors.Measured(1000, 30, 1000, 100), ALPHA);
        assertTrue(accuracy.falseAlarm() < 0.03 && accuracy.falseAlarmHigh() > 0.03 && accuracy.miss() > 0.1);
        assertTrue(accuracy.wrongShare(0.05) > (0.05 - 0.03) / 0.87);
        assertEquals(0.6 * ALPHA, accuracy.alpha(), 1e-15);
    }

    @Test
    void unmeasuredJudge_boundsNothing() {
        assertEquals(1, Accuracy.of(new JudgeErrors.Measured(0, 0, 0, 0), ALPHA).wrongShare(0));
    }

    @Test
    void check_countsOnItsSide() {
        JudgeErrors judge =
                JudgeErrors.none().checked(true, false).checked(false, false).checked(false, true);
        assertEquals(new JudgeErrors.Measured(2, 1, 1, 1), judge);
    }

    @Test
    void judgeNoBetterThanACoin_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> new JudgeErrors.Assumed(0.5, 0.5));
    }
}
