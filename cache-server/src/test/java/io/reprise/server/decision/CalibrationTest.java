package io.reprise.server.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class CalibrationTest {

    @Test
    void curve_isLogistic() {
        var calibration = new Calibration(4, -2);
        assertEquals(0.5, calibration.probability(0.5));
        assertEquals(1 / (1 + Math.exp(-2)), calibration.probability(1), 1e-15);
        assertEquals(1 / (1 + Math.exp(2)), calibration.probability(0), 1e-15);
    }

    @Test
    void probability_growsWithTheCosineWithinZeroAndOne() {
        double before = 0;
        for (int i = -100; i <= 100; i++) {
            double probability = Calibration.BUNDLED_MODEL.probability(i / 100.0);
            assertTrue(probability > before && probability < 1, "at " + i);
            before = probability;
        }
    }
}
