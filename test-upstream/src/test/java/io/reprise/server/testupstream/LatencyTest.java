package io.reprise.server.testupstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencyTest {

    @Test
    void fixed_isTheSameEachTime() {
        Latency latency = Latency.fixed(Duration.ofMillis(7));

        assertEquals(14, latency.nextMillis() + latency.nextMillis());
    }

    @Test
    void sameSeed_drawsTheSamePauses() {
        Duration median = Duration.ofMillis(200);

        assertEquals(
                Arrays.toString(draws(Latency.logNormal(median, 0.5, 42))),
                Arrays.toString(draws(Latency.logNormal(median, 0.5, 42))));
    }

    @Test
    void uniform_staysWithinItsBoundsAndReachesThem() {
        long[] draws = draws(Latency.uniform(Duration.ofMillis(3), Duration.ofMillis(5), 1));

        assertEquals(3, Arrays.stream(draws).min().orElseThrow());
        assertEquals(5, Arrays.stream(draws).max().orElseThrow());
    }

    @Test
    void logNormal_hasItsMedianInTheMiddleAndALongTail() {
        long[] draws = draws(Latency.logNormal(Duration.ofMillis(200), 0.5, 1));
        Arrays.sort(draws);

        assertEquals(200.0, (double) draws[draws.length / 2], 20.0);
        assertTrue(draws[draws.length * 99 / 100] > 500);
    }

    @Test
    void negativePause_isRejected() {
        assertThrows(IllegalArgumentException.class, () -> Latency.fixed(Duration.ofMillis(-1)));
    }

    private static long[] draws(Latency latency) {
        return LongStream.generate(latency::nextMillis).limit(2000).toArray();
    }
}
