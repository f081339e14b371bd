package io.reprise.server.upstream;

import io.reprise.server.upstream.Breaker.Trial;
import io.reprise.server.upstream.RequestHead.Form;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to upstream as the client sent them. Thread-safe; each call's events come on the caller's Vert.x context.
 *
 * <p>Every future fails with {@link UpstreamException} alone. Responses arrive paused, so that nothing of them is lost while the
 * caller gets ready.
 */
public final class UpstreamClient {
    private static final int DISCARDED_BYTES = 64 * 1024;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final String SUB_PROTOCOLS = "sec-websocket-protocol";
    /** How browsers, which cannot set a header on a WebSocket, send a key to OpenAI. */
    private static final String KEY_PROTOCOL = "openai-insecure-api-key.";

    private final Vertx vertx;
    private final UpstreamOptions options;
    private final InstantSource clock;
    private final DoubleSupplier random;
    private final Connections connections;
    private final ConcurrentMap<String, Breaker> breakerByUpstream = new ConcurrentHashMap<>();

    /**
     * @param random evenly in [0, 1), thread-safe
     */
    public UpstreamClient(Vertx vertx, UpstreamOptions options, InstantSource clock, DoubleSupplier random) {
        this.vertx = vertx;
        this.options = options;
        this.clock = clock;
        this.random = random;
        this.connections = new Connections(vertx, options);
    }

    /**
     * Sends a request whose body is at hand, on behalf of nobody's connection: whoever asks for it gives it up. It is sent again as
     * {@link UpstreamOptions.Retries} say.
     */
    public Sending send(Provider provider, Outgoing outgoing) {
        var sending = new Sending();
        MultiMap headers = ForwardedHeaders.request(outgoing.headers(), provider);
        headers.remove("content-length");
        // The body at hand has been decoded.
        headers.remove("content-encoding");
        if (outgoing.readable()) {
            headers.set(AcceptEncoding.NAME, AcceptEncoding.offered(outgoing.headers()));
        }
        var head = new RequestHead(
                provider,
                outgoing.method(),
                outgoing.target(),
                headers,
                outgoing.readable() ? Form.DECODED : Form.UNTOUCHED);
        attempt(new Call(head, outgoing.body(), sending, tries()));
        return sending;
    }

    /** A call on its way, however often it is tried. */
    private record Call(RequestHead head, Buffer body, Sending sending, Tries tries) {}

    /** A request on a connection, of which nothing has been sent. */
    private record Opened(HttpClientRequest request, Trial trial) {}

    private void attempt(Call call) {
        open(call.head(), call.tries(), call.sending()::isWanted)
                .onComplete(opened -> deliver(call, opened), call.sending()::fail);
    }

    private void deliver(Call call, Opened opened) {
        HttpClientRequest request = opened.request();
        Trial trial = opened.trial();
        if (!call.sending().begin(request)) {
            trial.forgotten();
            return;
        }
        request.response().onSuccess(UpstreamClient::hold);
        awaitingAnswer(request)
                .send(call.body())
                .onComplete(
                        answer -> {
                            trial.answered(answer.statusCode());
                            answered(call, answer);
                        },
                        failure -> {
                            if (call.sending().isWanted()) {
                                trial.failed();
                                unanswered(call, request, failure);
                            } else {
                                trial.forgotten();
                            }
                        });
    }

    private void answered(Call call, HttpClientResponse answer) {
        Duration delay = call.tries().afterAnswer(answer.statusCode(), answer.headers());
        if (delay == null || !call.sending().isWanted()) {
            call.sending().succeed(watched(answer));
        } else {
            discard(answer);
            after(delay).onComplete(waited -> attempt(call));
        }
    }

    private void unanswered(Call call, HttpClientRequest request, Throwable failure) {
        Duration delay = Failures.isUnprocessed(request, failure) ? call.tries().afterFailure() : null;
        if (delay == null) {
            call.sending().fail(Failures.unanswered(call.head().provider(), failure));
        } else {
            after(delay).onComplete(waited -> attempt(call));
        }
    }

    /** Leaves the connection fit for another call where that is cheap. */
    private static void discard(HttpClientResponse answer) {
        answer.exceptionHandler(brokenOff -> {});
        String length = answer.getHeader("content-length");
        if (length != null && length.length() <= 9 && Integer.parseInt(length) <= DISCARDED_BYTES) {
            answer.resume();
        } else {
            answer.request().reset();
        }
    }

    /**
     * Sends a request whose body is still coming, as it comes. The call ends when its client goes away. It is tried again only while
     * there is no connection, since what was sent of the body is gone.
     *
     * @param request the client's, paused or read to its end
     * @param start what of its body has been read already
     */
    public Future<HttpClientResponse> forward(Provider provider, HttpServerRequest request, Buffer start) {
        MultiMap headers = ForwardedHeaders.request(request.headers(), provider);
        BooleanSupplier wanted = () -> !request.response().closed();
        var head = new RequestHead(provider, request.method(), Outgoing.target(request), headers, Form.UNTOUCHED);
        return open(head, tries(), wanted).compose(opened -> {
            HttpClientRequest upstream = opened.request();
            request.response().closeHandler(gone -> upstream.reset());
            if (!wanted.getAsBoolean()) {
                // It has gone while there was no connection, and that handler will not hear of it.
                upstream.reset();
                opened.trial().forgotten();
                return Future.failedFuture(Failures.givenUp());
            }
            Future<HttpClientResponse> answer = upstream.response().onSuccess(UpstreamClient::hold);
            upload(request, upstream, start);
            return answer.onComplete(came -> opened.trial().answered(came.statusCode()), failure -> {
                        if (wanted.getAsBoolean()) {
                            opened.trial().failed();
                        } else {
                            opened.trial().forgotten();
                        }
                    })
                    .map(this::watched)
                    .recover(failure -> Future.failedFuture(Failures.unanswered(provider, failure)));
        });
    }

    /**
     * Asks upstream to speak another protocol, as the client asks. Where it does (101), the answer's socket arrives paused; any other
     * answer is as usual. The client's sub-protocols that bring a key are left out where upstream has the operator's.
     */
    public Future<HttpClientResponse> upgrade(Provider provider, HttpServerRequest request) {
        MultiMap headers = ForwardedHeaders.request(request.headers(), provider)
                .set("connection", "Upgrade")
                .set("upgrade", request.getHeader("upgrade"));
        if (provider.hasKeyOfItsOwn()) {
            withoutKeys(headers);
        }
        BooleanSupplier wanted = () -> !request.response().closed();
        var head = new RequestHead(provider, request.method(), Outgoing.target(request), headers, Form.UPGRADED);
        return open(head, tries(), wanted).compose(opened -> {
            HttpClientRequest upstream = opened.request();
            request.response().closeHandler(gone -> upstream.reset());
            return awaitingAnswer(upstream)
                    .connect()
                    .onSuccess(answer -> {
                        opened.trial().answered(answer.statusCode());
                        if (answer.statusCode() == SWITCHING_PROTOCOLS) {
                            answer.netSocket().pause();
                        } else {
                            hold(answer);
                        }
                    })
                    .onFailure(failure -> opened.trial().failed())
                    .recover(failure -> Future.failedFuture(Failures.unanswered(provider, failure)));
        });
    }

    private static void withoutKeys(MultiMap headers) {
        String offered = headers.getAll(SUB_PROTOCOLS).stream()
                .flatMap(protocols -> Stream.of(protocols.split(",", -1)))
                .map(String::strip)
                .filter(protocol -> !protocol.isEmpty() && !protocol.startsWith(KEY_PROTOCOL))
                .collect(Collectors.joining(", "));
        headers.remove(SUB_PROTOCOLS);
        if (!offered.isEmpty()) {
            headers.set(SUB_PROTOCOLS, offered);
        }
    }

    /** Lets nothing of an answer get lost while its reader gets ready: neither bytes nor, from {@code end()}, that it broke off. */
    private static void hold(HttpClientResponse answer) {
        answer.pause().end();
    }

    private void upload(HttpServerRequest request, HttpClientRequest upstream, Buffer start) {
        boolean hasLength = upstream.headers().contains("content-length");
        if (request.isEnded()) {
            awaitingAnswer(upstream).end(start);
        } else if (hasLength || request.headers().contains("transfer-encoding")) {
            uploadBody(request, upstream.setChunked(!hasLength), start);
        } else if (request.version() == HttpVersion.HTTP_2) {
            uploadUnannounced(request, upstream);
        } else {
            request.resume();
            awaitingAnswer(upstream).end();
        }
    }

    private void uploadBody(HttpServerRequest request, HttpClientRequest upstream, Buffer start) {
        Upload.start(request, upstream, start, () -> awaitingAnswer(upstream));
    }

    /** HTTP/2 needs no header to send a body: only its first part tells that there is one. */
    private void uploadUnannounced(HttpServerRequest request, HttpClientRequest upstream) {
        request.exceptionHandler(failure -> upstream.reset());
        request.endHandler(end -> awaitingAnswer(upstream).end());
        request.handler(first -> {
            request.pause();
            uploadBody(request, upstream.setChunked(true), first);
        });
        request.resume();
    }

    /**
     * A request on a connection, trying again while there is none.
     *
     * @param wanted whether anybody still waits for it
     */
    private Future<Opened> open(RequestHead head, Tries tries, BooleanSupplier wanted) {
        Breaker breaker = breaker(head.provider());
        if (breaker == null) {
            return open(head, tries, wanted, Trial.FREE);
        }
        Trial trial = breaker.admit();
        return trial == null
                ? Future.failedFuture(Failures.leftAlone(head.provider(), breaker.remaining()))
                : open(head, tries, wanted, trial);
    }

    private Future<Opened> open(RequestHead head, Tries tries, BooleanSupplier wanted, Trial trial) {
        return connections.open(head).map(request -> new Opened(request, trial)).recover(failure -> {
            if (Failures.isUpstreams(failure)) {
                trial.failed();
            } else {
                trial.forgotten();
            }
            UpstreamException last = Failures.unconnected(head.provider(), failure);
            Duration delay = wanted.getAsBoolean() && Failures.mayConnectAgain(failure) ? tries.afterFailure() : null;
            return delay == null
                    ? Future.failedFuture(last)
                    : after(delay)
                            .compose(waited ->
                                    wanted.getAsBoolean() ? open(head, tries, wanted) : Future.failedFuture(last));
        });
    }

    /** How long an upstream is left alone yet for its failures; null for one that is not. */
    public @Nullable Duration leftAloneFor(Provider provider) {
        Breaker breaker = breakerByUpstream.get(provider.name());
        return breaker == null || breaker.isClosed() ? null : breaker.remaining();
    }

    private @Nullable Breaker breaker(Provider provider) {
        return options.breaker().failures() == 0
                ? null
                : breakerByUpstream.computeIfAbsent(
                        provider.name(), name -> new Breaker(vertx, provider, options.breaker(), clock));
    }

    private Tries tries() {
        return new Tries(options.retries(), random, clock);
    }

    private Future<Void> after(Duration delay) {
        // Vert.x has no timer without a delay.
        return vertx.timer(Math.max(1, delay.toMillis()), TimeUnit.MILLISECONDS).mapEmpty();
    }

    /** The timeout counts from here on, unless the answer is here: while a body is being sent, no answer is no silence. */
    private HttpClientRequest awaitingAnswer(HttpClientRequest upstream) {
        return upstream.response().isComplete()
                ? upstream
                : upstream.idleTimeout(options.pool().idleTimeout().toMillis());
    }

    /**
     * Sees to it that an answer which stalls breaks off. Over HTTP/1.1 its connection's timeout does; a connection of HTTP/2 may be kept
     * busy by its other streams. Setting the timeout again at the end takes the long one away, which would hold the call in memory.
     */
    private HttpClientResponse watched(HttpClientResponse answer) {
        if (answer.version() == HttpVersion.HTTP_2) {
            HttpClientRequest request = answer.request();
            request.idleTimeout(options.pool().idleTimeout().toMillis());
            answer.end().onComplete(end -> request.idleTimeout(1));
        }
        return answer;
    }

    /** Closes every connection. */
    public Future<Void> close() {
        return connections.close();
    }
}
