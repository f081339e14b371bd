package io.reprise.server.testupstream;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A provider that speaks WebSocket on a free port of loopback: it greets each client, echoes what it is sent, and heeds a few words.
 *
 * <p>{@code close:CODE} is answered with a close of that code, {@code flood:N} with so many messages of 64 KiB as the client takes them;
 * a request for a model {@code refused} is answered 403. Thread-safe.
 */
public final class WebSocketUpstream implements AutoCloseable {
    public static final String GREETING = "session.created";
    public static final int FLOOD_BYTES = 64 * 1024;

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final List<Handshake> handshakes = new CopyOnWriteArrayList<>();
    private final List<Short> closeCodes = new CopyOnWriteArrayList<>();
    private final AtomicInteger flooded = new AtomicInteger();

    /** What a client asked for. */
    public record Handshake(String uri, Map<String, String> headers) {}

    private WebSocketUpstream() {
        server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(0)
                        .setPerMessageWebSocketCompressionSupported(true)
                        .setWebSocketSubProtocols(List.of("realtime")))
                .webSocketHandshakeHandler(this::handshake)
                .webSocketHandler(this::talk)
                .requestHandler(request -> request.response().setStatusCode(426).end("a WebSocket is wanted"));
    }

    public static WebSocketUpstream start() {
        var upstream = new WebSocketUpstream();
        try {
            upstream.server.listen().await(10, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("it does not listen", e);
        }
        return upstream;
    }

    public String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    public List<Handshake> handshakes() {
        return List.copyOf(handshakes);
    }

    /** The codes with which clients closed. */
    public List<Short> closeCodes() {
        return List.copyOf(closeCodes);
    }

    /** How many messages of floods were taken from here. */
    public int flooded() {
        return flooded.get();
    }

    public void forget() {
        flooded.set(0);
        handshakes.clear();
        closeCodes.clear();
    }

    private void handshake(ServerWebSocketHandshake asked) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        asked.headers().forEach(headers::put);
        handshakes.add(new Handshake(asked.uri(), headers));
        if (asked.uri().endsWith("model=refused")) {
            asked.reject(403);
        } else {
            asked.accept();
        }
    }

    private void talk(ServerWebSocket socket) {
        socket.writeTextMessage(GREETING);
        socket.textMessageHandler(text -> {
            if (text.startsWith("close:")) {
                socket.close(Short.parseShort(text.substring("close:".length())), "as asked");
            } else if (text.startsWith("flood:")) {
                flood(socket, Integer.parseInt(text.substring("flood:".length())));
            } else {
                socket.writeTextMessage(text);
            }
        });
        socket.binaryMessageHandler(socket::writeBinaryMessage);
        socket.closeHandler(closed -> {
            Short code = socket.closeStatusCode();
            if (code != null) {
                closeCodes.add(code);
            }
        });
    }

    private void flood(ServerWebSocket socket, int messages) {
        if (messages > 0) {
            socket.writeBinaryMessage(Buffer.buffer(new byte[FLOOD_BYTES])).onSuccess(written -> {
                flooded.incrementAndGet();
                flood(socket, messages - 1);
            });
        }
    }

    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}
