package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.ClosedPort;
import io.reprise.server.testupstream.Download;
import io.reprise.server.testupstream.Gate;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.SdkResult;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstream is down, silent or breaks off: the caller is told so in its wire's shape, and nothing is kept. */
class BrokenUpstreamTest {
    private static final ClosedPort nobody = ClosedPort.reserve();
    private static final int BEFORE_HEAD = -1;

    /** With an upstream that works, and little patience. */
    @RegisterExtension
    static final Stage stage = Stage.with("upstream.idle_timeout_ms=300");

    @RegisterExtension
    static final Stage down =
            Stage.with("upstream.openai.url=" + nobody.url(), "upstream.anthropic.url=" + nobody.url());

    private final Gate gate = new Gate();

    @AfterEach
    void openGate() {
        gate.open();
    }

    @AfterAll
    static void freePort() {
        nobody.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/embeddings", "/v1/files"})
    void downOpenAi_is502InItsShape(String path) {
        Answer answer = down.caller().post(path, Chats.asking(Chats.QUESTION));

        assertEquals(502, answer.status());
        assertEquals("application/json", answer.header("content-type"));
        JsonNode error = answer.json().path("error");
        assertTrue(error.path("message").asText().startsWith("Reprise: "), answer.toString());
        assertTrue(error.path("type").isTextual() && error.has("param") && error.has("code"), answer.toString());
    }

    @Test
    void downAnthropic_is502InItsShape() {
        ObjectNode body =
                Chats.asking(Chats.QUESTION).put("model", "claude-sonnet-4-5").put("max_tokens", 100);
        for (Answer answer : new Answer[] {
            down.caller().post("/v1/messages", body, "anthropic-version", "2023-06-01"),
            down.caller().post("/v1/messages", body),
            down.caller().get("/v1/models", "anthropic-version", "2023-06-01")
        }) {
            assertEquals(502, answer.status());
            assertEquals("error", answer.json().path("type").asText());
            assertTrue(answer.json().at("/error/type").isTextual(), answer.toString());
            assertTrue(answer.json().at("/error/message").asText().startsWith("Reprise: "), answer.toString());
        }
    }

    @Test
    void sdk_throwsItsServerException() {
        SdkResult result = down.sdk().complete(Chats.params(Chats.QUESTION).build());

        assertEquals(
                "InternalServerException",
                result.tree().at("/failure/exception").asText());
        assertEquals(502, result.tree().at("/failure/status").asInt());
    }

    @Test
    void whatIsStored_isStillServed() {
        down.caller()
                .post(
                        "/v1/cache/entries",
                        Chats.object()
                                .put("prompt", Chats.QUESTION)
                                .put("model", Chats.MODEL)
                                .put("completion", "By e-mail."));

        Answer hit = down.caller().post(Chats.PATH, Chats.asking(Chats.PARAPHRASE));

        assertEquals("semantic", hit.header("x-reprise-outcome"));
    }

    @Test
    void connection_canBeUsedAgain() {
        String body = Chats.asking(Chats.QUESTION).toString();
        try (var connection = new RawConnection(down.server().port())) {
            for (int call = 0; call < 2; call++) {
                connection
                        .head("POST /v1/files HTTP/1.1", "host: localhost", "content-length: " + body.length())
                        .body(body);
                assertEquals(502, connection.answer().status());
                connection
                        .head(
                                "POST /v1/chat/completions HTTP/1.1",
                                "host: localhost",
                                "content-length: " + body.length())
                        .body(body);
                assertEquals(502, connection.answer().status());
            }
            connection.head("GET /health/live HTTP/1.1", "host: localhost");
            assertEquals(200, connection.answer().status());
        }
    }

    @Test
    void callerThatSendsAllBeforeItReads_learnsThatUpstreamIsDown() {
        byte[] upload = new byte[20_000_000];
        try (var connection = new RawConnection(down.server().port())) {
            connection
                    .head("POST /v1/files HTTP/1.1", "host: localhost", "content-length: " + upload.length)
                    .bytes(upload);

            assertEquals(502, connection.answer().status());
        }
    }

    @Test
    void silentUpstream_is504() {
        stage.upstream().answer(Reply.text("late").stalling(BEFORE_HEAD, gate));

        Answer chat = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));
        Answer other = stage.caller().get("/v1/models");

        assertEquals(504, chat.status());
        assertTrue(chat.json().at("/error/message").asText().startsWith("Reprise: "), chat.toString());
        assertEquals(504, other.status());
    }

    @Test
    void upstreamThatFallsSilentWithinAWholeAnswer_is502() {
        stage.upstream().answer(Reply.text("half of it").stalling(1, gate));

        Answer answer = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        assertEquals(502, answer.status());
        assertForgotten();
    }

    @Test
    void upstreamThatFallsSilentWithinAStream_breaksTheStreamOff() {
        stage.upstream().answer(Reply.text("One two three").stalling(2, gate));

        assertThrows(
                UncheckedIOException.class, () -> stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION)));
        assertForgotten();
    }

    @Test
    void resetBeforeTheAnswer_is502() {
        stage.upstream().answer(Reply.text("never").resetting(BEFORE_HEAD));

        Answer answer = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        assertEquals(502, answer.status());
        assertForgotten();
    }

    @Test
    void answerBrokenOffInTheMiddle_is502() {
        for (Reply reply : new Reply[] {
            Reply.text("half of it").resetting(1),
            Reply.text("half of it").breakingOff(1),
            Reply.text("half of it").chunked().breakingOff(1)
        }) {
            stage.upstream().answer(reply);
            assertEquals(
                    502,
                    stage.caller()
                            .post(Chats.PATH, Chats.asking(Chats.QUESTION))
                            .status());
        }
        assertForgotten();
    }

    @Test
    void streamBrokenOffInTheMiddle_isBrokenOffHere() {
        for (Reply reply : new Reply[] {
            Reply.text("One two three").resetting(3),
            Reply.text("One two three").breakingOff(3)
        }) {
            stage.upstream().answer(reply);
            assertThrows(UncheckedIOException.class, () -> stage.caller()
                    .post(Chats.PATH, Chats.streamingWithUsage(Chats.QUESTION)));
            assertThrows(
                    UncheckedIOException.class, () -> stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION)));
        }
        assertForgotten();
    }

    @Test
    void streamBrokenOff_isTheSdksFailureToo() {
        stage.upstream().answer(Reply.text("One two three").breakingOff(3));
        SdkResult direct = stage.directSdk().stream(Chats.params(Chats.QUESTION).build());

        SdkResult through = stage.sdk().stream(Chats.params(Chats.QUESTION).build());

        assertEquals(direct.tree(), through.tree());
    }

    @Test
    void downloadBrokenOffInTheMiddle_isBrokenOffHere() {
        stage.upstream().answer(Reply.of(new Download(1_000_000)).breakingOff(1));

        assertThrows(UncheckedIOException.class, () -> stage.caller().get("/v1/files/f-1/content"));
    }

    private static void assertForgotten() {
        JsonNode entries = stage.caller().get("/v1/cache/entries").json().path("entries");
        assertTrue(entries.isArray() && entries.isEmpty(), entries.toString());
        assertFalse(stage.caller()
                        .get("/v1/cache/stats")
                        .json()
                        .path("hits")
                        .path("exact")
                        .asInt()
                > 0);
    }
}
