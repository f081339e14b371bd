package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.index.EntryFilter;
import io.reprise.server.access.Caller;
import io.reprise.server.access.Callers;
import io.reprise.server.cache.CachedEntry;
import io.reprise.server.cache.Lookup;
import io.reprise.server.cache.LookupOptions;
import io.reprise.server.cache.Selection;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.cache.StoreOptions;
import io.reprise.server.decision.Decision;
import io.reprise.server.decision.Opinion;
import io.reprise.server.decision.StandardGuard;
import io.reprise.server.gateway.Tab;
import io.reprise.server.gateway.UsageEstimates;
import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.CallerScope;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.AnthropicMessages;
import io.reprise.server.protocol.CacheControls;
import io.reprise.server.protocol.CachingRules;
import io.reprise.server.protocol.Call;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.OpenAiChat;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.protocol.Turn;
import io.reprise.server.protocol.Usage;
import io.reprise.server.protocol.Wire;
import io.reprise.server.protocol.WireFormat;
import io.reprise.server.reply.Problem;
import io.reprise.server.reply.Replies;
import io.reprise.server.upstream.Upstreams;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The lookup and store API, {@code /v1/cache/}. */
final class NativeRoutes {
    private static final String LOOKUP = "/v1/cache/lookup";
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1000;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** Says in words what the guards found. */
    private static final StandardGuard GUARD = new StandardGuard();

    private final Callers callers;
    private final Upstreams upstreams;
    private final SemanticCache cache;
    private final CallTabs tabs;
    private final UsageEstimates estimates;
    private final CachingRules rules;
    private final NativeAudits audits;
    private final RequestBodies bodies;
    private final Clock clock;

    NativeRoutes(
            Callers callers,
            Upstreams upstreams,
            SemanticCache cache,
            CallTabs tabs,
            UsageEstimates estimates,
            CachingRules rules,
            NativeAudits audits,
            RequestBodies bodies,
            Clock clock) {
        this.callers = callers;
        this.upstreams = upstreams;
        this.cache = cache;
        this.tabs = tabs;
        this.estimates = estimates;
        this.rules = rules;
        this.audits = audits;
        this.bodies = bodies;
        this.clock = clock;
    }

    void mount(Router router) {
        router.post(LOOKUP).handler(this::lookup);
        router.post("/v1/cache/entries").handler(this::store);
        Reads.route(router, "/v1/cache/entries").handler(this::list);
        router.delete("/v1/cache/entries").handler(this::deleteMatching);
        Reads.route(router, "/v1/cache/entries/:id").handler(this::get);
        router.delete("/v1/cache/entries/:id").handler(this::delete);
    }

    private void lookup(RoutingContext context) {
        Tab tab = tabs.ofOurs(context, LOOKUP);
        Caller caller = tabs.caller(context.request(), tab);
        NativeRequests.LookupRequest asked = bodies.ofNative(context, bytes -> NativeRequests.lookup(bytes, rules));
        Call call = asked.call();
        CacheQuery query = query(context.request(), caller, call, asked.namespace(), asked.context());
        tab.asks(query.namespace(), query.model(), false);
        tab.prompts(query.text());
        tab.admit(query.model(), null, () -> 0);
        Lookup found = call.uncacheable() != null
                ? new Lookup.Miss("uncacheable:" + call.uncacheable(), null, null, null, null)
                : cache.lookup(query, options(asked).timed(tab));
        ObjectNode answer = StrictJson.object();
        switch (found) {
            case Lookup.Hit hit
            when asked.mode() == CacheControls.Mode.SHADOW -> {
                tab.unanswered(CallOutcome.MISS, "shadow", hit);
                miss(answer, "uncacheable:shadow", hit.similarity());
            }
            case Lookup.Hit hit -> {
                String savedUsd = tab.hit(hit);
                hit(answer, tab.id(), hit, savedUsd, audits.served(tab.id(), tab.account(), query.text(), hit));
                goesOn(query, call, hit);
            }
            case Lookup.Miss miss -> {
                tab.unanswered(CallOutcome.MISS, miss.reason(), miss);
                miss(answer, miss.reason(), miss.similarity());
            }
        }
        if (asked.explain() && found.decision() != null) {
            answer.set("decision", decision(query.meaning(), found.decision()));
        }
        context.response().putHeader("x-reprise-lookup", tab.id());
        tab.settlesWithHead();
        Replies.json(context.response(), 200, answer);
    }

    private void store(RoutingContext context) {
        Caller caller = callers.identify(context.request());
        NativeRequests.StoreRequest asked = bodies.ofNative(context, bytes -> NativeRequests.store(bytes, rules));
        CacheQuery query = query(context.request(), caller, asked.call(), asked.namespace(), asked.context());
        Completion completion = asked.completion();
        SemanticCache.Stored stored = Future.await(cache.store(
                query,
                () -> estimates.completed(completion, query),
                new StoreOptions(asked.ttl(), asked.tags(), null)));
        Replies.json(
                context.response(),
                201,
                StrictJson.object()
                        .put("id", query.storedFor(completion).id())
                        .put("replaced", stored == SemanticCache.Stored.REPLACED));
    }

    private void list(RoutingContext context) {
        Caller caller = callers.identify(context.request());
        int limit = Parameters.number(context.request(), "limit", DEFAULT_PAGE, 1, MAX_PAGE);
        EntryFilter filter = filter(context.request(), caller);
        SemanticCache.Page page;
        try {
            page = Future.await(cache.list(filter, limit, Parameters.text(context.request(), "cursor")));
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("cursor", "is not one that a listing gave, or q has more than 256 words");
        }
        ObjectNode answer = StrictJson.object();
        ArrayNode entries = answer.putArray("entries");
        page.entries().forEach(entry -> entries.add(entry(entry)));
        answer.put("next_cursor", page.nextCursor());
        Replies.json(context.response(), 200, answer);
    }

    private void get(RoutingContext context) {
        Caller caller = callers.identify(context.request());
        CachedEntry found = Future.await(cache.get(id(context), Parameters.principal(context.request(), caller)))
                .orElseThrow(() -> Problem.notFound("There is no such entry of yours."));
        Replies.json(context.response(), 200, entry(found));
    }

    private void delete(RoutingContext context) {
        Caller caller = callers.identify(context.request());
        if (!Future.await(cache.delete(id(context), Parameters.principal(context.request(), caller)))) {
            throw Problem.notFound("There is no such entry of yours.");
        }
        context.response().setStatusCode(204).end();
    }

    private void deleteMatching(RoutingContext context) {
        Caller caller = callers.identify(context.request());
        Selection selection = Invalidations.read(context.request(), caller, clock);
        if (Parameters.flag(context.request(), "dry_run")) {
            Replies.json(context.response(), 200, Invalidations.told(Future.await(cache.matches(selection))));
            return;
        }
        int deleted = Future.await(cache.deleteAll(selection));
        Replies.json(context.response(), 200, StrictJson.object().put("deleted", deleted));
    }

    private CacheQuery query(
            HttpServerRequest request, Caller caller, Call call, String namespace, @Nullable String context) {
        try {
            return Prompts.query(
                    call,
                    new CallerScope(
                            caller.principal(),
                            namespace,
                            context,
                            // Where a drop-in call of the same words would go, so that both find the same entries.
                            upstreams.nameInScope(call),
                            Features.of(request)));
        } catch (MalformedRequestException e) {
            throw Problem.unreadable(e.getMessage());
        }
    }

    /** Lets the conversation of a caller that was answered in other words go on. */
    private void goesOn(CacheQuery query, Call call, Lookup.Hit hit) {
        CachedEntry entry = hit.entry();
        if (query.ids().contains(entry.id())) {
            return;
        }
        WireFormat format =
                call.wire() == Wire.ANTHROPIC_MESSAGES ? new AnthropicMessages(rules) : new OpenAiChat(rules);
        List<List<Turn>> echoes;
        try {
            echoes = format.echoes(entry.completion(), call.replay(entry.id(), entry.createdAt()));
        } catch (IllegalArgumentException e) {
            // The caller was given the answer in another form than its next turn can hold.
            return;
        }
        cache.goesOnFrom(query, hit, echoes);
    }

    private static String id(RoutingContext context) {
        String id = context.pathParam("id");
        if (id == null || !ID.matcher(id).matches()) {
            throw Problem.notFound("There is no such entry of yours.");
        }
        return id;
    }

    private static EntryFilter filter(HttpServerRequest request, Caller caller) {
        return new EntryFilter(
                Parameters.principal(request, caller),
                Parameters.text(request, "namespace"),
                Parameters.text(request, "tag"),
                Parameters.text(request, "model"),
                Parameters.text(request, "q"));
    }

    private LookupOptions options(NativeRequests.LookupRequest asked) {
        return new LookupOptions(
                asked.mode() != CacheControls.Mode.EXACT,
                asked.mode() != CacheControls.Mode.SHADOW,
                LookupOptions.NOT_AUDITED,
                null,
                asked.maxWrongRate());
    }

    private static void hit(
            ObjectNode answer, String lookupId, Lookup.Hit hit, @Nullable String savedUsd, boolean audit) {
        answer.put("outcome", "hit")
                .put("kind", hit.kind().id())
                .put("lookup_id", lookupId)
                .put("audit", audit)
                .set("entry", entry(hit.entry()));
        answer.put("similarity", hit.similarity()).put("confidence", hit.confidence());
        ObjectNode saved = answer.putObject("saved");
        Usage usage = hit.entry().completion().usage();
        saved.put("input_tokens", usage == null ? null : usage.inputTokens());
        saved.put("output_tokens", usage == null ? null : usage.outputTokens());
        saved.put("usd", savedUsd);
    }

    private static void miss(ObjectNode answer, String reason, @Nullable Float similarity) {
        answer.put("outcome", "miss").put("reason", reason).put("similarity", similarity);
    }

    private static ObjectNode entry(CachedEntry entry) {
        ObjectNode node = StrictJson.object().put("id", entry.id()).put("prompt", entry.prompt());
        node.set("completion", entry.completion().tree());
        node.put("model", entry.model()).put("namespace", entry.namespace());
        List<String> tags = entry.tags();
        ArrayNode list = node.putArray("tags");
        tags.forEach(list::add);
        return node.put("created_at", entry.createdAt().toString())
                .put("expires_at", entry.expiresAt().toString());
    }

    private static ObjectNode decision(String asked, Decision decision) {
        ObjectNode node = StrictJson.object();
        ArrayNode candidates = node.putArray("candidates");
        decision.candidates().forEach(candidate -> {
            ObjectNode one = candidates.addObject().put("id", candidate.id()).put("similarity", candidate.cosine());
            ArrayNode vetoes = one.putArray("vetoes");
            candidate.vetoes().forEach(vetoes::add);
            ArrayNode differs = one.putArray("differs");
            GUARD.explained(asked, candidate.text(), candidate.vetoes()).forEach(differs::add);
            one.put("probability", candidate.probability());
        });
        Opinion opinion = decision.opinion();
        if (opinion != null) {
            node.put("second_opinion", opinion.id());
        }
        return node.put("cutoff", decision.cutoff()).put("floor", decision.floor());
    }
}
