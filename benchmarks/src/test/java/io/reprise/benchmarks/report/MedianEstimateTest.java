package io.reprise.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MedianEstimateTest {

    @Test
    void evenCount_takesTheMiddleOfTheTwo() {
        assertEquals(2.5, MedianEstimate.of(new double[] {4, 1, 3, 2}).median());
    }

    @Test
    void hundredValues_boundTheMedianByOrderStatistics() {
        double[] oneToHundred = IntStream.rangeClosed(1, 100).asDoubleStream().toArray();
        MedianEstimate estimate = MedianEstimate.of(oneToHundred);
        // Ranks 41 and 60: the binomial of 100 halves stays within them with a probability of about 95 %.
        assertEquals(41, estimate.low());
        assertEquals(60, estimate.high());
    }

    @Test
    void fewValues_areAllWithinTheInterval() {
        MedianEstimate estimate = MedianEstimate.of(new double[] {5, 1, 3});
        assertEquals(1, estimate.low());
        assertEquals(5, estimate.high());
    }

    @Test
    void outlier_doesNotMoveTheMedian() {
        assertEquals(1, MedianEstimate.of(new double[] {1, 1, 1, 1, 1000}).median());
    }

    @Test
    void noValues_areRefused() {
        assertThrows(IllegalArgumentException.class, () -> MedianEstimate.of(new double[0]));
    }
}
