package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.access.Caller;
import io.reprise.server.cache.ExactMatches;
import io.reprise.server.cache.Lookup;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.CallerScope;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.CacheControls;
import io.reprise.server.protocol.CacheControls.Mode;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.EmbeddingsCall;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.OpenAiEmbeddings;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.protocol.Usage;
import io.reprise.server.upstream.Provider;
import io.reprise.server.upstream.Upstreams;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's embeddings: each input is cached for itself and answered exactly, and upstream is asked only for those that are new.
 */
final class EmbeddingsRoute {
    private final Upstreams upstreams;
    private final Callers callers;
    private final SemanticCache cache;
    private final PassThroughRoute passThrough;
    private final EmbeddingsForward upstream;
    private final Books books;
    private final Clock clock;
    private final RequestBodies bodies;
    private final int answerLimit;

    /**
     * @param bodies reads bodies of up to the largest that is looked up; a larger one streams through
     * @param answerLimit the largest answer that is put together, in bytes
     */
    EmbeddingsRoute(
            Upstreams upstreams,
            Callers callers,
            SemanticCache cache,
            PassThroughRoute passThrough,
            EmbeddingsForward upstream,
            Books books,
            Clock clock,
            RequestBodies bodies,
            int answerLimit) {
        this.upstreams = upstreams;
        this.callers = callers;
        this.cache = cache;
        this.passThrough = passThrough;
        this.upstream = upstream;
        this.books = books;
        this.clock = clock;
        this.bodies = bodies;
        this.answerLimit = answerLimit;
    }

    void handle(RoutingContext context) {
        HttpServerRequest request = ClientPaths.paused(context);
        Instant askedAt = clock.instant();
        Provider openAi = upstreams.openAi();
        try {
            switch (bodies.read(context, upstreams.modelsDecide(openAi, request.path()))) {
                case RequestBody.Unread unread -> passThrough.forward(request, unread, openAi, WireErrors.OPENAI);
                case RequestBody.Plain plain -> {
                    try {
                        answer(request, plain.bytes(), askedAt);
                    } catch (MalformedRequestException e) {
                        // What we cannot read without doubt, upstream may: it is asked as if we were not here.
                        passThrough.forward(request, bodies.unreadable(request, plain), openAi, WireErrors.OPENAI);
                    }
                }
            }
        } catch (Problem problem) {
            bodies.refuse(request, problem, WireErrors.OPENAI);
        }
    }

    private void answer(HttpServerRequest request, Buffer bytes, Instant askedAt) {
        ObjectNode body = bodies.work(bytes.length(), () -> StrictJson.parseRequest(bytes.getBytes()));
        boolean ourField = CallControls.ours(body.path("cache"));
        ObjectNode ours = ourField ? (ObjectNode) body.path("cache") : StrictJson.object();
        CacheControls controls = CallControls.read(request.headers(), ours);
        if (ourField) {
            body.remove("cache");
        }
        EmbeddingsCall call = OpenAiEmbeddings.read(ClientPaths.withModel(request, body));
        Caller caller = callers.identify(request);
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
        String bypass = bypass(call, controls);
        ExactMatches found = bypass == null
                ? cache.lookupAll(queries, controls.maxAge())
                : ExactMatches.none(queries.size(), bypass);
        EmbeddingsBatch batch = queries.isEmpty()
                ? EmbeddingsBatch.asItCame(call.inputs().size())
                : EmbeddingsBatch.of(queries, found.entries());
        boolean lookedUp = bypass == null && !"overload".equals(found.problem());
        answer(new EmbeddingsExchange(
                request,
                ourField ? Buffer.buffer(StrictJson.bytes(body)) : bytes,
                body,
                call,
                upstreams.choose(upstreams.openAi(), request.path(), chosenBy),
                queries,
                batch,
                controls,
                new Books.Account(caller.principal(), controls.namespace(), call.model()),
                LookupIds.next(),
                lookedUp ? CallOutcome.MISS : CallOutcome.BYPASS,
                found.problem() != null ? found.problem() : batch.cached() == 0 ? "no_candidate" : "partial",
                askedAt));
    }

    private void answer(EmbeddingsExchange exchange) {
        EmbeddingsBatch batch = exchange.batch();
        if (exchange.outcome() == CallOutcome.BYPASS) {
            forward(exchange.asItCame(exchange.why()));
        } else if (exchange.controls().mode() == Mode.SHADOW) {
            forward(exchange.asItCame(batch.cached() == 0 ? exchange.why() : "shadow"));
        } else if (batch.expectedBytes() > answerLimit) {
            forward(exchange.asItCame("too-large"));
        } else if (batch.cached() < batch.size()) {
            forward(exchange);
        } else {
            List<Completion> embeddings = batch.embeddings(List.of());
            if (OpenAiEmbeddings.agree(embeddings)) {
                replay(exchange, embeddings);
            } else {
                forward(exchange.asItCame("mixed"));
            }
        }
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

    private void forward(EmbeddingsExchange exchange) {
        if (!exchange.controls().onlyIfCached()) {
            upstream.forward(exchange);
            return;
        }
        books.answeredUpstream(exchange.account(), exchange.outcome(), exchange.why(), null);
        HttpServerResponse response = exchange.request().response();
        CacheStatus.forwarded(response, exchange.outcome(), 0, Kept.UNSAID, exchange.detail());
        String message = "nothing cached answers this (" + exchange.detail() + ")";
        WireErrors.OPENAI.write(response, 504, "not_cached", message);
    }

    private void replay(EmbeddingsExchange exchange, List<Completion> embeddings) {
        EmbeddingsBatch batch = exchange.batch();
        HttpServerResponse response = exchange.request().response();
        Usage usage = batch.saved(List.of());
        String savedUsd = books.hit(exchange.account(), Lookup.Kind.EXACT, usage);
        String entryId = batch.size() == 1 ? exchange.queries().getFirst().id() : null;
        CacheStatus.exact(response, exchange.lookupId(), entryId, exchange.ageSeconds(), savedUsd);
        Replies.send(
                response,
                200,
                "application/json",
                OpenAiEmbeddings.json(embeddings, embeddings.getFirst().model(), usage.estimated() ? null : usage));
    }
}
