package io.reprise.server.cache.eviction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class HitRingTest {
    private final HitRing ring = new HitRing();

    @Test
    void hits_areDrainedOnceInTheirOrder() {
        ring.add("a");
        ring.add("b");
        ring.add("a");
        assertEquals(List.of("a", "b", "a"), drained());
        assertEquals(List.of(), drained());
        ring.add("c");
        assertEquals(List.of("c"), drained());
    }

    @Test
    void hitsThatAreNotDrainedInTime_giveWayToLaterOnes() {
        IntStream.range(0, 10_000).forEach(i -> ring.add("h" + i));
        List<String> drained = drained();
        assertEquals("h9999", drained.getLast());
        assertTrue(drained.size() < 10_000, drained.size() + " hits");
    }

    @Test
    void ringThatIsDrainedWhenItAsks_losesNothing() {
        int drained = 0;
        for (int i = 0; i < 100_000; i++) {
            if (ring.add("h" + i)) {
                drained += drained().size();
            }
        }
        assertEquals(100_000, drained + drained().size());
    }

    private List<String> drained() {
        List<String> ids = new ArrayList<>();
        ring.drain(ids::add);
        return ids;
    }
}
