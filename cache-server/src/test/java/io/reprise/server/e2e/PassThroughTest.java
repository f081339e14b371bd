package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.models.embeddings.EmbeddingCreateParams;
import io.reprise.server.testupstream.ApiError;
import io.reprise.server.testupstream.Content;
import io.reprise.server.testupstream.ReceivedRequest;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.TestUpstream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is not cached goes through as if the server were not there. */
class PassThroughTest {
    private static final TestUpstream anthropic = TestUpstream.start();

    @RegisterExtension
    static final Stage stage = Stage.with("upstream.anthropic.url=" + anthropic.url());

    @RegisterExtension
    static final Stage prefixed = Stage.with("upstream.openai.url={upstream}/proxy/openai");

    @RegisterExtension
    static final Stage keyed = Stage.with(
            "upstream.openai.api_key=sk-operator",
            "upstream.anthropic.api_key=sk-ant-operator",
            "admin_token=admin-secret");

    @BeforeEach
    void forget() {
        anthropic.log().clear();
    }

    @AfterAll
    static void stop() {
        anthropic.close();
    }

    @Test
    void models_areUpstreamsOwn() {
        Answer direct = stage.directCaller().get("/v1/models");

        Answer through = stage.caller().get("/v1/models");

        assertEquals(200, through.status());
        assertArrayEquals(direct.body(), through.body());
        assertEquals(direct.header("content-type"), through.header("content-type"));
        assertEquals(direct.header("openai-organization"), through.header("openai-organization"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/files",
                "/v1/files?limit=2&after=a%20b&x=%2F&x=&y",
                "/v1/files/a+b%2B%C3%BC?q=%E4%B8%96+%26",
                "/v1/a;matrix=1/b,c:d@e!$'()*",
                "/v1/q?",
                "/v1/q?a=b?c=d/e",
                "/v1/q?not=%zz",
                "/v1/%ff%fe",
                "/v1/a|b{c}",
                "/v1/chat/completions/chatcmpl-1",
                "/v1/responses/r_1?include[]=a&include[]=b"
            })
    void target_reachesUpstreamAsItCame(String target) {
        try (var connection = new RawConnection(stage.server().port())) {
            connection.head("GET " + target + " HTTP/1.1", "host: localhost");

            Answer answer = connection.answer();

            assertEquals(200, answer.status(), answer.toString());
            assertEquals(target, answer.json().path("uri").asText());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/not%zzhex", "/v1/ends%2", "/v1/cache/entries/%", "/%g0"})
    void pathThatIsNoUri_isRefused(String path) {
        try (var connection = new RawConnection(stage.server().port())) {
            connection.head("GET " + path + " HTTP/1.1", "host: localhost");

            Answer answer = connection.answer();

            assertEquals(400, answer.status());
            assertEquals("application/problem+json", answer.header("content-type"));
            assertEquals(400, answer.json().path("status").asInt());
        }
    }

    @Test
    void targetInAbsoluteForm_reachesUpstreamAsAPath() {
        try (var connection = new RawConnection(stage.server().port())) {
            connection.head("GET http://localhost/v1/files?a=b HTTP/1.1", "host: localhost");

            assertEquals("/v1/files?a=b", connection.answer().json().path("uri").asText());
        }
    }

    @Test
    void prefixOfTheUpstreamUrl_comesFirst() {
        prefixed.upstream().answer(Reply.of(new Content.Echo()));

        Answer answer = prefixed.caller().get("/v1/files?a=b");

        assertEquals("/proxy/openai/v1/files?a=b", answer.json().path("uri").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
    void method_reachesUpstream(String method) {
        Answer answer = stage.caller().send(method, "/v1/files/f-1", BodyPublishers.noBody());

        assertEquals(200, answer.status());
        assertEquals(method, answer.json().path("method").asText());
    }

    @Test
    void head_hasHeadersAndNoBody() {
        Answer direct = stage.directCaller().send("HEAD", "/v1/models", BodyPublishers.noBody());

        Answer head = stage.caller().send("HEAD", "/v1/models", BodyPublishers.noBody());

        assertEquals(200, head.status());
        assertEquals(direct.header("content-length"), head.header("content-length"));
        assertEquals(0, head.body().length);
    }

    @Test
    void connectionAfterHead_canBeUsedAgain() {
        try (var connection = new RawConnection(stage.server().port())) {
            connection.head("HEAD /v1/models HTTP/1.1", "host: localhost");
            assertEquals(200, connection.answerToHead().status());
            connection.head("GET /v1/files HTTP/1.1", "host: localhost");
            assertEquals(200, connection.answer().status());
        }
    }

    @Test
    void bodyOfAnyMethod_reachesUpstream() {
        Answer answer = stage.caller().send("DELETE", "/v1/files/f-1", BodyPublishers.ofString("why"));

        assertEquals(3, answer.json().path("body_bytes").asInt());
    }

    @Test
    void chunkedBody_reachesUpstream() {
        try (var connection = new RawConnection(stage.server().port())) {
            connection
                    .head("POST /v1/files HTTP/1.1", "host: localhost", "transfer-encoding: chunked")
                    .body("3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\n\r\n");

            assertEquals(5, connection.answer().json().path("body_bytes").asInt());
        }
    }

    @Test
    void headers_keepTheirOrderAndRepetition() {
        try (var connection = new RawConnection(stage.server().port())) {
            connection.head(
                    "GET /v1/files HTTP/1.1",
                    "host: localhost",
                    "X-Two: 1",
                    "x-one: a, b",
                    "X-Two: 2",
                    "X-Empty:",
                    "X-Two: 1");

            JsonNode headers = connection.answer().json().path("headers");

            assertEquals("[\"1\",\"2\",\"1\"]", headers.path("x-two").toString());
            assertEquals("[\"a, b\"]", headers.path("x-one").toString());
            assertEquals("[\"\"]", headers.path("x-empty").toString());
        }
    }

    @Test
    void repeatedResponseHeaders_reachTheCaller() {
        stage.upstream()
                .answer(Reply.of(new Content.Echo())
                        .withHeader("set-cookie", "a=1")
                        .withHeader("set-cookie", "b=2")
                        .withHeader("x-odd", "ü".repeat(3)));

        Answer answer = stage.caller().get("/v1/files");

        assertEquals(List.of("a=1", "b=2"), answer.headerValues("set-cookie"));
        assertEquals(stage.directCaller().get("/v1/files").header("x-odd"), answer.header("x-odd"));
    }

    @Test
    void hostOfUpstream_replacesOurs() {
        JsonNode headers = stage.caller().get("/v1/files").json().path("headers");

        assertEquals(
                "127.0.0.1:" + stage.upstream().port(), headers.at("/host/0").asText());
        assertEquals(1, headers.path("host").size());
    }

    @Test
    void hopByHopRequestHeaders_endHere() {
        try (var connection = new RawConnection(stage.server().port())) {
            connection.head(
                    "GET /v1/files HTTP/1.1",
                    "host: localhost",
                    "Connection: keep-alive, X-Private",
                    "X-Private: 1",
                    "Keep-Alive: timeout=5",
                    "Proxy-Connection: keep-alive",
                    "Proxy-Authorization: Basic abc",
                    "TE: trailers",
                    "Trailer: x-sum",
                    "X-Public: 1");

            JsonNode headers = connection.answer().json().path("headers");

            for (String name : List.of(
                    "x-private", "keep-alive", "proxy-connection", "proxy-authorization", "te", "trailer", "upgrade")) {
                assertFalse(headers.has(name), name);
            }
            assertFalse(headers.path("connection").toString().contains("rivate"), headers.toString());
            assertTrue(headers.has("x-public"));
        }
    }

    @Test
    void hopByHopResponseHeaders_endHere() {
        stage.upstream()
                .answer(Reply.of(new Content.Echo())
                        .withHeader("connection", "keep-alive, x-private")
                        .withHeader("x-private", "1")
                        .withHeader("keep-alive", "timeout=5")
                        .withHeader("proxy-authenticate", "Basic")
                        .withHeader("x-public", "1"));

        for (Answer answer : List.of(
                stage.caller().get("/v1/files"), stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION)))) {
            for (String name : List.of("x-private", "keep-alive", "proxy-authenticate", "connection")) {
                assertFalse(answer.has(name), name);
            }
            assertTrue(answer.has("x-public"));
        }
    }

    @Test
    void upgradeOfAnotherRoute_isNotForwarded() {
        try (var connection = new RawConnection(stage.server().port())) {
            connection.head(
                    "GET /v1/models HTTP/1.1",
                    "host: localhost",
                    "connection: Upgrade",
                    "upgrade: websocket",
                    "sec-websocket-version: 13",
                    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==");

            Answer answer = connection.answer();

            assertEquals(200, answer.status());
            assertFalse(answer.json().path("headers").has("upgrade"));
        }
    }

    @Test
    void ourHeadersAndTheAdministratorsToken_neverReachUpstream() {
        String[] ours = {
            "x-reprise-admin", "admin-secret", "X-Reprise-Namespace", "a", "x-reprise-context", "b", "x-reprise-mode",
            "serve", "x-reprise-tags", "t", "x-reprise-ttl", "60", "x-reprise-anything", "c"
        };
        stage.caller().get("/v1/files", ours);
        stage.caller().post("/v1/files", "{}", ours);
        stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION), ours);
        stage.caller().post(Chats.PATH, Chats.streaming(Chats.OTHER_QUESTION), ours);
        stage.caller().post(Chats.PATH, "no json", ours);

        assertEquals(5, stage.upstreamCalls());
        for (ReceivedRequest request : stage.upstream().log().requests()) {
            assertTrue(
                    request.headers().stream()
                            .noneMatch(h -> h.name().toLowerCase(Locale.ROOT).contains("reprise")),
                    request.headers().toString());
            assertTrue(request.headers().stream().noneMatch(h -> h.value().contains("admin-secret")));
        }
    }

    @Test
    void callersCredential_reachesUpstream() {
        JsonNode headers =
                stage.caller().get("/v1/files", "x-api-key", "k").json().path("headers");

        assertEquals("Bearer " + stage.key(), headers.at("/authorization/0").asText());
        assertEquals("k", headers.at("/x-api-key/0").asText());
    }

    @Test
    void operatorsKey_replacesTheCallersCredential() {
        keyed.caller().get("/v1/files", "x-api-key", "k");
        keyed.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION), "x-api-key", "k");
        keyed.anonymous().get("/v1/files");

        for (ReceivedRequest request : keyed.upstream().log().requests()) {
            assertEquals(List.of("Bearer sk-operator"), request.headerValues("authorization"));
            assertEquals(List.of(), request.headerValues("x-api-key"));
        }
        assertEquals(3, keyed.upstreamCalls());
    }

    @Test
    void operatorsAnthropicKey_replacesTheCallersCredential() {
        keyed.caller().get("/v1/models", "anthropic-version", "2023-06-01", "x-api-key", "k");

        ReceivedRequest request = keyed.upstream().log().requests().getFirst();
        assertEquals(List.of("sk-ant-operator"), request.headerValues("x-api-key"));
        assertEquals(List.of(), request.headerValues("authorization"));
    }

    @Test
    void requestOfAnthropicsWire_goesToAnthropic() {
        stage.caller().get("/v1/models?limit=1", "anthropic-version", "2023-06-01");

        assertEquals(0, stage.upstreamCalls());
        assertEquals("/v1/models?limit=1", anthropic.log().requests().getFirst().uri());
    }

    @Test
    void messages_goToAnthropic() {
        stage.caller().post("/v1/messages", Chats.asking(Chats.QUESTION).put("max_tokens", 10));
        stage.caller().post("/v1/messages/count_tokens", Chats.asking("x"), "anthropic-version", "2023-06-01");

        assertEquals(2, anthropic.log().counts().received());
        assertEquals(0, stage.upstreamCalls());
    }

    @Test
    void embeddings_areForwarded() {
        assertEquals(
                4,
                stage.sdk()
                        .sdk()
                        .embeddings()
                        .create(EmbeddingCreateParams.builder()
                                .model("text-embedding-3-small")
                                .input("a")
                                .dimensions(4)
                                .build())
                        .data()
                        .getFirst()
                        .embedding()
                        .size());
    }

    @Test
    void errorOfUpstream_isUpstreamsOwn() {
        stage.upstream().answer(Reply.of(ApiError.noSuchModel("x")));

        Answer answer = stage.caller().get("/v1/models/x");

        assertEquals(404, answer.status());
        assertEquals("model_not_found", answer.json().at("/error/code").asText());
        assertEquals("reprise; fwd=bypass; fwd-status=404; detail=\"route\"", answer.header("cache-status"));
    }

    @Test
    void compressedAnswer_staysCompressed() {
        stage.upstream().answer(Reply.of(new Content.Echo()).gzipped());

        Answer direct = stage.directCaller().get("/v1/files", "accept-encoding", "gzip");
        Answer through = stage.caller().get("/v1/files", "accept-encoding", "gzip");

        assertEquals(direct.header("content-encoding"), through.header("content-encoding"));
        assertEquals(0x1f, through.body()[0] & 0xff);
    }

    @Test
    void unreadableChat_isUpstreamsToRefuse() {
        for (String body : List.of("", "no json", "[]", "{\"model\":7}", "{\"model\":\"m\"}", "{\"a\":1,\"a\":2}")) {
            Answer direct = stage.directCaller().post(Chats.PATH, body);

            Answer through = stage.caller().post(Chats.PATH, body);

            assertEquals(direct.status(), through.status(), body);
            assertArrayEquals(direct.body(), through.body(), body);
        }
    }

    @Test
    void pathOutsideTheApi_isNotForwarded() {
        for (String path : List.of("/v2/files", "/admin", "/favicon.ico")) {
            try (var connection = new RawConnection(stage.server().port())) {
                connection.head("GET " + path + " HTTP/1.1", "host: localhost");

                Answer answer = connection.answer();

                assertEquals(404, answer.status(), path);
                assertEquals("application/problem+json", answer.header("content-type"));
            }
        }
        assertEquals(0, stage.upstreamCalls());
    }

    @Test
    void ourOwnPaths_areNeverForwarded() {
        for (String path : List.of("/v1/cache/nothing", "/v1/cache/", "/v1/cache", "/v1/cache/nothing/at/all")) {
            assertEquals(404, stage.caller().post(path, "{}").status(), path);
        }
        assertEquals(
                404,
                stage.caller()
                        .send("PUT", "/v1/savings", BodyPublishers.noBody())
                        .status());
        assertEquals(0, stage.upstreamCalls());
    }
}
