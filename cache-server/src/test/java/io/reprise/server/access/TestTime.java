package io.reprise.server.access;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A clock, and seconds that never go back, which a test sets. */
final class TestTime extends Clock {
    private final AtomicLong nanos = new AtomicLong();
    private volatile Instant now;

    TestTime(String now) {
        this.now = Instant.parse(now);
    }

    void set(String other) {
        now = Instant.parse(other);
    }

    void pass(Duration time) {
        now = now.plus(time);
        nanos.addAndGet(time.toNanos());
    }

    long nanos() {
        return nanos.get();
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("nobody asks a clock of instants for a zone");
    }
}
