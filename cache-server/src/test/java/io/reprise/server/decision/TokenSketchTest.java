package io.reprise.server.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TokenSketchTest {
    @Test
    void encoded_isReadBack() {
        TokenSketch read = TokenSketch.decoded(Sketches.of(7, 70_000, 3).encoded(), Sketches.AXES);
        assertNotNull(read);
        assertEquals(3, read.tokens());
        assertEquals(70_000, read.id(1));
    }

    @Test
    void encoded_takesTheBytesThatAreStated() {
        assertEquals(2 + 3 * (3 + Sketches.AXES), Sketches.of(1, 2, 3).encoded().length);
    }

    @Test
    void state_keepsItsDirection() {
        float[] exact = Sketches.states(5);
        float[] kept = Sketches.of(5).state(0);
        double dot = 0;
        double squares = 0;
        for (int axis = 0; axis < Sketches.AXES; axis++) {
            dot += exact[axis] * kept[axis];
            squares += exact[axis] * exact[axis];
        }
        assertEquals(1, dot / Math.sqrt(squares), 1e-3);
    }

    @Test
    void stateOfZeros_staysZero() {
        TokenSketch sketch = TokenSketch.of(new int[] {1}, new float[Sketches.AXES], Sketches.identity());
        assertEquals(0, sketch.state(0)[0]);
    }

    @Test
    void otherVersion_isNoSketch() {
        byte[] bytes = Sketches.of(1, 2).encoded();
        bytes[0]++;
        assertNull(TokenSketch.decoded(bytes, Sketches.AXES));
    }

    @Test
    void otherAxes_areNoSketch() {
        assertNull(TokenSketch.decoded(Sketches.of(1, 2).encoded(), Sketches.AXES + 1));
    }

    @Test
    void bytesCutShort_areNoSketch() {
        byte[] bytes = Sketches.of(1, 2).encoded();
        assertNull(TokenSketch.decoded(Arrays.copyOf(bytes, bytes.length - 1), Sketches.AXES));
        assertNull(TokenSketch.decoded(new byte[0], Sketches.AXES));
    }

    @Test
    void statesOfAnotherWidth_areRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> TokenSketch.of(new int[] {1}, new float[Sketches.AXES + 1], Sketches.identity()));
    }
}
