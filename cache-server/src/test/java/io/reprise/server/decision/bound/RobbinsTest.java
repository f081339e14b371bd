package io.reprise.server.decision.bound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RobbinsTest {

    @Test
    void withoutTrials_nothingIsExcluded() {
        assertEquals(0, Robbins.low(0, 0, 0.05));
        assertEquals(1, Robbins.high(0, 0, 0.05));
    }

    @ParameterizedTest
    @CsvSource({"0, 10", "3, 10", "10, 10", "150, 5000", "4999, 5000"})
    void share_liesInside(long successes, long trials) {
        double share = (double) successes / trials;
        assertTrue(Robbins.low(successes, trials, 0.05) <= share);
        assertTrue(Robbins.high(successes, trials, 0.05) >= share);
    }

    /** With no success the equation is {@code (n + 1)(1 - p)^n = alpha}. */
    @Test
    void noSuccess_hasTheClosedForm() {
        assertEquals(1 - Math.pow(0.05 / 101, 1 / 100.0), Robbins.high(0, 100, 0.05), 1e-9);
    }
}
