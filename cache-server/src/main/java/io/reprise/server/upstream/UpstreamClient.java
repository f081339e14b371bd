package io.reprise.server.upstream;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests to upstream as the client sent them. Thread-safe; each call's events come on the caller's Vert.x context.
 *
 * <p>Every future fails with {@link UpstreamException} alone. Responses arrive paused, so that nothing of them is lost while the
 * caller gets ready.
 */
public final class UpstreamClient {
    private static final Logger log = LoggerFactory.getLogger(UpstreamClient.class);
    private static final int MAX_HEADER_BYTES = 64 * 1024;
    /** Shorter than common servers keep a connection, so that a request seldom meets one that upstream is closing. */
    private static final int KEEP_ALIVE_SECONDS = 30;

    /** A call's own timeout ends with the head of its answer, and is to come first because it can say what happened. */
    private static final int STALL_MARGIN_MILLIS = 500;

    private final HttpClient http;
    private final Duration connectTimeout;
    private final Duration idleTimeout;

    /**
     * @param connectTimeout how long connecting may take
     * @param idleTimeout how long a call may make no progress
     * @param maxConnections connections per origin; four times as many calls may wait for one
     */
    public UpstreamClient(Vertx vertx, Duration connectTimeout, Duration idleTimeout, int maxConnections) {
        this.connectTimeout = connectTimeout;
        this.idleTimeout = idleTimeout;
        this.http = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setMaxHeaderSize(MAX_HEADER_BYTES)
                        .setMaxInitialLineLength(MAX_HEADER_BYTES)
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setIdleTimeout(Math.toIntExact(idleTimeout.toMillis() + STALL_MARGIN_MILLIS))
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
                .with(new PoolOptions().setHttp1MaxSize(maxConnections).setMaxWaitQueueSize(4 * maxConnections))
                // What breaks a connection is told to each call on it; Vert.x would log it as an error besides.
                .withConnectHandler(connection -> connection.exceptionHandler(
                        broken -> log.debug("a connection to {} broke", connection.remoteAddress(), broken)))
                .build();
    }

    /** Sends a request whose body is at hand, on behalf of nobody's connection: whoever asks for it gives it up. */
    public Sending send(Provider provider, Outgoing outgoing) {
        var sending = new Sending();
        MultiMap headers = ForwardedHeaders.request(outgoing.headers(), provider);
        if (outgoing.readable()) {
            // Every client accepts what is not encoded (RFC 9110, section 12.5.3).
            headers.set("accept-encoding", "identity");
        }
        open(provider, outgoing.method(), outgoing.target(), headers)
                .compose(request -> {
                    sending.attempt(request);
                    request.headers().remove("content-length");
                    return awaitingAnswer(request).send(outgoing.body()).onSuccess(UpstreamClient::hold);
                })
                .onComplete(sending::succeed, failure -> sending.fail(explained(provider, failure)));
        return sending;
    }

    /**
     * Sends a request whose body is still coming, as it comes.
     *
     * @param request the client's, paused or read to its end
     * @param start what of its body has been read already
     */
    public Future<HttpClientResponse> forward(Provider provider, HttpServerRequest request, Buffer start) {
        MultiMap headers = ForwardedHeaders.request(request.headers(), provider);
        return open(provider, request.method(), Outgoing.target(request), headers)
                .compose(upstream -> {
                    request.response().closeHandler(gone -> upstream.reset());
                    Future<HttpClientResponse> response = upstream.response().onSuccess(UpstreamClient::hold);
                    boolean hasLength = upstream.headers().contains("content-length");
                    if (request.isEnded()) {
                        awaitingAnswer(upstream).end(start);
                    } else if (hasLength || request.headers().contains("transfer-encoding")) {
                        upload(request, upstream.setChunked(!hasLength), start);
                    } else if (request.version() == HttpVersion.HTTP_2) {
                        uploadUnannounced(request, upstream);
                    } else {
                        request.resume();
                        awaitingAnswer(upstream).end();
                    }
                    return response;
                })
                .recover(failure -> Future.failedFuture(explained(provider, failure)));
    }

    /** Lets nothing of an answer get lost while its reader gets ready: neither bytes nor, from {@code end()}, that it broke off. */
    private static void hold(HttpClientResponse answer) {
        answer.pause().end();
    }

    /** The timeout counts from here on, unless the answer is here: while a body is being sent, no answer is no silence. */
    private HttpClientRequest awaitingAnswer(HttpClientRequest upstream) {
        return upstream.response().isComplete() ? upstream : upstream.idleTimeout(idleTimeout.toMillis());
    }

    private void upload(HttpServerRequest request, HttpClientRequest upstream, Buffer start) {
        Upload.start(request, upstream, start, () -> awaitingAnswer(upstream));
    }

    /** HTTP/2 needs no header to send a body: only its first part tells that there is one. */
    private void uploadUnannounced(HttpServerRequest request, HttpClientRequest upstream) {
        request.exceptionHandler(failure -> upstream.reset());
        request.endHandler(end -> awaitingAnswer(upstream).end());
        request.handler(first -> {
            request.pause();
            upload(request, upstream.setChunked(true), first);
        });
        request.resume();
    }

    /** Closes every connection. */
    public Future<Void> close() {
        return http.close();
    }

    private Future<HttpClientRequest> open(Provider provider, HttpMethod method, String target, MultiMap headers) {
        return http.request(new RequestOptions()
                        .setMethod(method)
                        .setHost(provider.origin().getHost())
                        .setPort(provider.port())
                        .setSsl(provider.tls())
                        .setURI(provider.path(target))
                        .setHeaders(headers)
                        .setConnectTimeout(connectTimeout.toMillis()))
                .onSuccess(request ->
                        request.exceptionHandler(failure -> log.debug("a call to {} failed", provider, failure)));
    }

    private static UpstreamException explained(Provider provider, Throwable failure) {
        return switch (failure) {
            case ConnectionPoolTooBusyException busy ->
                new UpstreamException(503, "too many calls wait for a connection to upstream " + provider.name(), busy);
            case ConnectException unreachable ->
                new UpstreamException(502, "upstream " + provider.name() + " cannot be reached", unreachable);
            case UnknownHostException unknown ->
                new UpstreamException(502, "the host of upstream " + provider.name() + " is not known", unknown);
            case TimeoutException slow ->
                new UpstreamException(504, "upstream " + provider.name() + " gave no answer in time", slow);
            default ->
                new UpstreamException(502, "upstream " + provider.name() + " broke off without an answer", failure);
        };
    }
}
