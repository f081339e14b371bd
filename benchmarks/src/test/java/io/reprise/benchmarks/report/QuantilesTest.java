package io.reprise.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class QuantilesTest {

    @Test
    void hundredValues_areReadAtTheirRanks() {
        long[] descending = LongStream.rangeClosed(1, 100).map(i -> 101 - i).toArray();
        assertEquals(new Quantiles(100, 50, 90, 99), Quantiles.of(descending));
    }

    @Test
    void oneValue_isEveryQuantile() {
        assertEquals(new Quantiles(1, 7, 7, 7), Quantiles.of(new long[] {7}));
    }

    @Test
    void text_isInMilliseconds() {
        assertEquals("1.500 / 2.000 / 30.000", new Quantiles(3, 1_500_000, 2_000_000, 30_000_000).millis());
    }
}
