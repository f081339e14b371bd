package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What bodies of requests may take of the server: memory and time. */
class BodyLimitsTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    @RegisterExtension
    static final Stage narrow =
            Stage.with("limits.body_memory_bytes=4MB", "limits.caller_body_memory_bytes=2MB", "admin_token=secret");

    @RegisterExtension
    static final Stage hasty = Stage.with("limits.body_timeout_ms=300");

    private static final String HALF = "x".repeat(1_500_000);

    /** Sends the first part of a chat and waits until the server has it, which a second answer on the way shows. */
    private static RawConnection unfinished(String key) {
        return new RawConnection(narrow.server().port())
                .head(
                        "POST " + Chats.PATH + " HTTP/1.1",
                        "host: localhost",
                        "authorization: Bearer " + key,
                        "content-length: 3000000")
                .body("{\"x\":\"" + HALF);
    }

    private static Answer largeCall(String path, String key) {
        return narrow.anonymous().post(path, "{\"x\":\"" + HALF + "\"}", "authorization", "Bearer " + key);
    }

    private static int statusOfLargeCall(String key) {
        return largeCall(Chats.PATH, key).status();
    }

    @Test
    void callerWhoseBodiesFillHisMemory_is429AndOthersAreServed() {
        List<RawConnection> hanging = new ArrayList<>();
        try {
            // The probe may come first and have the hanging one refused, so each probe has a new one before it.
            Eventually.await(Duration.ofSeconds(10), () -> {
                hanging.add(unfinished("ann"));
                Answer refused = largeCall(Chats.PATH, "ann");
                return refused.status() == 429
                        && "rate_limit_error"
                                .equals(refused.json().at("/error/type").asText())
                        && "1".equals(refused.header("retry-after"));
            });
            assertEquals(
                    200, narrow.caller().post(Chats.PATH, Chats.asking("small")).status());
        } finally {
            hanging.forEach(RawConnection::close);
        }
        Eventually.await(Duration.ofSeconds(10), () -> statusOfLargeCall("ann") == 200);
    }

    @Test
    void bodiesThatFillTheServersMemory_are503() {
        List<RawConnection> hanging = new ArrayList<>();
        try {
            Eventually.await(Duration.ofSeconds(10), () -> {
                hanging.add(unfinished("a"));
                hanging.add(unfinished("b"));
                Answer chat = largeCall(Chats.PATH, "c");
                Answer messages = largeCall("/v1/messages", "d");
                Answer lookup = largeCall("/v1/cache/lookup", "d");
                return chat.status() == 503
                        && "overloaded_error"
                                .equals(messages.json().at("/error/type").asText())
                        && lookup.status() == 503
                        && "1".equals(lookup.header("retry-after"));
            });
            assertEquals(200, narrow.caller().get("/health/live").status());
        } finally {
            hanging.forEach(RawConnection::close);
        }
        Eventually.await(Duration.ofSeconds(10), () -> statusOfLargeCall("c") == 200);
    }

    @Test
    void lengthThatIsOnlyDeclared_takesNoMemory() {
        List<RawConnection> hanging = new ArrayList<>();
        try {
            for (int i = 0; i < 400; i++) {
                hanging.add(new RawConnection(stage.server().port())
                        .head("POST " + Chats.PATH + " HTTP/1.1", "host: localhost", "content-length: 9999999")
                        .body("{"));
            }
            assertEquals(
                    200, stage.caller().post(Chats.PATH, Chats.asking("room?")).status());
        } finally {
            hanging.forEach(RawConnection::close);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, /error/type, timeout_error",
        "/v1/messages, /error/type, timeout_error",
        "/v1/cache/lookup, /title, Request timeout"
    })
    void bodyThatDoesNotEnd_is408AndTheConnectionEnds(String path, String where, String what) {
        try (var connection = new RawConnection(hasty.server().port())) {
            connection
                    .head("POST " + path + " HTTP/1.1", "host: localhost", "content-length: 999999")
                    .body("{");

            Answer answer = connection.answer();

            assertEquals(408, answer.status());
            assertEquals(what, answer.json().at(where).asText());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\n", "-1\r\n", "\r\n", "fffffffffffffffff\r\n", "3\r\nabcd\r\n"})
    void badChunk_is400OrEndsTheConnection(String chunk) {
        try (var connection = new RawConnection(stage.server().port())) {
            connection
                    .head("POST " + Chats.PATH + " HTTP/1.1", "host: localhost", "transfer-encoding: chunked")
                    .body(chunk);

            assertTrue(isRefused(connection));
            assertEquals(0, stage.upstreamCalls());
        }
    }

    private static boolean isRefused(RawConnection connection) {
        try {
            return connection.answer().status() == 400;
        } catch (UncheckedIOException ended) {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{},", "[],", "0,", "{\"a\":0},", "{\"role\":\"user\",\"content\":\"\"},"})
    void manyNodes_areForwardedUnreadInTime(String node) {
        String body = "{\"model\":\"gpt-4o\",\"messages\":[" + node.repeat(9_900_000 / node.length()) + "{}]}";

        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (String path : List.of(Chats.PATH, "/v1/messages", "/v1/embeddings")) {
                Answer answer = stage.caller().post(path, body);
                assertTrue(answer.header("cache-status").contains("unreadable"), answer.toString());
            }
            assertEquals(400, stage.caller().post("/v1/cache/lookup", body).status());
        });
    }

    @Test
    void manyTurns_areForwardedUnread() {
        String turn = "{\"role\":\"user\",\"content\":\"\"},";
        String body = "{\"model\":\"gpt-4o\",\"max_tokens\":1,\"messages\":[" + turn.repeat(10_000)
                + turn.replace("},", "}") + "]}";

        for (String path : List.of(Chats.PATH, "/v1/messages")) {
            assertTrue(stage.caller().post(path, body).header("cache-status").contains("unreadable"));
        }
    }
}
