package io.reprise.server.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final Vertx vertx = Vertx.vertx();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-02T12:00:00Z"));
    private final Readiness readiness = new Readiness(now::get);

    @BeforeEach
    void begin() {
        assertFalse(readiness.ask());
        readiness.begin();
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void somebodyWhoAsks_isWaitedForUntilToldNo() {
        assertTrue(readiness.ask());

        Future<Void> ended = readiness.end(vertx, LONG);

        assertFalse(ended.isComplete());
        assertFalse(readiness.ask());
        assertTrue(ended.succeeded());
    }

    @Test
    void nobodyWhoAsks_isNotWaitedFor() {
        assertTrue(readiness.ask());
        now.updateAndGet(before -> before.plusSeconds(61));

        assertTrue(readiness.end(vertx, LONG).succeeded());
        assertFalse(readiness.ask());
    }

    @Test
    void waitOfZero_isNone() {
        assertTrue(readiness.ask());

        assertTrue(readiness.end(vertx, Duration.ZERO).succeeded());
    }

    @Test
    void somebodyWhoAsksNoMore_isNotWaitedForLongerThanIsSet() throws Exception {
        assertTrue(readiness.ask());

        readiness.end(vertx, Duration.ofMillis(20)).await(10, TimeUnit.SECONDS);

        assertFalse(readiness.ask());
    }
}
