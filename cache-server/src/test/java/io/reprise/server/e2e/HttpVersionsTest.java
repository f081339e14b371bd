package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.testupstream.Gate;
import io.reprise.server.testupstream.Reply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that upgrade to HTTP/2 without TLS, as Java's own does unasked, and those of HTTP/1.0 are served alike. */
class HttpVersionsTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static final HttpClient http2 =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

    private WireCaller caller;

    @BeforeEach
    void upgrade() {
        caller = new WireCaller(http2, stage.server().url(), "authorization", "Bearer " + stage.key());
        HttpResponse<Void> live = caller.send(
                caller.request("GET", "/health/live", BodyPublishers.noBody()), HttpResponse.BodyHandlers.discarding());
        assertEquals(HttpClient.Version.HTTP_2, live.version());
    }

    @AfterAll
    static void close() {
        http2.shutdownNow();
    }

    @Test
    void chatOverHttp2_missesAndHits() {
        assertEquals(
                "miss", caller.post(Chats.PATH, Chats.asking(Chats.QUESTION)).header("x-reprise-outcome"));

        Answer hit = caller.post(Chats.PATH, Chats.asking(Chats.PARAPHRASE));

        assertEquals("semantic", hit.header("x-reprise-outcome"));
        assertTrue(hit.json().at("/choices/0/message/content").isTextual());
    }

    @Test
    void streamOverHttp2_missesAndHits() {
        Answer miss = caller.post(Chats.PATH, Chats.streaming(Chats.QUESTION));
        Answer hit = caller.post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertTrue(miss.text().endsWith("data: [DONE]\n\n"));
        assertTrue(hit.text().endsWith("data: [DONE]\n\n"));
        assertEquals("exact", hit.header("x-reprise-outcome"));
    }

    @Test
    void callerThatLeavesAStreamOverHttp2_endsTheCallUpstream() throws IOException {
        stage.upstream().answer(Reply.text("One two three four").stalling(3, new Gate()));

        HttpResponse<InputStream> response = caller.open(Chats.PATH, Chats.streaming(Chats.QUESTION));
        try (InputStream body = response.body()) {
            assertTrue(body.read() >= 0);
        }

        stage.upstream().log().awaitClientsGone(1, Duration.ofSeconds(10));
    }

    @Test
    void requestOverHttp2_reachesUpstreamAsHttp1() {
        Answer echo = caller.get("/v1/files?a=b", "x-own", "1");

        assertEquals("/v1/files?a=b", echo.json().path("uri").asText());
        assertEquals("1", echo.json().at("/headers/x-own/0").asText());
        echo.json().path("headers").fieldNames().forEachRemaining(name -> assertFalse(name.startsWith(":"), name));
    }

    @Test
    void uploadWithLengthOverHttp2_arrivesWhole() {
        Answer echo = caller.send("POST", "/v1/files", BodyPublishers.ofByteArray(new byte[3_000_000]));

        assertEquals(3_000_000, echo.json().path("body_bytes").asInt());
    }

    @Test
    void uploadWithoutLengthOverHttp2_arrivesWhole() {
        Answer echo = caller.send(
                "POST", "/v1/files", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[3_000_000])));

        assertEquals(3_000_000, echo.json().path("body_bytes").asInt());
    }

    @Test
    void chatWithoutLengthOverHttp2_isCached() {
        byte[] body = Chats.asking(Chats.QUESTION).toString().getBytes(StandardCharsets.UTF_8);
        for (String outcome : new String[] {"miss", "exact"}) {
            Answer answer =
                    caller.send("POST", Chats.PATH, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
            assertEquals(outcome, answer.header("x-reprise-outcome"));
        }
    }

    @Test
    void nativeBodyOverTheLimitOverHttp2_is413AndTheConnectionGoesOn() {
        assertEquals(
                413,
                caller.send("POST", "/v1/cache/lookup", BodyPublishers.ofByteArray(new byte[11_000_000]))
                        .status());
        assertEquals(200, caller.get("/health/live").status());
    }

    @Test
    void hostOfHttp2_isChecked() {
        assertEquals(200, caller.get("/v1/cache/stats").status());
    }

    @Test
    void http10_isServed() {
        String body = Chats.streaming(Chats.QUESTION).toString();
        try (var connection = new RawConnection(stage.server().port())) {
            connection
                    .head(
                            "POST /v1/chat/completions HTTP/1.0",
                            "authorization: Bearer " + stage.key(),
                            "content-length: " + body.length())
                    .body(body);

            Answer answer = connection.answer();

            assertEquals(200, answer.status());
            assertFalse(answer.has("transfer-encoding"));
            assertTrue(answer.text().endsWith("data: [DONE]\n\n"), answer.toString());
        }
    }
}
