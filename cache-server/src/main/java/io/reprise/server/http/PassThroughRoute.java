package io.reprise.server.http;

import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.protocol.CacheControls;
import io.reprise.server.protocol.Usage;
import io.reprise.server.upstream.ForwardedHeaders;
import io.reprise.server.upstream.Provider;
import io.reprise.server.upstream.Relay;
import io.reprise.server.upstream.UpstreamClient;
import io.reprise.server.upstream.UpstreamException;
import io.reprise.server.upstream.Upstreams;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/** Every route of the providers that is not cached: forwarded untouched, of any size, as it comes. */
final class PassThroughRoute {
    /** Routes whose calls cost money, and so count as calls. */
    private static final Set<String> BILLED =
            Set.of("/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/embeddings", "/v1/messages");
    /** Neither the model nor the tokens are known without reading the body: the ledger counts such a call as unpriced. */
    private static final Usage UNKNOWN = Usage.of(0, 0, true);

    private final Vertx vertx;
    private final Callers callers;
    private final UpstreamClient upstream;
    private final Upstreams upstreams;
    private final Set<String> open;
    private final Books books;

    /** @param open names of upstreams that every route is forwarded to, also with the operator's key */
    PassThroughRoute(
            Vertx vertx, Callers callers, UpstreamClient upstream, Upstreams upstreams, Set<String> open, Books books) {
        this.vertx = vertx;
        this.callers = callers;
        this.upstream = upstream;
        this.upstreams = upstreams;
        this.open = Set.copyOf(open);
        this.books = books;
    }

    void handle(RoutingContext context) {
        HttpServerRequest request = context.request().pause();
        if (request.headers().contains("anthropic-version")) {
            forward(request, Buffer.buffer(), "route", upstreams.anthropic(), WireErrors.ANTHROPIC);
        } else {
            forward(request, Buffer.buffer(), "route", upstreams.openAi(), WireErrors.OPENAI);
        }
    }

    /**
     * Forwards a request and its answer.
     *
     * @param request paused, or read to its end
     * @param start what of its body was read already
     * @param why a word for {@code Cache-Status}
     * @param fallback who takes it when no upstream does whose paths fit; by its model it cannot be sent, as the body is not read
     */
    void forward(HttpServerRequest request, Buffer start, String why, Provider fallback, WireErrors errors) {
        Caller caller = callers.identify(request);
        HttpServerResponse response = request.response();
        Provider provider = upstreams.choose(fallback, request.path(), null);
        permit(provider, request.path());
        HttpClientResponse answer;
        try {
            answer = Future.await(upstream.forward(provider, request, start));
        } catch (UpstreamException e) {
            record(request, caller, why);
            CacheStatus.forwarded(response, CallOutcome.BYPASS, 0, false, why);
            UnreadBody.discard(vertx, request);
            if (e.retryAfterSeconds() != null) {
                response.putHeader("retry-after", e.retryAfterSeconds());
            }
            errors.write(response, e.status(), "upstream_error", e.getMessage());
            return;
        }
        response.setStatusCode(answer.statusCode());
        response.headers().setAll(ForwardedHeaders.response(answer.headers()));
        CacheStatus.forwarded(response, CallOutcome.BYPASS, answer.statusCode(), false, why);
        if (!answer.headers().contains("content-length") && hasBody(request, answer)) {
            response.setChunked(true);
        }
        Future.await(Relay.start(answer, response, null, Relay.UNSEEN));
        record(request, caller, why);
    }

    /**
     * A caller that has only the operator's key reaches what callers of the API need, not what administers the account.
     */
    private void permit(Provider provider, String path) {
        if (provider.hasKeyOfItsOwn() && !open.contains(provider.name()) && !ApiRoutes.isKnown(provider.api(), path)) {
            throw Problem.unknownRoute(provider.name());
        }
    }

    private void record(HttpServerRequest request, Caller caller, String why) {
        if (request.method().equals(HttpMethod.POST) && BILLED.contains(request.path())) {
            var account = new Books.Account(caller.principal(), CacheControls.DEFAULT.namespace(), null);
            books.answeredUpstream(account, CallOutcome.BYPASS, why, UNKNOWN);
        }
    }

    /** RFC 9110, section 6.4.1: some answers have no body, and must not say how it is framed. */
    private static boolean hasBody(HttpServerRequest request, HttpClientResponse answer) {
        int status = answer.statusCode();
        return !request.method().equals(HttpMethod.HEAD) && status != 204 && status != 304;
    }
}
