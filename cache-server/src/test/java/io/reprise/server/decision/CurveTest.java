package io.reprise.server.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class CurveTest {
    private final Curve curve = new Curve(new float[] {0, 2, 3}, new float[] {1, 2, 0});

    @Test
    void betweenPoints_isStraight() {
        assertEquals(1.5f, curve.at(1));
        assertEquals(1, curve.at(2.5f));
    }

    @Test
    void outside_isConstant() {
        assertEquals(1, curve.at(-5));
        assertEquals(0, curve.at(5));
    }

    @Test
    void atWhatIsNoNumber_isNoNumber() {
        assertEquals(Float.NaN, curve.at(Float.NaN));
    }

    @Test
    void inputsThatDoNotRise_areRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Curve(new float[] {1, 1}, new float[] {1, 2}));
    }
}
