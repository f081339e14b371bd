package io.reprise.server.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether the server is ready for requests, and who wants to know.
 *
 * <p>A load balancer that asks must hear "no" before connections are refused, or it sends requests into a closed door. So a
 * server that stops goes on taking them until somebody who asks has been told. Thread-safe.
 */
final class Readiness {
    /** Who has not asked for this long does not ask at all. */
    private static final Duration OF_LATE = Duration.ofMinutes(1);

    private enum State {
        STARTING,
        READY,
        STOPPING
    }

    private final InstantSource clock;
    private final Promise<Void> told = Promise.promise();
    private volatile State state = State.STARTING;
    private volatile @Nullable Instant asked;

    Readiness(InstantSource clock) {
        this.clock = clock;
    }

    /** Says whether the server is ready, to somebody who asks for it. */
    boolean ask() {
        asked = clock.instant();
        if (state == State.STOPPING) {
            told.tryComplete();
        }
        return state == State.READY;
    }

    /** From now on the server is ready. */
    void begin() {
        state = State.READY;
    }

    /** From now on it is not. Ends when somebody was told, after {@code atMost}, or at once where nobody has asked of late. */
    Future<Void> end(Vertx vertx, Duration atMost) {
        Instant last = asked;
        state = State.STOPPING;
        if (atMost.isZero() || last == null || last.plus(OF_LATE).isBefore(clock.instant())) {
            return Future.succeededFuture();
        }
        vertx.timer(atMost.toMillis(), TimeUnit.MILLISECONDS).onComplete(over -> told.tryComplete());
        return told.future();
    }
}
