package io.reprise.server.decision.bound;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriorTest {
    private static final List<Double> CUTOFFS = List.of(0.99, 0.95, 0.9, 0.8, 0.5);

    @ParameterizedTest
    @CsvSource({
        "0.5, 3", // Room for 0.2, which 0.8 keeps.
        "0.2, 1", // Room for 0.08.
        "0.02, 0", // No room for 0.008, but 0.99 keeps 0.02.
        "0.009, -1"
    })
    void start_isTheLoosestThatIsExpectedToHold_withRoomWhereThereIsAny(double ceiling, int index) {
        assertEquals(index, Prior.ofCalibratedProbabilities().start(CUTOFFS, ceiling));
    }

    @Test
    void stricterOneThatIsNotExpectedToHold_endsIt() {
        Prior wrongInTheMiddle = new Prior(cutoff -> cutoff == 0.95 ? 0.5 : 0.01, 1);
        assertEquals(0, wrongInTheMiddle.start(CUTOFFS, 0.3));
    }
}
