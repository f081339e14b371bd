package io.reprise.server.upstream;

import io.reprise.server.upstream.UpstreamOptions.Http2;
import io.reprise.server.upstream.UpstreamOptions.Proxy;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** Clients of upstreams in tests, and servers for them, on one Vert.x. The waiting methods block the test's thread. */
final class ClientBench {
    static final UpstreamOptions.Retries TWICE_MORE = new UpstreamOptions.Retries(
            2, Set.of(429, 503), Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(500));

    private static final long SECONDS = 10;

    private final Vertx vertx;

    ClientBench(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Options with defaults that a test changes. */
    record Wishes(
            Http2 http2,
            Duration idleTimeout,
            List<X509Certificate> authorities,
            @Nullable Proxy proxy,
            UpstreamOptions.Retries retries,
            UpstreamOptions.Breaker breaker,
            DoubleSupplier random) {

        static Wishes none() {
            return new Wishes(
                    Http2.AUTO,
                    Duration.ofSeconds(SECONDS),
                    List.of(),
                    null,
                    UpstreamOptions.Retries.NONE,
                    UpstreamOptions.Breaker.OFF,
                    () -> 0.5);
        }

        Wishes with(Http2 other) {
            return new Wishes(other, idleTimeout, authorities, proxy, retries, breaker, random);
        }

        Wishes with(Duration otherIdleTimeout) {
            return new Wishes(http2, otherIdleTimeout, authorities, proxy, retries, breaker, random);
        }

        Wishes with(X509Certificate authority) {
            return new Wishes(http2, idleTimeout, List.of(authority), proxy, retries, breaker, random);
        }

        Wishes with(Proxy other) {
            return new Wishes(http2, idleTimeout, authorities, other, retries, breaker, random);
        }

        Wishes with(UpstreamOptions.Retries other) {
            return new Wishes(http2, idleTimeout, authorities, proxy, other, breaker, random);
        }

        Wishes with(UpstreamOptions.Breaker other) {
            return new Wishes(http2, idleTimeout, authorities, proxy, retries, other, random);
        }

        Wishes with(DoubleSupplier other) {
            return new Wishes(http2, idleTimeout, authorities, proxy, retries, breaker, other);
        }
    }

    UpstreamClient client(Wishes wishes) {
        var pool = new UpstreamOptions.Pool(Duration.ofSeconds(5), wishes.idleTimeout(), 8, 1, wishes.http2());
        return new UpstreamClient(
                vertx,
                new UpstreamOptions(pool, wishes.authorities(), wishes.proxy(), wishes.retries(), wishes.breaker()),
                InstantSource.system(),
                wishes.random());
    }

    /** Starts a server on a free port of 127.0.0.1. */
    int serve(HttpServerOptions options, Handler<HttpServerRequest> handler) throws TimeoutException {
        return await(vertx.createHttpServer(options).requestHandler(handler).listen(0, "127.0.0.1"))
                .actualPort();
    }

    int serve(Handler<HttpServerRequest> handler) throws TimeoutException {
        return serve(new HttpServerOptions(), handler);
    }

    static Provider at(String scheme, String host, int port) {
        return Provider.openAi(URI.create(scheme + "://" + host + ":" + port), null, Map.of());
    }

    static Provider at(int port) {
        return at("http", "127.0.0.1", port);
    }

    /** A call whose answer is not read here. */
    static Outgoing call() {
        return call(false);
    }

    static Outgoing call(boolean readable) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("content-type", "application/json")
                .add("accept-encoding", "gzip");
        return new Outgoing(HttpMethod.POST, "/v1/chat/completions?x=1", headers, Buffer.buffer("{\"a\":1}"), readable);
    }

    static <T> T await(Future<T> future) throws TimeoutException {
        return future.await(SECONDS, TimeUnit.SECONDS);
    }

    static HttpClientResponse answer(Sending sending) throws TimeoutException {
        return await(sending.answer());
    }

    /** Whether an answer ends before its time; fails when it does not end at all. */
    static boolean breaksOff(HttpClientResponse answer) throws TimeoutException {
        // Not of its body(), which does not hear of what happened before it was asked for.
        Future<Boolean> broken = answer.end().transform(end -> Future.succeededFuture(end.failed()));
        answer.resume();
        return await(broken);
    }

    static String body(HttpClientResponse answer) throws TimeoutException {
        Future<Buffer> body = answer.body();
        answer.resume();
        return await(body).toString();
    }
}
