package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.testupstream.WebSocketUpstream;
import io.reprise.server.testupstream.WebSocketUpstream.Handshake;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A WebSocket to the server is one to upstream: its handshake, its messages, its end. */
class WebSocketsTest {
    private static final WebSocketUpstream upstream = WebSocketUpstream.start();
    private static final WebSocketUpstream other = WebSocketUpstream.start();
    private static final Duration SOON = Duration.ofSeconds(10);

    @RegisterExtension
    static final Stage stage = Stage.with("upstream.openai.url=" + upstream.url());

    @RegisterExtension
    static final Stage choosing = Stage.with(
            "upstream.openai.url=" + upstream.url(),
            "upstream.others.local.url=" + other.url(),
            "upstream.others.local.models=local-*",
            "upstream.others.local.api_key=sk-local");

    @RegisterExtension
    static final Stage impatient = Stage.with("upstream.openai.url=" + upstream.url(), "upstream.idle_timeout_ms=2000");

    @RegisterExtension
    static final Stage named =
            Stage.with("upstream.openai.url=" + upstream.url(), "principals.mode=header", "principals.header=x-user");

    @RegisterExtension
    static final Stage hasty = Stage.with("upstream.openai.url=" + upstream.url(), "limits.head_timeout_ms=200");

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void forget() {
        upstream.forget();
        other.forget();
    }

    @AfterAll
    static void stop() {
        upstream.close();
        other.close();
    }

    /** What comes from the server, as text; an end is {@code closed CODE} or {@code failed}. */
    private static final class Heard implements WebSocket.Listener {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private volatile boolean takes = true;
        private long binaryBytes;

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                events.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            binaryBytes += data.remaining();
            if (last) {
                events.add("binary " + binaryBytes);
            }
            if (takes || !last) {
                socket.request(1);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            events.add("pong " + message.remaining());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            events.add("closed " + code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            events.add("failed");
        }

        String next() throws InterruptedException {
            String event = events.poll(SOON.toSeconds(), TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("nothing came");
            }
            return event;
        }
    }

    private WebSocket open(Stage where, String path, Heard heard, String... headers) {
        WebSocket.Builder builder = http.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        CompletableFuture<WebSocket> opening =
                builder.buildAsync(URI.create(where.server().url().replace("http", "ws") + path), heard);
        return opening.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/realtime?model=gpt-realtime, /v1/realtime?model=gpt-realtime",
        "/v1/responses, /v1/responses",
        "/realtime?model=m, /v1/realtime?model=m",
        "/openai/v1/realtime?model=m, /v1/realtime?model=m",
        "/openai/realtime?api-version=1&deployment=d, /openai/realtime?api-version=1&deployment=d"
    })
    void messages_passBothWays(String path, String target) throws InterruptedException {
        var heard = new Heard();
        WebSocket socket = open(
                stage,
                path,
                heard,
                "authorization",
                "Bearer " + stage.key(),
                "openai-beta",
                "realtime=v1",
                "x-reprise-mode",
                "off");

        assertEquals(WebSocketUpstream.GREETING, heard.next());
        String large = "x".repeat(100_000);
        for (String text : new String[] {"Hello", "Grüße, 世界 🌍", large}) {
            socket.sendText(text, true).join();
            assertEquals(text, heard.next());
        }
        socket.sendBinary(ByteBuffer.wrap(new byte[] {1, 2, 3}), true).join();
        assertEquals("binary 3", heard.next());
        socket.sendPing(ByteBuffer.wrap(new byte[5])).join();
        assertEquals("pong 5", heard.next());
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();

        Handshake handshake = upstream.handshakes().getFirst();
        assertEquals(target, handshake.uri());
        assertEquals("Bearer " + stage.key(), handshake.headers().get("authorization"));
        assertEquals("realtime=v1", handshake.headers().get("openai-beta"));
        assertFalse(handshake.headers().containsKey("x-reprise-mode"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1011, 4000, 4999})
    void upstreamsCloseCode_reachesTheCaller(int code) throws InterruptedException {
        var heard = new Heard();
        WebSocket socket = open(stage, "/v1/realtime", heard);
        heard.next();

        socket.sendText("close:" + code, true).join();

        assertEquals("closed " + code, heard.next());
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 4321})
    void callersCloseCode_reachesUpstream(int code) throws InterruptedException {
        var heard = new Heard();
        WebSocket socket = open(stage, "/v1/realtime", heard);
        heard.next();

        socket.sendClose(code, "").join();

        Eventually.await(SOON, () -> upstream.closeCodes().contains((short) code));
    }

    /** What a client does not take yet stays with upstream, and comes when it does. */
    @Test
    void slowCaller_holdsUpstreamBack() throws InterruptedException {
        int messages = 1000;
        var heard = new Heard();
        WebSocket socket = open(stage, "/v1/realtime", heard);
        heard.next();
        heard.takes = false;
        socket.sendText("flood:" + messages, true).join();
        heard.next();

        // Another client is served meanwhile, long enough for all of it to have come, did nothing hold it back.
        var meanwhile = new Heard();
        WebSocket another = open(stage, "/v1/realtime", meanwhile);
        meanwhile.next();
        for (int i = 0; i < 500; i++) {
            another.sendText("turn", true).join();
            assertEquals("turn", meanwhile.next());
        }
        another.abort();
        assertTrue(upstream.flooded() < messages, "upstream was not held back");

        heard.takes = true;
        socket.request(1);
        String last = "";
        for (int i = 1; i < messages; i++) {
            last = heard.next();
        }
        assertEquals("binary " + (long) messages * WebSocketUpstream.FLOOD_BYTES, last);
    }

    @Test
    void credentialOfAnUpstream_goesInPlaceOfTheCallers() throws InterruptedException {
        var heard = new Heard();
        WebSocket socket = http.newWebSocketBuilder()
                .header("authorization", "Bearer " + choosing.key())
                .subprotocols("realtime", "openai-insecure-api-key." + choosing.key())
                .buildAsync(
                        URI.create(choosing.server().url().replace("http", "ws") + "/v1/realtime?model=local-1"), heard)
                .orTimeout(SOON.toSeconds(), TimeUnit.SECONDS)
                .join();
        heard.next();

        assertEquals("realtime", socket.getSubprotocol());
        Handshake handshake = other.handshakes().getFirst();
        assertEquals("Bearer sk-local", handshake.headers().get("authorization"));
        assertEquals("realtime", handshake.headers().get("sec-websocket-protocol"));
        assertTrue(upstream.handshakes().isEmpty());
        socket.abort();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/realtime?model=local-1, local",
        "/v1/realtime?mod%65l=local%2D1, local",
        "/v1/responses?model=local-1, local",
        "/openai/realtime?api-version=1&deployment=local-1, local",
        "/v1/realtime?model=gpt, openai"
    })
    void modelInTheAddress_decidesWhereItGoes(String path, String name) throws InterruptedException {
        var heard = new Heard();
        WebSocket socket = open(choosing, path, heard);
        heard.next();

        assertEquals(name.equals("local") ? 1 : 0, other.handshakes().size());
        assertEquals(name.equals("local") ? 0 : 1, upstream.handshakes().size());
        socket.abort();
    }

    /** A message could name any model, and messages are not read. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/responses",
                "/v1/realtime",
                "/v1/realtime?intent=transcription",
                "/v1/realtime?model=gpt&model=local-1",
                "/openai/realtime?model=gpt&deployment=local-1"
            })
    void withoutAModelThatIsSure_itGoesNowhereWhereModelsDecide(String path) {
        assertEquals(400, refusal(choosing, path));
        assertTrue(upstream.handshakes().isEmpty());
        assertTrue(other.handshakes().isEmpty());
    }

    @Test
    void keyInAProtocolOrTheQuery_staysHereWhereUpstreamHasTheOperators() throws InterruptedException {
        var heard = new Heard();
        WebSocket socket = http.newWebSocketBuilder()
                .subprotocols("openai-insecure-api-key.sk-mine")
                .buildAsync(
                        URI.create(choosing.server().url().replace("http", "ws")
                                + "/v1/realtime?api-key=sk-mine&model=local-1"),
                        heard)
                .orTimeout(SOON.toSeconds(), TimeUnit.SECONDS)
                .join();
        heard.next();

        Handshake handshake = other.handshakes().getFirst();
        assertEquals("/v1/realtime?model=local-1", handshake.uri());
        assertFalse(handshake.headers().toString().contains("sk-mine"), handshake.toString());
        socket.abort();
    }

    @Test
    void callerWithoutTheNameThatAProxyGives_isRefused() throws InterruptedException {
        assertEquals(401, refusal(named, "/v1/realtime"));
        assertTrue(upstream.handshakes().isEmpty());

        var heard = new Heard();
        WebSocket socket = open(named, "/v1/realtime", heard, "x-user", "alice");
        heard.next();
        socket.abort();
    }

    /** Upstream would take what follows for the body, and the caller for messages. */
    @Test
    void handshakeWithABody_isNoHandshake() {
        try (var connection = new RawConnection(stage.server().port())) {
            connection.head(
                    "GET /v1/realtime HTTP/1.1",
                    "host: localhost",
                    "connection: upgrade",
                    "upgrade: websocket",
                    "sec-websocket-version: 13",
                    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
                    "content-length: 5");
            connection.body("hello");

            assertEquals(426, connection.answer().status());
        }
    }

    @Test
    void refusalOfUpstream_reachesTheCaller() {
        assertEquals(403, refusal(stage, "/v1/realtime?model=refused"));
        assertEquals(1, upstream.handshakes().size());
    }

    /** A browser would let any page read what comes. */
    @Test
    void pageOfAnotherSite_isRefused() {
        assertEquals(403, refusal(stage, "/v1/realtime", "origin", "http://evil.example"));
        assertTrue(upstream.handshakes().isEmpty());
    }

    private int refusal(Stage where, String path, String... headers) {
        CompletionException refused =
                assertThrows(CompletionException.class, () -> open(where, path, new Heard(), headers));
        return assertInstanceOf(WebSocketHandshakeException.class, refused.getCause())
                .getResponse()
                .statusCode();
    }

    @Test
    void requestWithoutUpgrade_isForwardedAsAnyOther() {
        assertEquals(426, stage.caller().get("/v1/realtime").status());
    }

    /** The time that a head has must not end what is no head any more. */
    @Test
    void connection_outlivesTheTimeOfItsHead() throws InterruptedException {
        var heard = new Heard();
        WebSocket socket = open(hasty, "/v1/realtime", heard);
        heard.next();

        long end = System.nanoTime() + Duration.ofMillis(600).toNanos();
        do {
            socket.sendText("turn", true).join();
            assertEquals("turn", heard.next());
        } while (System.nanoTime() < end);
        socket.abort();
    }

    @Test
    void silentConnection_isClosed() throws InterruptedException {
        var heard = new Heard();
        WebSocket socket = open(impatient, "/v1/realtime", heard);
        heard.next();

        String end = heard.next();

        assertTrue(end.equals("failed") || end.equals("closed 1006"), end);
        assertTrue(socket.isInputClosed());
    }

    @Test
    void callerThatIsGone_isGoneForUpstream() throws InterruptedException {
        var heard = new Heard();
        WebSocket socket = open(stage, "/v1/realtime", heard);
        heard.next();

        socket.abort();

        Eventually.await(SOON, () -> !upstream.closeCodes().isEmpty());
    }
}
