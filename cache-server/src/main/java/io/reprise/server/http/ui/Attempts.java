package io.reprise.server.http.ui;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Attempts to log in, by the address that they come from: after some that failed the next ones wait. Thread-safe. */
final class Attempts {
    /** How many may fail before the others wait. */
    static final int MOST = 10;

    /** How long they wait, from the first that failed. */
    static final Duration PAUSE = Duration.ofMinutes(1);

    private static final int MAX_ADDRESSES = 10_000;

    private final Cache<String, AtomicInteger> begunByAddress;

    Attempts(Clock clock) {
        this.begunByAddress = Caffeine.newBuilder()
                .expireAfterWrite(PAUSE)
                .maximumSize(MAX_ADDRESSES)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .executor(Runnable::run)
                .build();
    }

    /** Counts an attempt before it is looked at, so that many at once count too; false where it has to wait. */
    boolean begin(String address) {
        return begunByAddress.get(address, first -> new AtomicInteger()).incrementAndGet() <= MOST;
    }

    /** It came from somebody who may log in. */
    void succeeded(String address) {
        begunByAddress.invalidate(address);
    }
}
