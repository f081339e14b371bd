package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.access.Caller;
import io.reprise.server.cache.ExactMatches;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.gateway.Clamp;
import io.reprise.server.gateway.EmbeddingsBatch;
import io.reprise.server.gateway.EmbeddingsExchange;
import io.reprise.server.gateway.EmbeddingsGateway;
import io.reprise.server.gateway.Tab;
import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.ledger.TokenCounter;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.CallerScope;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.CacheControls;
import io.reprise.server.protocol.CacheControls.Mode;
import io.reprise.server.protocol.EmbeddingsCall;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.OpenAiEmbeddings;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.reply.Problem;
import io.reprise.server.reply.WireErrors;
import io.reprise.server.upstream.Provider;
import io.reprise.server.upstream.Upstreams;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's embeddings: each input is cached for itself and answered exactly, and upstream is asked only for those that are new.
 */
final class EmbeddingsRoute {
    private final Upstreams upstreams;
    private final CallTabs tabs;
    private final TokenCounter tokens;
    private final SemanticCache cache;
    private final PassThroughRoute passThrough;
    private final EmbeddingsGateway gateway;
    private final RequestBodies bodies;

    /**
     * @param bodies reads bodies of up to the largest that is looked up; a larger one streams through
     */
    EmbeddingsRoute(
            Upstreams upstreams,
            CallTabs tabs,
            TokenCounter tokens,
            SemanticCache cache,
            PassThroughRoute passThrough,
            EmbeddingsGateway gateway,
            RequestBodies bodies) {
        this.upstreams = upstreams;
        this.tabs = tabs;
        this.tokens = tokens;
        this.cache = cache;
        this.passThrough = passThrough;
        this.gateway = gateway;
        this.bodies = bodies;
    }

    void handle(RoutingContext context) {
        HttpServerRequest request = ClientPaths.paused(context);
        Provider openAi = upstreams.openAi();
        Tab tab = tabs.open(context, "/v1/embeddings", WireErrors.OPENAI);
        try {
            Caller caller = tabs.caller(request, tab);
            switch (bodies.read(context, upstreams.modelsDecide(openAi, request.path()))) {
                case RequestBody.Unread unread -> passThrough.forward(request, tab, unread, openAi, WireErrors.OPENAI);
                case RequestBody.Plain plain -> {
                    try {
                        answer(request, tab, caller, plain.bytes());
                    } catch (MalformedRequestException e) {
                        // What we cannot read without doubt, upstream may: it is asked as if we were not here.
                        passThrough.forward(request, tab, bodies.unreadable(request, plain), openAi, WireErrors.OPENAI);
                    }
                }
            }
        } catch (Problem problem) {
            tab.refused(problem);
            bodies.refuse(request, problem, WireErrors.OPENAI);
        }
    }

    private void answer(HttpServerRequest request, Tab tab, Caller caller, Buffer bytes) {
        ObjectNode parsed = bodies.work(bytes.length(), () -> StrictJson.parseRequest(bytes.getBytes()));
        boolean ourField = CallControls.ours(parsed.path("cache"));
        ObjectNode ours = ourField ? (ObjectNode) parsed.path("cache") : StrictJson.object();
        CacheControls controls = CallControls.read(request.headers(), ours);
        if (ourField) {
            parsed.remove("cache");
        }
        Clamp clamp = Clamp.asked(tab, ClientPaths.deployment(request), parsed, null, tokens);
        ObjectNode body = clamp == null ? parsed : clamp.body();
        EmbeddingsCall call = OpenAiEmbeddings.read(ClientPaths.withModel(request, body));
        String chosenBy = ClientPaths.chosenBy(request, call.model());
        List<CacheQuery> queries = call.uncacheable() != null
                ? List.of()
                : Prompts.queries(
                        call,
                        new CallerScope(
                                caller.principal(),
                                controls.namespace(),
                                controls.context(),
                                upstreams.nameInScope(upstreams.openAi(), request.path(), chosenBy),
                                Features.of(request)));
        tab.asks(controls.namespace(), call.model(), false);
        String bypass = bypass(call, controls);
        long start = System.nanoTime();
        ExactMatches found = bypass == null
                ? cache.lookupAll(queries, controls.maxAge())
                : ExactMatches.none(queries.size(), bypass);
        tab.took("exact", System.nanoTime() - start);
        EmbeddingsBatch batch = queries.isEmpty()
                ? EmbeddingsBatch.asItCame(call.inputs().size())
                : EmbeddingsBatch.of(queries, found.entries());
        boolean lookedUp = bypass == null && !"overload".equals(found.problem());
        gateway.answer(new EmbeddingsExchange(
                request,
                ourField || clamp != null ? Buffer.buffer(StrictJson.bytes(body)) : bytes,
                body,
                call,
                upstreams.choose(upstreams.openAi(), request.path(), chosenBy),
                queries,
                batch,
                controls,
                tab,
                lookedUp ? CallOutcome.MISS : CallOutcome.BYPASS,
                found.problem() != null ? found.problem() : batch.cached() == 0 ? "no_candidate" : "partial"));
    }

    private static @Nullable String bypass(EmbeddingsCall call, CacheControls controls) {
        if (controls.mode() == Mode.OFF) {
            return "off";
        }
        if (call.uncacheable() != null) {
            return call.uncacheable();
        }
        return controls.noCache() ? "no-cache" : null;
    }
}
