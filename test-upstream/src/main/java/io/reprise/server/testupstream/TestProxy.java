package io.reprise.server.testupstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An HTTP proxy on a loopback port that tunnels (CONNECT), whatever the host's name says, to a port of 127.0.0.1, and answers a request
 * to be forwarded with a note of it. It remembers what it was asked. Thread-safe.
 */
public final class TestProxy implements AutoCloseable {
    private static final long SECONDS = 10;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> credentials = new CopyOnWriteArrayList<>();
    private final NetClient upstream;
    private final HttpServer server;

    private TestProxy(Vertx vertx) {
        upstream = vertx.createNetClient();
        server = vertx.createHttpServer().requestHandler(this::handle);
    }

    /** Starts on this Vert.x, which outlives it. */
    public static TestProxy start(Vertx vertx) {
        var proxy = new TestProxy(vertx);
        await(proxy.server.listen(0, "127.0.0.1"));
        return proxy;
    }

    public int port() {
        return server.actualPort();
    }

    /** Methods and targets in the order in which they came. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    /** Values of {@code Proxy-Authorization}, none where there was none. */
    public List<String> credentials() {
        return List.copyOf(credentials);
    }

    private void handle(HttpServerRequest request) {
        asked.add(request.method() + " " + request.uri());
        credentials.addAll(request.headers().getAll("proxy-authorization"));
        if (!request.method().equals(HttpMethod.CONNECT)) {
            request.response().putHeader("x-forwarded-by", "test").end("forwarded");
            return;
        }
        int port = Integer.parseInt(request.uri().substring(request.uri().lastIndexOf(':') + 1));
        request.pause();
        upstream.connect(port, "127.0.0.1")
                .compose(far -> request.toNetSocket().onSuccess(near -> join(near, far)))
                .onFailure(failure -> request.response().setStatusCode(502).end());
    }

    private static void join(NetSocket near, NetSocket far) {
        near.pipeTo(far);
        far.pipeTo(near);
    }

    @Override
    public void close() {
        await(server.close());
        await(upstream.close());
    }

    private static void await(Future<?> done) {
        try {
            done.await(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("not done within " + SECONDS + " s", e);
        }
    }
}
