package io.reprise.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ProportionTest {
    private static final double CLOSE = 5e-5;

    @Test
    void tenOfHundred_hasWilsonsInterval() {
        var proportion = new Proportion(10, 100);
        assertEquals(0.0552, proportion.low(), CLOSE);
        assertEquals(0.1744, proportion.high(), CLOSE);
    }

    @Test
    void noneOfTen_stillHasAnUpperEnd() {
        var proportion = new Proportion(0, 10);
        assertEquals(0, proportion.low());
        assertEquals(0.2775, proportion.high(), CLOSE);
    }

    @Test
    void allOfTen_mirrorsNone() {
        var proportion = new Proportion(10, 10);
        assertEquals(0.7225, proportion.low(), CLOSE);
        assertEquals(1, proportion.high(), 1e-12);
    }

    @Test
    void nothingCounted_mayBeAnything() {
        var proportion = new Proportion(0, 0);
        assertEquals(0, proportion.low());
        assertEquals(1, proportion.high());
        assertEquals("-", proportion.toString());
    }

    @Test
    void text_statesShareAndInterval() {
        assertEquals("10.0 % [5.5, 17.4]", new Proportion(10, 100).toString());
    }

    @Test
    void moreThanAll_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Proportion(11, 10));
    }
}
