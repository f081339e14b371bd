package io.reprise.server.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class UpstreamWatchTest {
    private final ManualClock clock = new ManualClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final UpstreamWatch watch = new UpstreamWatch(clock, registry);
    private final Lines lines = new Lines(UpstreamWatch.class);

    @AfterEach
    void stopListening() {
        lines.close();
    }

    @Test
    void error_isALineAtWarn() {
        watch.answered("openai", 500, 7);
        assertEquals(List.of("WARN upstream openai answered 500"), lines.messages());
    }

    @Test
    void answersAndCallersMistakes_areNone() {
        watch.answered("openai", 200, 7);
        watch.answered("openai", 400, 7);
        watch.answered("openai", 401, 7);
        assertEquals(List.of(), lines.messages());
    }

    @Test
    void answersAndErrors_areMetered() {
        watch.answered("openai", 200, 2_000_000_000L);
        watch.answered("openai", 500, 1_000_000_000L);
        watch.failed("openai", 504, "upstream openai gave no answer in time");
        assertEquals(
                3.0,
                registry.get("reprise.upstream")
                        .tag("upstream", "openai")
                        .timer()
                        .totalTime(TimeUnit.SECONDS));
        assertEquals(
                1.0,
                registry.get("reprise.upstream.errors")
                        .tag("error", "500")
                        .counter()
                        .count());
        assertEquals(
                1.0,
                registry.get("reprise.upstream.errors")
                        .tag("error", "timeout")
                        .counter()
                        .count());
    }

    @Test
    void manyErrorsOfAKind_areOneLineInTenSeconds() {
        for (int i = 0; i < 100; i++) {
            watch.failed("openai", 504, "upstream openai gave no answer in time");
        }
        clock.advance(Duration.ofSeconds(9));
        watch.failed("openai", 504, "upstream openai gave no answer in time");
        assertEquals(List.of("WARN upstream openai gave no answer in time"), lines.messages());
        clock.advance(Duration.ofSeconds(1));
        watch.failed("openai", 504, "upstream openai gave no answer in time");
        assertEquals(
                "WARN upstream openai gave no answer in time; so did 100 calls more since the line before",
                lines.messages().getLast());
    }

    @Test
    void otherUpstreamsAndKinds_haveLinesOfTheirOwn() {
        watch.answered("openai", 500, 7);
        watch.answered("openai", 503, 7);
        watch.answered("anthropic", 500, 7);
        watch.failed("openai", 503, "upstream openai is left alone");
        assertEquals(4, lines.messages().size());
    }
}
