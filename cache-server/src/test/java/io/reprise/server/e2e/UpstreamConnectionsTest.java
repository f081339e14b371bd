package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.SelfSigned;
import io.reprise.server.testupstream.TestProxy;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The server's way to upstreams that speak TLS or HTTP/2, stand behind a proxy, or compress. */
class UpstreamConnectionsTest {
    private static final Vertx vertx = Vertx.vertx();
    private static final SelfSigned identity = SelfSigned.create(folder());
    private static final HttpServer secure =
            listen(new HttpServerOptions().setSsl(true).setUseAlpn(true).setKeyCertOptions(identity.key()));
    private static final HttpServer plain = listen(new HttpServerOptions());
    private static final TestProxy proxy = TestProxy.start(vertx);

    /** OpenAI's stands behind a proxy and has a certificate of our authority; Anthropic's has none that anybody knows here. */
    @RegisterExtension
    static final Stage proxied = Stage.with(
            "upstream.openai.url=https://localhost:" + secure.actualPort(),
            "upstream.ca_file=" + identity.pem(),
            "upstream.proxy.url=http://me:secret@127.0.0.1:" + proxy.port(),
            "upstream.proxy.bypass=127.0.0.1");

    @RegisterExtension
    static final Stage strict = Stage.with(
            "upstream.openai.url=https://localhost:" + secure.actualPort(),
            "upstream.anthropic.url=http://127.0.0.1:" + plain.actualPort(),
            "upstream.http2=prior_knowledge");

    @RegisterExtension
    static final Stage shared = Stage.shared();

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("reprise-tls-");
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpServer listen(HttpServerOptions options) {
        try {
            return vertx.createHttpServer(options)
                    .requestHandler(UpstreamConnectionsTest::answer)
                    .listen(0, "127.0.0.1")
                    .await(10, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void answer(HttpServerRequest request) {
        request.body().onSuccess(body -> request.response()
                .putHeader("content-type", "application/json")
                .putHeader("x-version", request.version().toString())
                .end("{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"" + body.length()
                        + "\"},\"finish_reason\":\"stop\"}]}"));
    }

    @AfterAll
    static void close() throws TimeoutException {
        proxy.close();
        vertx.close().await(10, TimeUnit.SECONDS);
        for (Path file : new Path[] {identity.pem(), Path.of(identity.key().getPath())}) {
            file.toFile().deleteOnExit();
        }
    }

    @Test
    void secureUpstreamBehindAProxy_answersAndIsCached() {
        Answer miss = proxied.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));
        Answer hit = proxied.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        assertEquals("HTTP_2", miss.header("x-version"));
        assertEquals("exact", hit.header("x-reprise-outcome"));
        assertEquals(Set.of("CONNECT localhost:" + secure.actualPort()), Set.copyOf(proxy.asked()));
    }

    @Test
    void upload_goesThroughTheTunnelWhole() {
        Answer answer = proxied.caller().post("/v1/files", "x".repeat(1_000_000));

        assertTrue(answer.text().contains("\"1000000\""), answer.toString());
    }

    @Test
    void unknownAuthority_isRefused() {
        Answer answer = strict.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        assertEquals(502, answer.status());
        assertTrue(answer.json().at("/error/message").asText().contains("certificate"), answer.toString());
    }

    @Test
    void http2WithPriorKnowledge_needsNoTls() {
        WireCaller caller = strict.caller().with("anthropic-version", "2023-06-01");

        Answer uploaded = caller.post("/v1/files", "x".repeat(1_000_000));

        assertEquals("HTTP_2", uploaded.header("x-version"));
        assertTrue(uploaded.text().contains("\"1000000\""), uploaded.toString());
    }

    @Test
    void compressedAnswer_isStoredAndSentPlain() {
        shared.upstream().answer(Reply.text("Hi there, once.").gzipped());

        Answer miss = shared.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION), "accept-encoding", "gzip");
        Answer hit = shared.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        assertEquals(
                "gzip",
                shared.upstream()
                        .log()
                        .requests()
                        .getFirst()
                        .header("accept-encoding")
                        .orElse(""));
        for (Answer answer : new Answer[] {miss, hit}) {
            assertFalse(answer.has("content-encoding"));
            assertEquals(
                    "Hi there, once.",
                    answer.json().at("/choices/0/message/content").asText());
        }
        assertEquals("exact", hit.header("x-reprise-outcome"));
    }

    @Test
    void compressedStream_isStoredAndSentPlain() {
        shared.upstream().answer(Reply.text("Hi there, streamed.").gzipped());

        Answer miss = shared.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION), "accept-encoding", "gzip");
        Answer hit = shared.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        assertFalse(miss.has("content-encoding"));
        assertTrue(miss.text().endsWith("data: [DONE]\n\n"), miss.toString());
        assertEquals(
                "Hi there, streamed.",
                hit.json().at("/choices/0/message/content").asText());
    }

    @Test
    void callerThatTakesNoCompression_isNotAnsweredWithAny() {
        shared.upstream().answer(Reply.text("Hi").gzipped());

        shared.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        assertEquals(
                "identity",
                shared.upstream()
                        .log()
                        .requests()
                        .getFirst()
                        .header("accept-encoding")
                        .orElse(""));
    }
}
