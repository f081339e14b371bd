package io.reprise.server.access;

import java.util.Arrays;

/**
 * A sum over the last 60 seconds, second by second. Time is any count of seconds that never goes back. Not thread-safe.
 */
final class SlidingMinute {
    static final int SECONDS = 60;

    private final long[] amounts = new long[SECONDS];
    private long sum;
    private long latest = Long.MIN_VALUE;

    /** The sum now. */
    long sum(long second) {
        advance(second);
        return sum;
    }

    void add(long second, long amount) {
        advance(second);
        amounts[slot(latest)] += amount;
        sum += amount;
    }

    /** Changes an amount of an earlier second; what has left the window by now changes nothing. */
    void correct(long now, long second, long by) {
        advance(now);
        if (second > latest - SECONDS) {
            amounts[slot(second)] += by;
            sum += by;
        }
    }

    /** Seconds until the sum is at most so much, when nothing is added: 0 to 60. */
    long secondsUntil(long second, long most) {
        advance(second);
        long left = sum;
        for (int passed = 0; passed < SECONDS; passed++) {
            if (left <= most) {
                return passed;
            }
            left -= amounts[slot(latest - SECONDS + 1 + passed)];
        }
        return SECONDS;
    }

    private void advance(long second) {
        if (latest == Long.MIN_VALUE || second - latest >= SECONDS) {
            Arrays.fill(amounts, 0);
            sum = 0;
            latest = latest == Long.MIN_VALUE ? second : Math.max(latest, second);
            return;
        }
        while (latest < second) {
            latest++;
            sum -= amounts[slot(latest)];
            amounts[slot(latest)] = 0;
        }
    }

    private static int slot(long second) {
        return (int) Math.floorMod(second, (long) SECONDS);
    }
}
