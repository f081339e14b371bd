package io.reprise.server.upstream;

import io.reprise.server.protocol.Glob;
import io.reprise.server.upstream.UpstreamOptions.Http2;
import io.reprise.server.upstream.UpstreamOptions.Pool;
import io.reprise.server.upstream.UpstreamOptions.Proxy;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pooled connections to upstreams. Thread-safe.
 *
 * <p>There are three pools: Vert.x decodes either all answers of a client or none, and what is not to be read here must not be touched;
 * and what may become another protocol must not begin as HTTP/2.
 *
 * <p>Certificates are checked against the JDK's authorities (and the operator's) and the host's name: the defaults of Vert.x, said
 * explicitly because setting any other option of TLS would make them ours to say.
 */
final class Connections {
    private static final Logger log = LoggerFactory.getLogger(Connections.class);
    private static final int MAX_HEADER_BYTES = 64 * 1024;
    /** Shorter than common servers keep a connection, so that a request seldom meets one that upstream is closing. */
    private static final int KEEP_ALIVE_SECONDS = 30;

    /** A call's own timeouts are to come before the connection's, because they can say what happened. */
    private static final int MARGIN_MILLIS = 500;

    private static final int STREAMS_PER_CONNECTION = 100;
    /**
     * Room for what all streams of a connection may hold back at once: with less, clients that read slowly would use up the window of
     * the connection (RFC 9113, section 5.2) and stall the others on it.
     */
    private static final int CONNECTION_WINDOW_BYTES = STREAMS_PER_CONNECTION * 80 * 1024;

    private final HttpClient untouched;
    private final HttpClient decoding;
    private final HttpClient upgrading;
    private final Duration connectTimeout;
    private final @Nullable ProxyOptions proxy;
    private final List<Glob> directHosts;

    Connections(Vertx vertx, UpstreamOptions options) {
        connectTimeout = options.pool().connectTimeout();
        Http2 http2 = options.pool().http2();
        untouched = client(vertx, options, false, http2);
        decoding = client(vertx, options, true, http2);
        upgrading = client(vertx, options, false, Http2.OFF);
        Proxy given = options.proxy();
        proxy = given == null ? null : proxy(given);
        directHosts = given == null ? List.of() : Glob.all(given.bypass());
    }

    private static HttpClient client(Vertx vertx, UpstreamOptions options, boolean decoding, Http2 http2) {
        Pool pool = options.pool();
        return vertx.httpClientBuilder()
                .with(options(options, http2).setDecompressionSupported(decoding))
                .with(new PoolOptions()
                        .setHttp1MaxSize(pool.maxConnections())
                        .setHttp2MaxSize(pool.maxHttp2Connections())
                        .setMaxWaitQueueSize(4 * pool.maxConnections()))
                // What breaks a connection is told to each call on it; Vert.x would log it as an error besides.
                .withConnectHandler(connection -> connection.exceptionHandler(
                        broken -> log.debug("a connection to {} broke", connection.remoteAddress(), broken)))
                .build();
    }

    private static HttpClientOptions options(UpstreamOptions options, Http2 http2) {
        Pool pool = options.pool();
        var http = new HttpClientOptions()
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_HEADER_BYTES)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setHttp2KeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setHttp2MultiplexingLimit(STREAMS_PER_CONNECTION)
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
                .setInitialSettings(new Http2Settings()
                        .setMaxHeaderListSize(MAX_HEADER_BYTES)
                        .setPushEnabled(false))
                .setProtocolVersion(http2 == Http2.PRIOR_KNOWLEDGE ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1)
                .setHttp2ClearTextUpgrade(false)
                .setUseAlpn(http2 != Http2.OFF)
                .setAlpnVersions(
                        http2 == Http2.OFF
                                ? List.of(HttpVersion.HTTP_1_1)
                                : List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1));
        http.setVerifyHost(true)
                .setTrustAll(false)
                .setSslHandshakeTimeout(pool.connectTimeout().toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setConnectTimeout(Math.toIntExact(pool.connectTimeout().toMillis()))
                .setIdleTimeout(Math.toIntExact(pool.idleTimeout().toMillis() + MARGIN_MILLIS))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        if (!options.authorities().isEmpty()) {
            http.setTrustOptions(Authorities.withJdk(options.authorities()));
        }
        return http;
    }

    private ProxyOptions proxy(Proxy given) {
        return new ProxyOptions()
                .setType(
                        switch (given.protocol()) {
                            case HTTP -> ProxyType.HTTP;
                            case SOCKS5 -> ProxyType.SOCKS5;
                        })
                .setHost(given.host())
                .setPort(given.port())
                .setUsername(given.user())
                .setPassword(given.password())
                .setConnectTimeout(connectTimeout);
    }

    private HttpClient client(RequestHead.Form answer) {
        return switch (answer) {
            case UNTOUCHED -> untouched;
            case DECODED -> decoding;
            case UPGRADED -> upgrading;
        };
    }

    /** A request on a connection, of which nothing has been sent. Fails when there is no connection. */
    Future<HttpClientRequest> open(RequestHead head) {
        Provider provider = head.provider();
        RequestOptions options = new RequestOptions()
                .setMethod(head.method())
                .setHost(provider.origin().getHost())
                .setPort(provider.port())
                .setSsl(provider.tls())
                .setURI(provider.path(head.target()))
                .setHeaders(MultiMap.caseInsensitiveMultiMap().addAll(head.headers()))
                .setConnectTimeout(connectTimeout.toMillis() + MARGIN_MILLIS);
        if (proxy != null && directHosts.stream().noneMatch(host -> host.matches(bareHost(provider)))) {
            options.setProxyOptions(proxy);
        }
        try {
            return client(head.answer())
                    .request(options)
                    .onSuccess(request ->
                            request.exceptionHandler(failure -> log.debug("a call to {} failed", provider, failure)))
                    .onFailure(failure -> log.debug("no connection to {}", provider, failure));
        } catch (IllegalStateException closed) {
            return Future.failedFuture(closed);
        }
    }

    /** An IPv6 address without its brackets. */
    private static String bareHost(Provider provider) {
        String host = provider.origin().getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    Future<Void> close() {
        return Future.join(untouched.close(), decoding.close(), upgrading.close())
                .mapEmpty();
    }
}
