package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.cache.CachedEntry;
import io.reprise.server.cache.Lookup;
import io.reprise.server.cache.LookupOptions;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.CallerScope;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.CacheControls;
import io.reprise.server.protocol.CacheControls.Mode;
import io.reprise.server.protocol.Call;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.Replay;
import io.reprise.server.protocol.StrictJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A provider's route that is cached: answered from the cache when it may be, else upstream. */
final class DropInRoute {
    private static final Logger log = LoggerFactory.getLogger(DropInRoute.class);

    private final DropIn dropIn;
    private final Callers callers;
    private final SemanticCache cache;
    private final PassThroughRoute passThrough;
    private final DropInForward upstream;
    private final Books books;
    private final Clock clock;
    private final int bodyLimit;

    /**
     * @param bodyLimit the largest body that is looked up, in bytes; a larger one streams through
     */
    DropInRoute(
            DropIn dropIn,
            Callers callers,
            SemanticCache cache,
            PassThroughRoute passThrough,
            DropInForward upstream,
            Books books,
            Clock clock,
            int bodyLimit) {
        this.dropIn = dropIn;
        this.callers = callers;
        this.cache = cache;
        this.passThrough = passThrough;
        this.upstream = upstream;
        this.books = books;
        this.clock = clock;
        this.bodyLimit = bodyLimit;
    }

    void handle(RoutingContext context) {
        HttpServerRequest request = context.request().pause();
        Instant askedAt = clock.instant();
        switch (Body.read(request, request.getHeader("content-length"), bodyLimit)) {
            case Body.TooLarge(Buffer start) ->
                passThrough.forward(request, start, "too-large", dropIn.provider(), dropIn.errors());
            case Body.Whole(Buffer bytes) -> {
                try {
                    answer(request, bytes, askedAt);
                } catch (MalformedRequestException e) {
                    // What we cannot read without doubt, upstream may: it is asked as if we were not here.
                    passThrough.forward(request, bytes, "unreadable", dropIn.provider(), dropIn.errors());
                } catch (Problem problem) {
                    dropIn.errors().write(request.response(), problem);
                }
            }
        }
    }

    private void answer(HttpServerRequest request, Buffer bytes, Instant askedAt) {
        ObjectNode body = StrictJson.parseObject(bytes.getBytes());
        boolean ourField = CallControls.ours(body.path("cache"));
        ObjectNode ours = ourField ? (ObjectNode) body.path("cache") : StrictJson.object();
        CacheControls controls = CallControls.read(request.headers(), ours);
        Call call = dropIn.format().read(ourField ? body.deepCopy().<ObjectNode>without("cache") : body);
        Caller caller = callers.identify(request);
        CacheQuery query = Prompts.query(
                call,
                new CallerScope(
                        caller.principal(), controls.namespace(), controls.context(), null, Features.of(request)));
        var account = new Books.Account(caller.principal(), query.namespace(), query.model());
        String lookupId = LookupIds.next();
        String bypass = bypass(call, controls);
        Lookup found = bypass != null ? null : cache.lookup(query, options(controls));
        if (found instanceof Lookup.Hit hit && controls.mode() != Mode.SHADOW) {
            byte[] rendered = rendered(call, hit.entry());
            if (rendered != null) {
                replay(request, call, account, lookupId, hit, rendered, askedAt);
                return;
            }
            found = new Lookup.Miss("uncacheable:form", hit.similarity(), hit.decision(), null);
        }
        boolean overloaded = found instanceof Lookup.Miss miss && miss.reason().equals("overload");
        CallOutcome outcome = found == null || overloaded ? CallOutcome.BYPASS : CallOutcome.MISS;
        String why = bypass != null ? bypass : why(found);
        if (controls.onlyIfCached()) {
            books.answeredUpstream(account, outcome, why, null);
            HttpServerResponse response = request.response();
            CacheStatus.forwarded(response, outcome, 0, false, why);
            dropIn.errors().write(response, 504, "not_cached", "nothing cached answers this (" + why + ")");
        } else {
            upstream.forward(new Exchange(
                    request, bytes, body, call, query, controls, account, lookupId, found, outcome, why, askedAt));
        }
    }

    private static @Nullable String bypass(Call call, CacheControls controls) {
        if (controls.mode() == Mode.OFF) {
            return "off";
        }
        if (call.uncacheable() != null) {
            return call.uncacheable();
        }
        return controls.noCache() ? "no-cache" : null;
    }

    private static LookupOptions options(CacheControls controls) {
        return new LookupOptions(controls.mode() != Mode.EXACT, controls.maxAge(), controls.maxWrongRate());
    }

    private static String why(@Nullable Lookup found) {
        return switch (found) {
            case Lookup.Miss miss -> miss.reason();
            case Lookup.Hit hit -> "shadow";
            case null -> "none";
        };
    }

    /** The entry's answer as this call is to get it, or null when this wire cannot tell it. */
    private byte @Nullable [] rendered(Call call, CachedEntry entry) {
        Replay replay = call.replay(entry.id(), entry.createdAt());
        try {
            return call.stream()
                    ? dropIn.format().events(entry.completion(), replay)
                    : dropIn.format().json(entry.completion(), replay);
        } catch (IllegalArgumentException e) {
            log.debug("entry {} was stored in a form that {} cannot tell", entry.id(), call.wire(), e);
            return null;
        }
    }

    private void replay(
            HttpServerRequest request,
            Call call,
            Books.Account account,
            String lookupId,
            Lookup.Hit hit,
            byte[] rendered,
            Instant askedAt) {
        HttpServerResponse response = request.response();
        String saved = books.hit(account, hit);
        Duration age = Duration.between(hit.entry().createdAt(), askedAt);
        CacheStatus.hit(response, lookupId, hit, age.toSeconds(), saved);
        if (call.stream()) {
            response.putHeader("cache-control", "no-cache");
        }
        Replies.send(response, 200, call.stream() ? "text/event-stream; charset=utf-8" : "application/json", rendered);
    }
}
