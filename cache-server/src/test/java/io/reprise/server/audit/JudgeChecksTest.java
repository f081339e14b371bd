package io.reprise.server.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.decision.bound.JudgeErrors;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JudgeChecksTest {
    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("judge.txt");
    }

    @Test
    void countsAreKept() {
        JudgeChecks checks = JudgeChecks.open("j-1", file());
        checks.add(Judgement.SAME, false);
        checks.add(Judgement.DIFFERENT, false);
        checks.add(Judgement.UNSURE, true);
        checks.add(Judgement.SAME, true);
        checks.save();
        assertEquals(
                new JudgeErrors.Measured(2, 1, 2, 1),
                JudgeChecks.open("j-1", file()).counts());
    }

    @Test
    void fewChecks_leaveTheRatesAssumed() {
        JudgeChecks checks = JudgeChecks.open("j-1", null);
        checks.add(Judgement.SAME, false);
        assertInstanceOf(JudgeErrors.Assumed.class, checks.errors());
    }

    @Test
    void enoughOfBothKinds_areTheRates() {
        JudgeChecks checks = JudgeChecks.open("j-1", null);
        for (int i = 0; i < 200; i++) {
            checks.add(Judgement.SAME, false);
            checks.add(Judgement.DIFFERENT, true);
        }
        assertEquals(new JudgeErrors.Measured(200, 0, 200, 0), checks.errors());
    }

    @Test
    void unchangedCounts_areNotWrittenAgain() throws Exception {
        JudgeChecks checks = JudgeChecks.open("j-1", file());
        checks.add(Judgement.SAME, false);
        checks.save();
        Files.delete(file());
        checks.save();
        assertFalse(Files.exists(file()));
        checks.add(Judgement.SAME, false);
        checks.save();
        assertTrue(Files.exists(file()));
    }

    @Test
    void wrongAnswers_areEnoughSoonerThanRightOnes() {
        JudgeChecks checks = JudgeChecks.open("j-1", null);
        for (int i = 0; i < 1000; i++) {
            checks.add(Judgement.SAME, false);
            checks.add(Judgement.DIFFERENT, true);
        }
        assertTrue(checks.wants(false));
        assertFalse(checks.wants(true));
    }

    @Test
    void fileFromBeforeThereWasAVersion_isRead() throws Exception {
        Files.writeString(file(), "j-1 right=2 false_alarms=1 wrong=2 misses=1\n");
        assertEquals(
                new JudgeErrors.Measured(2, 1, 2, 1),
                JudgeChecks.open("j-1", file()).counts());
    }

    @Test
    void laterVersion_countsAnew() throws Exception {
        Files.writeString(file(), "2 j-1 right=2 false_alarms=1 wrong=2 misses=1\n");
        assertEquals(
                new JudgeErrors.Measured(0, 0, 0, 0),
                JudgeChecks.open("j-1", file()).counts());
    }

    @Test
    void anotherJudge_countsAnew() {
        JudgeChecks checks = JudgeChecks.open("j-1", file());
        checks.add(Judgement.SAME, false);
        checks.save();
        assertEquals(0, JudgeChecks.open("j-2", file()).counts().right());
    }

    @Test
    void damagedFile_countsAnewAndIsReplaced() throws Exception {
        Files.writeString(file(), "j-1 right=1 false_alarms=5");
        JudgeChecks checks = JudgeChecks.open("j-1", file());
        assertEquals(0, checks.counts().right());
        checks.add(Judgement.SAME, false);
        checks.save();
        assertEquals(1, JudgeChecks.open("j-1", file()).counts().right());
    }
}
