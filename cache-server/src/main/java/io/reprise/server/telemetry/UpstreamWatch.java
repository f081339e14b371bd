package io.reprise.server.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees how upstreams answer, and warns of their errors and silence: of each upstream and kind one line in ten seconds, which says how
 * many it left out. Thread-safe; never waits.
 */
public final class UpstreamWatch {
    private static final Logger log = LoggerFactory.getLogger(UpstreamWatch.class);
    private static final long PAUSE_MILLIS = Duration.ofSeconds(10).toMillis();
    private static final int FIRST_ERROR = 500;
    private static final int TOO_MANY = 429;

    private final Clock clock;
    private final MeterRegistry registry;
    private final Map<Kind, Line> lines = new ConcurrentHashMap<>();

    /** @param registry gets the time to the head of each answer, and errors, by upstream */
    UpstreamWatch(Clock clock, MeterRegistry registry) {
        this.clock = clock;
        this.registry = registry;
    }

    /** Upstreams are as many as are configured, and a status has three digits: there are few kinds. */
    private record Kind(String upstream, int status, boolean answered) {}

    /**
     * The head of an answer came, also of an error.
     *
     * @param nanos since it was asked
     */
    public void answered(String upstream, int status, long nanos) {
        Timer.builder("reprise.upstream")
                .description("Time to the head of an upstream's answer, retries among it")
                .tag("upstream", upstream)
                .serviceLevelObjectives(Latencies.UPSTREAM)
                .register(registry)
                .record(nanos, TimeUnit.NANOSECONDS);
        if (status >= FIRST_ERROR || status == TOO_MANY) {
            count(upstream, Integer.toString(status));
            tell(new Kind(upstream, status, true), "upstream " + upstream + " answered " + status);
        }
    }

    /**
     * No answer came.
     *
     * @param status what the client is answered with; 504 for silence
     * @param words what happened, fit for the log
     */
    public void failed(String upstream, int status, String words) {
        count(
                upstream,
                switch (status) {
                    case 504 -> "timeout";
                    case 503 -> "refused";
                    default -> "unreachable";
                });
        tell(new Kind(upstream, status, false), words);
    }

    private void count(String upstream, String error) {
        Counter.builder("reprise.upstream.errors")
                .description("Errors of upstreams, and calls that they did not answer")
                .tags("upstream", upstream, "error", error)
                .register(registry)
                .increment();
    }

    private void tell(Kind kind, String words) {
        long left = lines.computeIfAbsent(kind, absent -> new Line()).due(clock.millis());
        if (left == 0) {
            log.warn("{}", words);
        } else if (left > 0) {
            log.warn("{}; so did {} calls more since the line before", words, left);
        }
    }

    /** One kind of line. */
    private static final class Line {
        private boolean begun;
        private long lastMillis;
        private long leftOut;

        /** How many were left out since the last line, or -1 where this one is left out. */
        synchronized long due(long nowMillis) {
            // A clock that was set back must not silence the log until it is where it was.
            if (begun && nowMillis >= lastMillis && nowMillis - lastMillis < PAUSE_MILLIS) {
                leftOut++;
                return -1;
            }
            long left = leftOut;
            begun = true;
            lastMillis = nowMillis;
            leftOut = 0;
            return left;
        }
    }
}
