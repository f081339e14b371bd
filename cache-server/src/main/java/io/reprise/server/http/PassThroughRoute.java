package io.reprise.server.http;

import io.reprise.server.access.Caller;
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
import org.jspecify.annotations.Nullable;

/**
 * Every route of the providers that is not cached: forwarded untouched, of any size, as it comes. Only where a model
 * decides which upstream takes a call is its body read first, for that name.
 */
final class PassThroughRoute {
    /** Routes whose calls cost money, and so count as calls. */
    private static final Set<String> BILLED =
            Set.of("/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/embeddings", "/v1/messages");
    /** Neither the model nor the tokens are known without reading the body: the ledger counts such a call as unpriced. */
    private static final Usage UNKNOWN = Usage.of(0, 0, true);

    /** Routes that name no model, and send files of any size. */
    private static final Set<String> WITHOUT_MODEL = Set.of("/v1/files/", "/v1/uploads/");

    private final Vertx vertx;
    private final Callers callers;
    private final UpstreamClient upstream;
    private final Upstreams upstreams;
    private final Set<String> open;
    private final Books books;
    private final RequestBodies bodies;

    /** @param open names of upstreams that every route is forwarded to, also with the operator's key */
    PassThroughRoute(
            Vertx vertx,
            Callers callers,
            UpstreamClient upstream,
            Upstreams upstreams,
            Set<String> open,
            Books books,
            RequestBodies bodies) {
        this.vertx = vertx;
        this.callers = callers;
        this.upstream = upstream;
        this.upstreams = upstreams;
        this.open = Set.copyOf(open);
        this.books = books;
        this.bodies = bodies;
    }

    void handle(RoutingContext context) {
        HttpServerRequest request = ClientPaths.paused(context);
        boolean anthropic = isAnthropic(request, context.normalizedPath());
        WireErrors errors = anthropic ? WireErrors.ANTHROPIC : WireErrors.OPENAI;
        Provider fallback = anthropic ? upstreams.anthropic() : upstreams.openAi();
        try {
            forward(request, body(context, fallback), fallback, errors);
        } catch (Problem problem) {
            bodies.refuse(request, problem, errors);
        }
    }

    /** Only what decides where a call goes is looked for in its body. */
    private RequestBody.Unread body(RoutingContext context, Provider fallback) {
        HttpServerRequest request = context.request();
        String path = ClientPaths.route(context.normalizedPath());
        boolean named = upstreams.modelsDecide(fallback, request.path())
                && ClientPaths.deployment(request) == null
                && RequestBodies.mayHaveBody(request)
                && WITHOUT_MODEL.stream().noneMatch(prefix -> (path + "/").startsWith(prefix));
        return named
                ? bodies.forModel(context, "route")
                : new RequestBody.Unread(Buffer.buffer(), "route", new ModelName.None());
    }

    /** Whose API a request is: by its path, else by headers that only one has, else by the shape of its key. */
    private static boolean isAnthropic(HttpServerRequest request, String path) {
        return (path + "/").startsWith("/v1/messages/")
                || path.equals("/v1/complete")
                || request.headers().contains("anthropic-version")
                || request.headers().contains("anthropic-beta")
                || isAnthropicKey(request.getHeader("x-api-key"))
                || isAnthropicKey(request.getHeader("authorization"));
    }

    private static boolean isAnthropicKey(@Nullable String header) {
        if (header == null) {
            return false;
        }
        String value = header.strip();
        String key = value.regionMatches(true, 0, "bearer ", 0, 7)
                ? value.substring(7).strip()
                : value;
        return key.startsWith("sk-ant-");
    }

    /**
     * Forwards a request and its answer.
     *
     * @param request paused, or read to its end
     * @param body its body, as far as it was read
     * @param fallback who takes it when no upstream does whose models and paths fit
     * @throws Problem when its model decides who takes it, and cannot be told
     */
    void forward(HttpServerRequest request, RequestBody.Unread body, Provider fallback, WireErrors errors) {
        Caller caller = callers.identify(request);
        HttpServerResponse response = request.response();
        Provider provider = provider(request, body, fallback);
        Buffer start = body.start();
        String why = body.why();
        HttpClientResponse answer;
        try {
            answer = Future.await(upstream.forward(provider, request, start));
        } catch (UpstreamException e) {
            record(request, caller, why);
            CacheStatus.forwarded(response, CallOutcome.BYPASS, 0, Kept.UNSAID, why);
            UnreadBody.discard(vertx, request);
            if (e.retryAfterSeconds() != null) {
                response.putHeader("retry-after", e.retryAfterSeconds());
            }
            errors.write(response, e.status(), "upstream_error", e.getMessage());
            return;
        }
        response.setStatusCode(answer.statusCode());
        response.headers().setAll(ForwardedHeaders.response(answer.headers()));
        CacheStatus.forwarded(response, CallOutcome.BYPASS, answer.statusCode(), Kept.UNSAID, why);
        if (!answer.headers().contains("content-length") && hasBody(request, answer)) {
            response.setChunked(true);
        }
        Future.await(Relay.start(answer, response, null, Relay.UNSEEN));
        record(request, caller, why);
    }

    /**
     * Who takes a request.
     *
     * @throws Problem when its model decides, and cannot be told, or when it has no way there with the operator's key
     */
    Provider provider(HttpServerRequest request, RequestBody.Unread body, Provider fallback) {
        Provider provider = upstreams.choose(fallback, request.path(), model(request, body, fallback));
        permit(provider, ClientPaths.route(request.path()));
        return provider;
    }

    private @Nullable String model(HttpServerRequest request, RequestBody.Unread body, Provider fallback) {
        if (!upstreams.modelsDecide(fallback, request.path())) {
            return null;
        }
        String deployment = ClientPaths.deployment(request);
        if (deployment != null) {
            return deployment;
        }
        return switch (body.model().and(ModelName.ofQuery(request.query()))) {
            case ModelName.Named(String name) -> name;
            case ModelName.None none -> null;
            case ModelName.Unknown unknown ->
                throw Problem.unreadable(
                        "the model of this call decides where it goes, and cannot be told (" + body.why()
                                + "): send it once, in front of all else, in JSON or a form without another encoding"
                                + " than gzip, deflate or zstd, or for a WebSocket in the query as model");
        };
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
        if (request.method().equals(HttpMethod.POST) && BILLED.contains(ClientPaths.route(request.path()))) {
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
