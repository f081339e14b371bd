package io.reprise.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FailedReadsTest {
    @Test
    void everyFailure_isCounted() {
        var reads = new FailedReads(Clock.systemUTC());
        IntStream.range(0, 1000).parallel().forEach(i -> reads.accept(new IllegalStateException("no model")));
        assertEquals(1000, reads.count());
    }
}
