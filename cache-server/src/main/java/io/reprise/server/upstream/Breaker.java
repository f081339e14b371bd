package io.reprise.server.upstream;

import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.CircuitBreakerState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves one upstream alone while it fails. Thread-safe.
 *
 * <p>Counting and states are those of Vert.x's circuit breaker: failures in a row within a window open it, after a pause one call is let
 * through, and that one's success closes it. Its promises are kept apart from the calls' own: it would take away an answer that counts
 * as a failure, such as a 500, which the client is to see.
 */
final class Breaker {
    private static final Logger log = LoggerFactory.getLogger(Breaker.class);

    private final CircuitBreaker circuit;
    private final UpstreamOptions.Breaker options;
    private final InstantSource clock;
    private volatile Instant until = Instant.EPOCH;

    /** One attempt that the breaker has let through; exactly one of its methods is called, once. */
    interface Trial {
        /** For attempts that nobody counts. */
        Trial FREE = new Trial() {
            @Override
            public void answered(int status) {}

            @Override
            public void failed() {}

            @Override
            public void forgotten() {}
        };

        void answered(int status);

        void failed();

        /** It ended for reasons that are not upstream's. */
        void forgotten();
    }

    /**
     * @param options with at least one failure
     */
    Breaker(Vertx vertx, Provider provider, UpstreamOptions.Breaker options, InstantSource clock) {
        this.options = options;
        this.clock = clock;
        this.circuit = CircuitBreaker.create(
                        provider.name(),
                        vertx,
                        new CircuitBreakerOptions()
                                .setMaxFailures(options.failures())
                                .setFailuresRollingWindow(options.window().toMillis())
                                .setResetTimeout(options.pause().toMillis())
                                .setTimeout(-1))
                .openHandler(open -> {
                    until = clock.instant().plus(options.pause());
                    log.warn("{} is left alone for {} after failures", provider, options.pause());
                })
                .closeHandler(closed -> log.info("{} answers again", provider));
    }

    /** Lets an attempt through, or returns null when upstream is to be left alone. */
    @Nullable Trial admit() {
        var trial = new Counted();
        circuit.execute(trial::begin);
        return trial.begun ? trial : null;
    }

    /** Whether attempts go through as ever. */
    boolean isClosed() {
        return circuit.state() == CircuitBreakerState.CLOSED;
    }

    /** How long it is likely to be left alone yet, at least a second. */
    Duration remaining() {
        Duration left = Duration.between(clock.instant(), until);
        return left.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : left;
    }

    private final class Counted implements Trial {
        private final Promise<Void> outcome = Promise.promise();
        private boolean begun;

        Future<Void> begin() {
            begun = true;
            return outcome.future();
        }

        @Override
        public void answered(int status) {
            if (options.serverErrors() && status >= 500) {
                failed();
            } else {
                outcome.tryComplete();
            }
        }

        @Override
        public void failed() {
            outcome.tryFail("failed");
        }

        /**
         * While the circuit is closed such an attempt must count neither way: a client that leaves is no failure, nor does it end a row
         * of them. The one that is let through afterwards must end, because no other one is meanwhile.
         */
        @Override
        public void forgotten() {
            if (circuit.state() != CircuitBreakerState.CLOSED) {
                outcome.tryFail("forgotten");
            }
        }
    }
}
