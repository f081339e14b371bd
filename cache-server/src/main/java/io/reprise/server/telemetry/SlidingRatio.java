package io.reprise.server.telemetry;

import java.time.Clock;
import java.time.Duration;

/** Share of hits over the last five minutes, in ten slices. Thread-safe. */
final class SlidingRatio {
    private static final int SLICES = 10;
    private static final long SLICE_MILLIS = Duration.ofMinutes(5).toMillis() / SLICES;

    private final Clock clock;
    private final long[] slice = new long[SLICES];
    private final long[] hits = new long[SLICES];
    private final long[] all = new long[SLICES];

    SlidingRatio(Clock clock) {
        this.clock = clock;
    }

    synchronized void add(boolean hit) {
        long now = clock.millis() / SLICE_MILLIS;
        int at = (int) (now % SLICES);
        if (slice[at] != now) {
            slice[at] = now;
            hits[at] = 0;
            all[at] = 0;
        }
        all[at]++;
        hits[at] += hit ? 1 : 0;
    }

    /** The share, 0 to 1; NaN when there was no call. */
    synchronized double value() {
        long now = clock.millis() / SLICE_MILLIS;
        long hit = 0;
        long sum = 0;
        for (int i = 0; i < SLICES; i++) {
            // A slice of the future is left from before the clock was set back.
            if (slice[i] <= now && now - slice[i] < SLICES) {
                hit += hits[i];
                sum += all[i];
            }
        }
        return sum == 0 ? Double.NaN : (double) hit / sum;
    }
}
