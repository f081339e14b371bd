package io.reprise.server.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class UpstreamWatchTest {
    private final ManualClock clock = new ManualClock();
    private final UpstreamWatch watch = new UpstreamWatch(clock);
    private final Lines lines = new Lines(UpstreamWatch.class);

    @AfterEach
    void stopListening() {
        lines.close();
    }

    @Test
    void error_isALineAtWarn() {
        watch.answered("openai", 500);
        assertEquals(List.of("WARN upstream openai answered 500"), lines.messages());
    }

    @Test
    void answersAndCallersMistakes_areNone() {
        watch.answered("openai", 200);
        watch.answered("openai", 400);
        watch.answered("openai", 401);
        assertEquals(List.of(), lines.messages());
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
        watch.answered("openai", 500);
        watch.answered("openai", 503);
        watch.answered("anthropic", 500);
        watch.failed("openai", 503, "upstream openai is left alone");
        assertEquals(4, lines.messages().size());
    }
}
