package io.reprise.server.http;

import io.reprise.server.gateway.PassThrough;
import io.reprise.server.gateway.Tab;
import io.reprise.server.reply.Problem;
import io.reprise.server.reply.WireErrors;
import io.reprise.server.upstream.Provider;
import io.reprise.server.upstream.Upstreams;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every route of the providers that is not cached: forwarded untouched, of any size, as it comes. Only where a model
 * decides which upstream takes a call is its body read first, for that name.
 */
final class PassThroughRoute {
    /** Routes that name no model, and send files of any size. */
    private static final Set<String> WITHOUT_MODEL = Set.of("/v1/files/", "/v1/uploads/");

    /** What a segment is that is no id. */
    private static final Pattern WORD = Pattern.compile("v1|[a-z_]{0,24}");

    private final CallTabs tabs;
    private final PassThrough passThrough;
    private final Upstreams upstreams;
    private final Set<String> open;
    private final RequestBodies bodies;

    /** @param open names of upstreams that every route is forwarded to, also with the operator's key */
    PassThroughRoute(
            CallTabs tabs, PassThrough passThrough, Upstreams upstreams, Set<String> open, RequestBodies bodies) {
        this.tabs = tabs;
        this.passThrough = passThrough;
        this.upstreams = upstreams;
        this.open = Set.copyOf(open);
        this.bodies = bodies;
    }

    void handle(RoutingContext context) {
        HttpServerRequest request = ClientPaths.paused(context);
        boolean anthropic = isAnthropic(request, context.normalizedPath());
        WireErrors errors = anthropic ? WireErrors.ANTHROPIC : WireErrors.OPENAI;
        Provider fallback = anthropic ? upstreams.anthropic() : upstreams.openAi();
        Tab tab = tabs.open(context, endpoint(context.normalizedPath()), errors);
        try {
            tabs.caller(request, tab);
            forward(request, tab, body(context, fallback), fallback, errors);
        } catch (Problem problem) {
            tab.refused(problem);
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
     * @param tab of a call whose caller is known
     * @param body its body, as far as it was read
     * @param fallback who takes it when no upstream does whose models and paths fit
     * @throws Problem when its model decides who takes it, and cannot be told, or when it may not be made
     */
    void forward(HttpServerRequest request, Tab tab, RequestBody.Unread body, Provider fallback, WireErrors errors) {
        Provider provider = provider(request, body, fallback);
        passThrough.forward(
                new PassThrough.Passing(request, tab, body.start(), named(request, body), body.why(), errors),
                provider);
    }

    /** The route that a path is of: what may be an id in it is a star. */
    static String endpoint(String path) {
        return Stream.of(ClientPaths.route(path).split("/", -1))
                .map(segment -> WORD.matcher(segment).matches() ? segment : "*")
                .collect(Collectors.joining("/"));
    }

    /** The model that a call surely names, or null. */
    static @Nullable String named(HttpServerRequest request, RequestBody.Unread body) {
        String deployment = ClientPaths.deployment(request);
        if (deployment != null) {
            return deployment;
        }
        return body.model().and(ModelName.ofQuery(request.query())) instanceof ModelName.Named(String name)
                ? name
                : null;
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
}
