package io.reprise.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.reprise.benchmarks.report.Reliability.Bin;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReliabilityTest {
    /** Two at about 0.25, of which one comes true, and one at 1, which does. */
    private final Reliability reliability =
            Reliability.of(new double[] {0.25, 1, 0.2}, new boolean[] {true, true, false});

    @Test
    void bins_holdMeanAndShare() {
        assertEquals(
                List.of(new Bin(0.2, 0.3, 0.225, new Proportion(1, 2)), new Bin(0.99, 1, 1, new Proportion(1, 1))),
                reliability.bins());
    }

    @Test
    void brier_isTheMeanSquare() {
        assertEquals((0.75 * 0.75 + 0 + 0.2 * 0.2) / 3, reliability.brier(), 1e-12);
    }

    @Test
    void calibrationError_weighsBinsByMembers() {
        assertEquals(2.0 / 3 * (0.5 - 0.225), reliability.calibrationError(), 1e-12);
    }

    @Test
    void probabilityAboveOne_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> Reliability.of(new double[] {1.01}, new boolean[] {true}));
    }
}
