package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.TestUpstream;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that may keep twenty entries. */
class BoundsTest {
    private static final String[] BOUND = {"cache.max_entries=20"};
    private static final String FAVOURITE = "What are your opening hours?";
    private static final long DEADLINE_SECONDS = 20;

    private final TestClock clock = new TestClock(Instant.parse("2026-03-01T12:00:00Z"));

    @Test
    void threeTimesTheBound_leavesWhatIsAskedOftenAlsoAfterARestart(@TempDir Path data) {
        try (TestUpstream upstream = TestUpstream.start();
                HttpClient http = HttpClient.newHttpClient()) {
            try (RunningServer server = RunningServer.start(data, upstream.url(), clock, BOUND)) {
                WireCaller caller = new WireCaller(http, server.url());
                store(caller, FAVOURITE);
                for (int i = 0; i < 60; i++) {
                    assertEquals(201, store(caller, "Question number " + i).status());
                    clock.advance(Duration.ofSeconds(10));
                    assertEquals("hit", outcome(caller, FAVOURITE));
                }
                awaitAtMost(caller, 20);
                assertEquals("hit", outcome(caller, FAVOURITE));
                assertEquals("hit", outcome(caller, "Question number 59"));
                assertEquals("miss", outcome(caller, "Question number 0"));
                assertEquals(41, caller.metric("reprise_evicted_entries_total{bound=\"entries\"}"));
                assertEquals(20, caller.metric("reprise_resident_entries"));
                assertTrue(caller.metric("reprise_resident_bytes") > 20_000);
            }
            try (RunningServer server = RunningServer.start(data, upstream.url(), clock, BOUND)) {
                WireCaller caller = new WireCaller(http, server.url());
                clock.advance(Duration.ofSeconds(10));
                IntStream.range(60, 90).forEach(i -> store(caller, "Question number " + i));
                awaitAtMost(caller, 20);
                assertEquals("hit", outcome(caller, FAVOURITE));
            }
        }
    }

    private static Answer store(WireCaller caller, String prompt) {
        return caller.post("/v1/cache/entries", asking(prompt).put("completion", "It is so."));
    }

    private static String outcome(WireCaller caller, String prompt) {
        return caller.post("/v1/cache/lookup", asking(prompt).put("mode", "exact"))
                .json()
                .path("outcome")
                .asText();
    }

    private static ObjectNode asking(String prompt) {
        return Chats.object().put("prompt", prompt);
    }

    private static void awaitAtMost(WireCaller caller, int entries) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (caller.get("/v1/cache/stats").json().path("entries").asInt(-1) > entries
                || caller.metric("reprise_resident_entries") < entries) {
            assertTrue(System.nanoTime() < deadline, "there are more than " + entries);
            LockSupport.parkNanos(10_000_000);
        }
    }
}
