package io.reprise.server.gateway;

import io.reprise.server.telemetry.UpstreamWatch;
import io.reprise.server.upstream.Outgoing;
import io.reprise.server.upstream.Provider;
import io.reprise.server.upstream.Sending;
import io.reprise.server.upstream.UpstreamClient;
import io.reprise.server.upstream.UpstreamException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Set;

/**
 * The one way of calls upstream: what a call may spend is set aside here, and how long its answer takes to begin is written on its tab.
 * Thread-safe.
 *
 * <p>Every method but {@link #audit} throws a {@link io.reprise.server.reply.Problem} where the call may spend nothing.
 */
final class UpstreamDoor {
    private static final String STAGE = "upstream";
    /** What is read or taken away costs nothing. */
    private static final Set<HttpMethod> FREE =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.DELETE);

    private final Vertx vertx;
    private final UpstreamClient client;
    private final UpstreamWatch watch;
    private final Duration finishAbandoned;

    /**
     * @param watch is told how each call was answered
     * @param finishAbandoned how long an answer is still read that nobody waits for any more
     */
    UpstreamDoor(Vertx vertx, UpstreamClient client, UpstreamWatch watch, Duration finishAbandoned) {
        this.vertx = vertx;
        this.client = client;
        this.watch = watch;
        this.finishAbandoned = finishAbandoned;
    }

    /** A request whose body is at hand. */
    Sending send(Tab tab, Provider provider, Outgoing outgoing) {
        tab.reserve(provider);
        Sending sending = client.send(provider, outgoing);
        var unused = timed(tab, provider, sending.answer());
        return sending;
    }

    /** The same for an audit, which is on nobody's tab. */
    Sending audit(Provider provider, Outgoing outgoing) {
        Sending sending = client.send(provider, outgoing);
        var unused = watched(provider, System.nanoTime(), sending.answer());
        return sending;
    }

    /** A request whose body is still coming; as {@link UpstreamClient#forward}. */
    Future<HttpClientResponse> forward(Tab tab, Provider provider, HttpServerRequest request, Buffer start) {
        if (FREE.contains(request.method())) {
            tab.goesTo(provider);
        } else {
            tab.reserve(provider);
        }
        return timed(tab, provider, client.forward(provider, request, start));
    }

    /** A request for another protocol; as {@link UpstreamClient#upgrade}. */
    Future<HttpClientResponse> upgrade(Tab tab, Provider provider, HttpServerRequest request) {
        tab.reserve(provider);
        return timed(tab, provider, client.upgrade(provider, request));
    }

    private Future<HttpClientResponse> timed(Tab tab, Provider provider, Future<HttpClientResponse> answer) {
        long start = System.nanoTime();
        return watched(provider, start, answer).onComplete(head -> tab.took(STAGE, System.nanoTime() - start));
    }

    private Future<HttpClientResponse> watched(Provider provider, long start, Future<HttpClientResponse> answer) {
        return answer.onComplete(
                head -> watch.answered(provider.name(), head.statusCode(), System.nanoTime() - start), failure -> {
                    if (failure instanceof UpstreamException known && !known.isGivenUp()) {
                        watch.failed(provider.name(), known.status(), known.getMessage());
                    }
                });
    }

    /** Nobody waits any more for what {@code cancel} ends: it is still read for a while, where the operator wants it stored. */
    void giveUp(Runnable cancel) {
        if (finishAbandoned.isZero()) {
            cancel.run();
        } else {
            vertx.setTimer(finishAbandoned.toMillis(), late -> cancel.run());
        }
    }
}
