package io.reprise.server.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.reprise.server.upstream.Breaker.Trial;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class BreakerTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Provider provider = Provider.openAi(URI.create("http://some.example"), null, Map.of());

    private Breaker breaker(Vertx vertx, Duration pause, boolean serverErrors) {
        return new Breaker(
                vertx,
                provider,
                new UpstreamOptions.Breaker(2, Duration.ofSeconds(60), pause, serverErrors),
                InstantSource.fixed(Instant.EPOCH));
    }

    private static Trial admitted(Breaker breaker) {
        Trial trial = breaker.admit();
        assertNotNull(trial);
        return trial;
    }

    /** The circuit counts on a context of its own, a moment later. */
    private static void awaitOpen(Breaker breaker) throws TimeoutException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        for (Trial trial = breaker.admit(); trial != null; trial = breaker.admit()) {
            trial.forgotten();
            pauseUntil(deadline);
        }
    }

    private static Trial awaitAdmission(Breaker breaker) throws TimeoutException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        Trial trial = breaker.admit();
        while (trial == null) {
            pauseUntil(deadline);
            trial = breaker.admit();
        }
        return trial;
    }

    private static void pauseUntil(long deadline) throws TimeoutException {
        if (System.nanoTime() > deadline) {
            throw new TimeoutException();
        }
        Thread.onSpinWait();
    }

    @Test
    void failuresInARow_openIt(Vertx vertx) throws TimeoutException {
        Breaker breaker = breaker(vertx, LONG, false);
        admitted(breaker).failed();
        admitted(breaker).failed();

        awaitOpen(breaker);

        assertNull(breaker.admit());
        assertEquals(LONG, breaker.remaining());
    }

    @Test
    void afterThePause_oneTrialClosesIt(Vertx vertx) throws TimeoutException {
        Breaker breaker = breaker(vertx, SHORT, false);
        admitted(breaker).failed();
        admitted(breaker).failed();
        awaitOpen(breaker);

        Trial probe = awaitAdmission(breaker);
        assertNull(breaker.admit(), "one at a time");
        probe.answered(200);

        awaitAdmission(breaker).answered(200);
    }

    @Test
    void trialThatIsForgotten_letsAnotherOneTry(Vertx vertx) throws TimeoutException {
        Breaker breaker = breaker(vertx, SHORT, false);
        admitted(breaker).failed();
        admitted(breaker).failed();
        awaitOpen(breaker);

        awaitAdmission(breaker).forgotten();

        awaitAdmission(breaker).answered(200);
    }

    @Test
    void forgottenCalls_neitherCountNorEndARow(Vertx vertx) throws TimeoutException {
        Breaker breaker = breaker(vertx, LONG, false);
        admitted(breaker).failed();
        for (int i = 0; i < 10; i++) {
            admitted(breaker).forgotten();
        }
        admitted(breaker).failed();

        awaitOpen(breaker);
    }

    @Test
    void serverErrors_openItWhereTheyCount(Vertx vertx) throws TimeoutException {
        Breaker counting = breaker(vertx, LONG, true);
        Breaker not = breaker(vertx, LONG, false);
        for (int i = 0; i < 2; i++) {
            admitted(counting).answered(500);
            admitted(not).answered(500);
        }

        awaitOpen(counting);
        assertNotNull(not.admit());
    }
}
