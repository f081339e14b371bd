package io.reprise.server.testupstream;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;

/**
 * A source of pauses, in milliseconds, the resolution of the timers that keep them.
 *
 * <p>Asked on event loops only, and must not block. The seeded distributions draw the same sequence of pauses on each run; they
 * are thread-safe, but the order in which concurrent requests draw from them is not defined.
 */
@FunctionalInterface
public interface Latency {

    /** The next pause; 0 is none, negative is not allowed. */
    long nextMillis();

    /** No pause. */
    static Latency none() {
        return () -> 0;
    }

    /** The same pause each time, cut to whole milliseconds. */
    static Latency fixed(Duration pause) {
        long millis = requireNotNegative("pause", pause);
        return () -> millis;
    }

    /** Pauses uniform over {@code [least, most]}. */
    static Latency uniform(Duration least, Duration most, long seed) {
        long low = requireNotNegative("least", least);
        long high = requireNotNegative("most", most);
        if (high < low) {
            throw new IllegalArgumentException("most must be at least " + least + ": " + most);
        }
        return seeded(seed, random -> random.nextLong(low, high + 1));
    }

    /**
     * Log-normal pauses, the shape that latencies of model providers have: half of them above the median, and a long tail.
     *
     * @param sigma standard deviation of the logarithm, not negative; 0.5 puts p99 at 3.2 times the median
     */
    static Latency logNormal(Duration median, double sigma, long seed) {
        long middle = requireNotNegative("median", median);
        if (!(sigma >= 0)) {
            throw new IllegalArgumentException("sigma must not be negative: " + sigma);
        }
        return seeded(seed, random -> Math.round(middle * Math.exp(sigma * random.nextGaussian())));
    }

    private static Latency seeded(long seed, ToLongFunction<RandomGenerator> draw) {
        RandomGenerator random = new SplittableRandom(seed);
        return () -> {
            synchronized (random) {
                return draw.applyAsLong(random);
            }
        };
    }

    private static long requireNotNegative(String name, Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative: " + duration);
        }
        return duration.toMillis();
    }
}
