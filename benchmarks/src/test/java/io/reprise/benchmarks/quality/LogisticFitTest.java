package io.reprise.benchmarks.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LogisticFitTest {

    @Test
    void twoPlaces_areFittedExactly() {
        // Of four at 0 one is true, of four at 1 three: log odds of -ln 3 and ln 3.
        double[] x = {0, 0, 0, 0, 1, 1, 1, 1};
        boolean[] label = {true, false, false, false, true, true, true, false};
        LogisticFit fit = LogisticFit.of(x, label);
        assertEquals(-Math.log(3), fit.bias(), 1e-9);
        assertEquals(2 * Math.log(3), fit.weight(), 1e-9);
        assertEquals(0.75, fit.probability(1), 1e-9);
    }

    @Test
    void drawnFromACurve_isWithinItsStandardErrors() {
        var random = new Random(3);
        double[] x = new double[20_000];
        boolean[] label = new boolean[x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextDouble();
            label[i] = random.nextDouble() < 1 / (1 + Math.exp(-(10 * x[i] - 8)));
        }
        LogisticFit fit = LogisticFit.of(x, label);
        assertEquals(10, fit.weight(), 3 * fit.weightError());
        assertEquals(-8, fit.bias(), 3 * fit.biasError());
    }

    @Test
    void separableLabels_haveNoFit() {
        assertThrows(
                ArithmeticException.class,
                () -> LogisticFit.of(new double[] {0, 0.1, 0.9, 1}, new boolean[] {false, false, true, true}));
    }
}
