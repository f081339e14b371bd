package io.reprise.server.telemetry;

import java.time.Duration;
import java.util.stream.LongStream;

/** Upper bounds of the buckets that latencies are counted in. */
final class Latencies {
    /** Stages of a lookup take from microseconds to a second. */
    static final Duration[] STAGE =
            micros(100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000);

    /** Models take from tenths of a second to minutes. */
    static final Duration[] UPSTREAM = micros(
            50_000,
            100_000,
            250_000,
            500_000,
            1_000_000,
            2_500_000,
            5_000_000,
            10_000_000,
            30_000_000,
            60_000_000,
            300_000_000);

    private Latencies() {}

    private static Duration[] micros(long... bounds) {
        return LongStream.of(bounds)
                .mapToObj(bound -> Duration.ofNanos(bound * 1_000))
                .toArray(Duration[]::new);
    }
}
