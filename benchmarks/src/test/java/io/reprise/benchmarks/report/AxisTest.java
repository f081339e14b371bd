package io.reprise.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {
    private final Axis decades = Axis.logarithmic("x", 0.001, 0.1);

    @ParameterizedTest
    @CsvSource({"0.001, 0", "0.01, 0.5", "0.1, 1", "0, 0", "1, 1"})
    void logarithmicPosition_goesByRatio(double share, double position) {
        assertEquals(position, decades.position(share), 1e-12);
    }

    @Test
    void linearPosition_goesByDifference() {
        assertEquals(0.25, Axis.linear("x", 0.2, 0.6).position(0.3), 1e-12);
    }

    @Test
    void logarithmicTicks_areOneTwoAndFive() {
        assertArrayEquals(
                new double[] {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1},
                decades.ticks().stream().mapToDouble(Double::doubleValue).toArray(),
                1e-12);
    }

    @Test
    void linearTicks_areFewAndRound() {
        assertArrayEquals(
                new double[] {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6},
                Axis.linear("x", 0, 0.6).ticks().stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray(),
                1e-12);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 %", "0.0005, 0.05 %", "0.002, 0.2 %", "0.01, 1 %", "0.025, 2.5 %", "1, 100 %"})
    void text_isInPerCent(double share, String text) {
        assertEquals(text, Axis.linear("", 0, 1).text(share));
    }

    @Test
    void logarithmicFromZero_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> Axis.logarithmic("x", 0, 1));
    }
}
