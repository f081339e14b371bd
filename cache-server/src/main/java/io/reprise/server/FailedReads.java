package io.reprise.server;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts decisions in which the model that reads two prompts has failed, and logs one a minute. Thread-safe. */
final class FailedReads implements Consumer<RuntimeException> {
    private static final Logger log = LoggerFactory.getLogger(FailedReads.class);
    private static final long QUIET_MILLIS = Duration.ofMinutes(1).toMillis();

    private final Clock clock;
    private final LongAdder count = new LongAdder();
    private final AtomicLong quietUntil = new AtomicLong(Long.MIN_VALUE);

    FailedReads(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void accept(RuntimeException failure) {
        count.increment();
        log.debug("the model that reads both prompts has failed", failure);
        long now = clock.millis();
        long until = quietUntil.get();
        if (now >= until && quietUntil.compareAndSet(until, now + QUIET_MILLIS)) {
            log.warn(
                    "the model that reads both prompts has failed, so nothing was served that it had not read: {}",
                    failure.toString());
        }
    }

    /** How many there were. */
    long count() {
        return count.sum();
    }
}
