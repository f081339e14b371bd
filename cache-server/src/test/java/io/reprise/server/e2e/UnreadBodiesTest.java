package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import io.reprise.server.testupstream.TestUpstream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A call for a model that has an upstream of its own reaches that one or none, however its body comes. */
class UnreadBodiesTest {
    private static final TestUpstream local = TestUpstream.start();
    private static final TestUpstream claude = TestUpstream.start();
    private static final TestUpstream anthropic = TestUpstream.start();

    @RegisterExtension
    static final Stage stage = Stage.with(
            "upstream.openai.api_key=sk-operator",
            "upstream.anthropic.url=" + anthropic.url(),
            "limits.cacheable_body_bytes=200kB",
            "upstream.others.local.url=" + local.url(),
            "upstream.others.local.models=internal-*",
            "upstream.others.claude.url=" + claude.url(),
            "upstream.others.claude.wire=anthropic",
            "upstream.others.claude.models=internal-*");

    @RegisterExtension
    static final Stage single = Stage.shared();

    @BeforeEach
    void forget() {
        for (TestUpstream each : List.of(local, claude, anthropic)) {
            each.log().clear();
        }
    }

    @AfterAll
    static void stop() {
        local.close();
        claude.close();
        anthropic.close();
    }

    private static final String CHAT =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"model\":\"internal-hr\"}";

    static Stream<Arguments> bodiesWhoseModelIsFound() {
        return Stream.of(
                Arguments.of("gzip", gzip(utf8(CHAT)), "gzip"),
                Arguments.of("x-gzip", gzip(utf8(CHAT)), "X-GZip"),
                Arguments.of("deflate", deflate(utf8(CHAT), false), "deflate"),
                Arguments.of("raw deflate", deflate(utf8(CHAT), true), "deflate"),
                Arguments.of("zstd", Zstd.compress(utf8(CHAT)), "zstd"),
                Arguments.of("two encodings", Zstd.compress(gzip(utf8(CHAT))), "gzip, zstd"),
                Arguments.of("identity", utf8(CHAT), "identity"),
                Arguments.of("unreadable in gzip", gzip(utf8("{\"a\":1,\"a\":2,\"model\":\"internal-hr\"}")), "gzip"),
                Arguments.of("cut off in gzip", cut(gzip(utf8(CHAT + noise()))), "gzip"),
                Arguments.of("byte order mark", utf8("\ufeff" + CHAT), ""),
                Arguments.of("a name twice", utf8("{\"a\":1,\"a\":2,\"model\":\"internal-hr\"}"), ""),
                Arguments.of("the model twice", utf8("{\"model\":\"internal-hr\",\"model\":\"internal-hr\"}"), ""),
                Arguments.of("stream 1", utf8("{\"stream\":1,\"model\":\"internal-hr\",\"messages\":[]}"), ""),
                Arguments.of("half a surrogate", utf8(CHAT.replace("hi", "\\ud800")), ""),
                Arguments.of("not utf-8", latin1(CHAT.replace("hi", "\u00e9")), ""),
                Arguments.of("no role", utf8("{\"model\":\"internal-hr\",\"messages\":[{\"content\":\"hi\"}]}"), ""),
                Arguments.of("escaped", utf8("{\"mod\\u0065l\":\"intern\\u0061l-hr\",\"messages\":[{}]}"), ""),
                Arguments.of("text behind", utf8(CHAT + " and more"), ""),
                Arguments.of("never closed", utf8("{\"model\":\"internal-hr\",\"messages\":[{\"role\""), ""),
                Arguments.of("no comma", utf8("{\"messages\":[1 2],\"model\":\"internal-hr\"}"), ""),
                Arguments.of(
                        "model inside",
                        utf8("{\"metadata\":{\"model\":\"gpt\"},\"model\":\"internal-hr\",\"x\":[{}}"),
                        ""),
                Arguments.of(
                        "deep",
                        utf8("{\"model\":\"internal-hr\",\"x\":" + "[".repeat(300) + "]".repeat(300) + "}"),
                        ""),
                Arguments.of(
                        "too large", utf8("{\"model\":\"internal-hr\",\"x\":\"" + "x".repeat(300_000) + "\"}"), ""),
                Arguments.of(
                        "too large in gzip",
                        gzip(utf8("{\"model\":\"internal-hr\",\"x\":\"" + "x".repeat(300_000) + "\"}")),
                        "gzip"),
                Arguments.of(
                        "too many values",
                        utf8("{\"model\":\"internal-hr\",\"messages\":[" + "[],".repeat(40_000) + "[]]}"),
                        ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodiesWhoseModelIsFound")
    void modelOfAnUnreadBody_decidesWhereItGoes(String name, byte[] body, String encoding) {
        for (String path :
                List.of(Chats.PATH, "/v1/responses", "/v1/completions", "/v1/embeddings", "/v1/moderations")) {
            send(path, body, "application/json", encoding);
        }
        send("/v1/messages", body, "application/json", encoding);
        send("/v1/messages/count_tokens", body, "application/json", encoding);

        assertEquals(5, local.log().counts().received());
        assertEquals(2, claude.log().counts().received());
        assertEquals(0, stage.upstreamCalls());
        assertEquals(0, anthropic.log().counts().received());
    }

    static Stream<Arguments> bodiesWhoseModelIsNotFound() {
        return Stream.of(
                Arguments.of("brotli", new byte[] {0x1b, 0x05, 0x00, 0x00}, "application/json", "br"),
                Arguments.of("three encodings", utf8(CHAT), "application/json", "gzip, gzip, gzip"),
                Arguments.of("not gzip", utf8(CHAT), "application/json", "gzip"),
                Arguments.of(
                        "two models", utf8("{\"model\":\"gpt-4o\",\"model\":\"internal-hr\"}"), "application/json", ""),
                Arguments.of(
                        "two models, one escaped",
                        utf8("{\"model\":\"gpt-4o\",\"mode\\u006c\":\"internal-hr\"}"),
                        "application/json",
                        ""),
                Arguments.of("no text", utf8("{\"model\":[\"internal-hr\"]}"), "application/json", ""),
                Arguments.of(
                        "behind a large text",
                        utf8("{\"x\":\"" + "x".repeat(300_000) + "\",\"model\":\"internal-hr\"}"),
                        "application/json",
                        ""),
                Arguments.of("in a list", utf8("[" + CHAT + "]"), "application/json", ""),
                Arguments.of("utf-16", CHAT.getBytes(StandardCharsets.UTF_16), "application/json", ""),
                Arguments.of("words", utf8("model=internal-hr"), "text/plain", ""),
                Arguments.of("form without a boundary", form("internal-hr"), "multipart/form-data", ""),
                Arguments.of("form of two", form("gpt-4o", "internal-hr"), "multipart/form-data; boundary=b", ""),
                Arguments.of("form with another boundary", form("gpt-4o"), "multipart/form-data; boundary=c", ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodiesWhoseModelIsNotFound")
    void unreadBodyWhoseModelCannotBeTold_goesNowhere(String name, byte[] body, String type, String encoding) {
        for (String path : List.of(Chats.PATH, "/v1/embeddings", "/v1/audio/speech")) {
            Answer answer = send(path, body, type, encoding);

            assertEquals(400, answer.status(), path);
            assertEquals(
                    "invalid_request_error", answer.json().at("/error/type").asText(), path);
        }
        Answer messages = send("/v1/messages", body, type, encoding);

        assertEquals(400, messages.status());
        assertEquals("error", messages.json().path("type").asText());
        assertEquals(0, local.log().counts().received() + claude.log().counts().received());
        assertEquals(0, stage.upstreamCalls() + anthropic.log().counts().received());
    }

    @ParameterizedTest
    @ValueSource(strings = {"multipart/form-data; boundary=b", "Multipart/Form-Data; charset=utf-8; boundary=\"b\""})
    void modelOfAForm_decidesWhereItGoes(String type) {
        assertEquals(
                200,
                send("/v1/audio/transcriptions", form("internal-hr"), type, "").status());
        assertEquals(1, local.log().counts().received());

        assertEquals(
                200,
                send("/v1/audio/transcriptions", form("whisper-1"), type, "").status());
        assertEquals(1, stage.upstreamCalls());
    }

    static Stream<Arguments> callsOfAnthropic() {
        return Stream.of(
                Arguments.of("POST", "/v1/messages/count_tokens", "x-api-key", "sk-ant-1"),
                Arguments.of("POST", "/v1/messages/count_tokens", "authorization", "Bearer key"),
                Arguments.of("POST", "/v1/messages/batches", "x-api-key", "sk-ant-1"),
                Arguments.of("GET", "/v1/messages/batches/b-1/results", "x-api-key", "another"),
                Arguments.of("GET", "/v1/messages", "x-api-key", "another"),
                Arguments.of("GET", "/v1/models", "authorization", "Bearer sk-ant-oat01-1"),
                Arguments.of("GET", "/v1/models", "authorization", "bearer  sk-ant-1"),
                Arguments.of("GET", "/v1/models", "x-api-key", "sk-ant-1"),
                Arguments.of("GET", "/v1/files", "anthropic-beta", "files-api-2025-04-14"),
                Arguments.of("GET", "/v1/models", "anthropic-version", "2023-06-01"));
    }

    @ParameterizedTest
    @MethodSource("callsOfAnthropic")
    void callOfAnthropic_neverReachesTheOther(String method, String path, String header, String value) {
        Answer answer = stage.anonymous().send(method, path, BodyPublishers.noBody(), header, value);

        assertEquals(200, answer.status());
        assertEquals(1, anthropic.log().counts().received());
        assertEquals(0, stage.upstreamCalls());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models", "/v1/files/messages", "/v1/threads/t/messages"})
    void otherCall_reachesTheOther(String path) {
        stage.anonymous().get(path, "authorization", "Bearer sk-proj-ant-1");

        assertEquals(1, stage.upstreamCalls());
        assertEquals(0, anthropic.log().counts().received());
    }

    /** Azure goes by the deployment, whatever the body names. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/openai/deployments/internal-hr/chat/completions",
                "/openai/deployments/internal-hr/embeddings",
                "/openai/deployments/internal-hr/audio/speech",
                "/openai/deployments/internal-%20hr/audio/speech"
            })
    void deployment_decidesWhereItGoes(String path) {
        for (String body : List.of(
                "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"input\":\"hi\",\"model\":\"gpt-4o\"}",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"input\":\"hi\"}",
                "not JSON")) {
            forget();
            stage.caller().send("POST", path, BodyPublishers.ofString(body), "x-reprise-mode", "off");

            assertEquals(1, local.log().counts().received(), body);
            assertEquals(0, stage.upstreamCalls());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat/completions", "embeddings", "audio/speech"})
    void deploymentOfTheDefault_isReachedWithTheOperatorsKeyAlsoUnread(String route) {
        stage.caller().send("POST", "/openai/deployments/gpt/" + route, BodyPublishers.ofString("not JSON"));

        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void modelOfAQuery_decidesWhereItGoes() {
        stage.caller().get("/v1/realtime/x?model=internal-hr");
        assertEquals(1, local.log().counts().received());

        Answer two = stage.caller().post("/v1/audio/speech?model=gpt-4o", CHAT);
        assertEquals(400, two.status());
        assertEquals(0, stage.upstreamCalls());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"model\":\"tts-1\",\"input\":\"x\"}", "{\"input\":\"x\"}", "{\"model\":null}"})
    void otherBody_goesToTheDefaultAsItCame(String body) {
        assertEquals(200, stage.caller().post("/v1/audio/speech", body).status());

        assertEquals(1, stage.upstreamCalls());
        assertEquals(
                body, new String(stage.upstream().log().requests().getFirst().body(), StandardCharsets.UTF_8));
    }

    @Test
    void uploadOfAFile_isNotReadForAModel() {
        assertEquals(
                200,
                send("/v1/files", new byte[300_000], "application/octet-stream", "")
                        .status());
        assertEquals(1, stage.upstreamCalls());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "zstd"})
    void compressedCall_isCachedLikeAPlainOne(String encoding) {
        String chat = Chats.asking("What is " + encoding + " good for?").toString();
        byte[] body =
                switch (encoding) {
                    case "gzip" -> gzip(utf8(chat));
                    case "deflate" -> deflate(utf8(chat), false);
                    default -> Zstd.compress(utf8(chat));
                };
        Answer miss = sendTo(single, Chats.PATH, body, encoding);
        assertEquals("miss", miss.header("x-reprise-outcome"));
        assertEquals(200, miss.status());

        assertEquals("exact", sendTo(single, Chats.PATH, body, encoding).header("x-reprise-outcome"));
        assertEquals("exact", single.caller().post(Chats.PATH, chat).header("x-reprise-outcome"));
        assertEquals(1, single.upstreamCalls());
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "gzip", "deflate", "zstd", "gzip, br"})
    void bodyInAnEncodingThatIsNotUnderstood_goesThroughAndSaysSo(String encoding) {
        byte[] body = {1, 2, 3, 4, 5};

        Answer answer = sendTo(single, Chats.PATH, body, encoding);

        String last = encoding.substring(encoding.lastIndexOf(' ') + 1);
        assertTrue(answer.header("cache-status").contains("detail=\"encoding:" + last + "\""), answer.toString());
        assertEquals(5, single.upstream().log().requests().getFirst().bodyBytes());
        assertEquals(
                List.of(encoding), single.upstream().log().requests().getFirst().headerValues("content-encoding"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd", "gzip, gzip"})
    void bomb_isNotUnpacked(String encoding) {
        byte[] zeros = new byte[50_000_000];
        byte[] body =
                switch (encoding) {
                    case "gzip" -> gzip(zeros);
                    case "zstd" -> Zstd.compress(zeros);
                    default -> gzip(gzip(zeros));
                };

        Answer forwarded = sendTo(single, Chats.PATH, body, encoding);
        assertTrue(forwarded.header("cache-status").contains("too-large"), forwarded.toString());
        assertEquals(413, sendTo(single, "/v1/cache/lookup", body, encoding).status());
    }

    @Test
    void compressedLookup_isRead() {
        byte[] body = gzip(utf8("{\"prompt\":\"x\"}"));

        assertEquals(200, sendTo(single, "/v1/cache/lookup", body, "gzip").status());
        assertEquals(400, sendTo(single, "/v1/cache/lookup", body, "br").status());
    }

    private static Answer send(String path, byte[] body, String type, String encoding) {
        String[] headers = encoding.isEmpty()
                ? new String[] {"content-type", type}
                : new String[] {"content-type", type, "content-encoding", encoding};
        return stage.caller().send("POST", path, BodyPublishers.ofByteArray(body), headers);
    }

    private static Answer sendTo(Stage other, String path, byte[] body, String encoding) {
        return other.caller().send("POST", path, BodyPublishers.ofByteArray(body), "content-encoding", encoding);
    }

    private static byte[] form(String... models) {
        var form = new StringBuilder(
                "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"model\"\r\n\r\nRIFF\r\n");
        for (String model : models) {
            form.append("--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n")
                    .append(model)
                    .append("\r\n");
        }
        return utf8(form.append("--b--\r\n").toString());
    }

    /** Text that does not shrink, so that what is cut off holds some of it. */
    private static String noise() {
        var noise = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            noise.append(Integer.toHexString(i * 0x9e3779b9));
        }
        return noise.toString();
    }

    private static byte[] cut(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length / 2);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] gzip(byte[] plain) {
        var out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] deflate(byte[] plain, boolean raw) {
        var out = new ByteArrayOutputStream();
        try (OutputStream deflated = new DeflaterOutputStream(out, new Deflater(Deflater.DEFAULT_COMPRESSION, raw))) {
            deflated.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
