package io.reprise.server.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class TallyTest {
    private final Tally tally = new Tally();

    @Test
    void outcomes_areCountedByKindAndReason() {
        tally.hit("exact");
        tally.hit("exact");
        tally.hit("semantic");
        tally.miss("floor");
        tally.bypass("n");
        assertEquals(Map.of("exact", 2L, "semantic", 1L), tally.hits());
        assertEquals(Map.of("floor", 1L), tally.misses());
        assertEquals(Map.of("n", 1L), tally.bypasses());
    }

    @Test
    void beginning_isEmpty() {
        assertTrue(tally.hits().isEmpty()
                && tally.misses().isEmpty()
                && tally.bypasses().isEmpty());
    }

    @Test
    void moreReasonsThanAnybodyReads_areCountedAsOther() {
        for (int i = 0; i < 100; i++) {
            tally.miss("reason " + i);
            tally.miss("reason 0");
        }
        assertEquals(65, tally.misses().size());
        assertEquals(36, tally.misses().get("other"));
        assertEquals(101, tally.misses().get("reason 0"));
    }
}
