package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.server.testupstream.TestUpstream;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server keeps is there when it starts again on the same folder. */
class RestartTest {
    private final TestClock clock = new TestClock(Instant.parse("2026-03-01T12:00:00Z"));

    @Test
    void entriesPrincipalsAndSavings_surviveARestart(@TempDir Path data) {
        String savings = "/v1/savings?group_by=day,model,namespace";
        try (TestUpstream upstream = TestUpstream.start();
                HttpClient http = HttpClient.newHttpClient()) {
            Answer before;
            JsonNode entries;
            try (RunningServer server = RunningServer.start(data, upstream.url(), clock)) {
                WireCaller caller = new WireCaller(http, server.url(), "authorization", "Bearer sk-kept");
                caller.post(Chats.PATH, Chats.asking(Chats.QUESTION));
                caller.post(Chats.PATH, Chats.streaming(Chats.PARAPHRASE));
                caller.post(
                        Chats.PATH,
                        Chats.asking(Chats.OTHER_QUESTION).put("model", "gpt-4o"),
                        "x-reprise-namespace",
                        "b");
                caller.post(Chats.PATH, Chats.asking("x"), "x-reprise-mode", "off");
                before = caller.get(savings);
                entries = caller.get("/v1/cache/entries").json();
            }
            try (RunningServer server = RunningServer.start(data, upstream.url(), clock)) {
                WireCaller caller = new WireCaller(http, server.url(), "authorization", "Bearer sk-kept");

                assertEquals(before.text(), caller.get(savings).text());
                assertEquals(4, before.json().at("/total/calls").asInt());
                assertEquals(entries, caller.get("/v1/cache/entries").json());
                assertEquals("exact", outcome(caller, Chats.QUESTION));
                assertEquals("semantic", outcome(caller, Chats.PARAPHRASE));
                assertEquals(
                        "miss",
                        outcome(
                                new WireCaller(http, server.url(), "authorization", "Bearer sk-other"),
                                Chats.QUESTION));
                assertTrue(caller.get(savings)
                        .json()
                        .at("/total/saved_usd")
                        .asText()
                        .startsWith("0.000"));
            }
        }
    }

    @Test
    void deletedEntries_stayDeletedAfterARestart(@TempDir Path data) {
        try (TestUpstream upstream = TestUpstream.start();
                HttpClient http = HttpClient.newHttpClient()) {
            try (RunningServer server = RunningServer.start(data, upstream.url(), clock)) {
                WireCaller caller = new WireCaller(http, server.url());
                caller.post(Chats.PATH, Chats.asking(Chats.QUESTION));
                caller.post(Chats.PATH, Chats.asking(Chats.OTHER_QUESTION));
                assertEquals(
                        2,
                        caller.delete("/v1/cache/entries?all=true")
                                .json()
                                .path("deleted")
                                .asInt());
            }
            try (RunningServer server = RunningServer.start(data, upstream.url(), clock)) {
                WireCaller caller = new WireCaller(http, server.url());

                assertEquals(
                        0,
                        caller.get("/v1/cache/entries").json().path("entries").size());
                assertEquals("miss", outcome(caller, Chats.QUESTION));
            }
        }
    }

    private static String outcome(WireCaller caller, String question) {
        return caller.post(Chats.PATH, Chats.asking(question)).header("x-reprise-outcome");
    }
}
