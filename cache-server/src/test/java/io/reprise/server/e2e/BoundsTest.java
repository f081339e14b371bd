package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.TestUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

    @Test
    void storesOfOneTenant_leaveTheShareOfAnother(@TempDir Path data) {
        try (TestUpstream upstream = TestUpstream.start();
                HttpClient http = HttpClient.newHttpClient();
                RunningServer server = RunningServer.start(data, upstream.url(), clock, "cache.max_entries=60")) {
            WireCaller ann = new WireCaller(http, server.url()).with("authorization", "Bearer ann");
            WireCaller bob = new WireCaller(http, server.url()).with("authorization", "Bearer bob");
            IntStream.range(0, 40).forEach(i -> ask(ann, i));
            IntStream.range(0, 120).forEach(i -> ask(bob, i));

            awaitAtMost(ann.with("x-reprise-admin", token(data)), 60);
            assertTrue(entries(ann) >= 30, entries(ann) + " of ann");
            assertTrue(entries(bob) >= 29, entries(bob) + " of bob");

            for (int i = 0; i < 200; i++) {
                WireCaller madeUp = new WireCaller(http, server.url()).with("authorization", "Bearer made-up-" + i);
                assertEquals(201, store(madeUp, "Question number " + i).status());
            }
            awaitAtMost(ann.with("x-reprise-admin", token(data)), 60);
            assertTrue(entries(ann) + entries(bob) >= 57, entries(ann) + " and " + entries(bob));
        }
    }

    private static void ask(WireCaller caller, int number) {
        assertEquals(
                200,
                caller.post(Chats.PATH, Chats.asking("Question number " + number), "x-reprise-mode", "exact")
                        .status());
    }

    private static int entries(WireCaller caller) {
        return caller.get("/v1/cache/stats").json().path("entries").asInt(-1);
    }

    private static String token(Path data) {
        try {
            return Files.readString(data.resolve("admin.token")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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

    private static String everybody(WireCaller caller) {
        return List.of(caller.headers()).contains("x-reprise-admin") ? "?principal=*" : "";
    }

    private static void awaitAtMost(WireCaller caller, int entries) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (caller.get("/v1/cache/stats" + everybody(caller))
                                .json()
                                .path("entries")
                                .asInt(-1)
                        > entries
                || caller.metric("reprise_resident_entries") < entries) {
            assertTrue(System.nanoTime() < deadline, "there are more than " + entries);
            LockSupport.parkNanos(10_000_000);
        }
    }
}
