package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.access.Caller;
import io.reprise.server.cache.Flight;
import io.reprise.server.cache.Flights;
import io.reprise.server.cache.Lookup;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.CallerScope;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.CacheControls;
import io.reprise.server.protocol.CacheControls.Mode;
import io.reprise.server.protocol.Call;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.protocol.Wire;
import io.reprise.server.upstream.Provider;
import io.reprise.server.upstream.Upstreams;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A provider's route that is cached: answered from the cache when it may be, with others' answer when they ask the same, else upstream. */
final class DropInRoute {
    /**
     * What calls must have in common to share an answer as it comes: what they ask, of which model, on which wire and with what in it that
     * answers repeat, and what they ask of the cache. Calls that differ in the middle ones alone share what is stored.
     */
    record FlightKey(
            String id,
            CacheControls controls,
            Wire wire,
            @Nullable String model,
            ObjectNode repeated) {
        static FlightKey of(Exchange exchange) {
            Call call = exchange.call();
            return new FlightKey(
                    exchange.query().id(), exchange.controls(), call.wire(), call.model(), call.repeated());
        }
    }

    private final DropIn dropIn;
    private final Callers callers;
    private final Upstreams upstreams;
    private final SemanticCache cache;
    private final Flights<FlightKey, Landing> flights;
    private final PassThroughRoute passThrough;
    private final DropInForward upstream;
    private final DropInReplies replies;
    private final Following following;
    private final HitAudits audits;
    private final FreshAnswers fresh;
    private final Clock clock;
    private final RequestBodies bodies;

    /**
     * @param flights the calls under way of all instances
     * @param bodies reads bodies of up to the largest that is looked up; a larger one streams through
     */
    DropInRoute(
            DropIn dropIn,
            Callers callers,
            Upstreams upstreams,
            SemanticCache cache,
            Flights<FlightKey, Landing> flights,
            PassThroughRoute passThrough,
            DropInForward upstream,
            DropInReplies replies,
            Following following,
            HitAudits audits,
            FreshAnswers fresh,
            Clock clock,
            RequestBodies bodies) {
        this.dropIn = dropIn;
        this.callers = callers;
        this.upstreams = upstreams;
        this.cache = cache;
        this.flights = flights;
        this.passThrough = passThrough;
        this.upstream = upstream;
        this.replies = replies;
        this.following = following;
        this.audits = audits;
        this.fresh = fresh;
        this.clock = clock;
        this.bodies = bodies;
    }

    void handle(RoutingContext context) {
        HttpServerRequest request = ClientPaths.paused(context);
        Instant askedAt = clock.instant();
        try {
            boolean findsModel = upstreams.modelsDecide(dropIn.provider(), request.path());
            switch (bodies.read(context, findsModel)) {
                case RequestBody.Unread unread ->
                    passThrough.forward(request, unread, dropIn.provider(), dropIn.errors());
                case RequestBody.Plain plain -> {
                    try {
                        answer(bodies.work(plain.bytes().length(), () -> exchange(request, plain.bytes(), askedAt)));
                    } catch (MalformedRequestException e) {
                        // What we cannot read without doubt, upstream may: it is asked as if we were not here.
                        passThrough.forward(
                                request, bodies.unreadable(request, plain), dropIn.provider(), dropIn.errors());
                    }
                }
            }
        } catch (Problem problem) {
            bodies.refuse(request, problem, dropIn.errors());
        }
    }

    private Exchange exchange(HttpServerRequest request, Buffer bytes, Instant askedAt) {
        ObjectNode body = StrictJson.parseRequest(bytes.getBytes());
        boolean ourField = CallControls.ours(body.path("cache"));
        ObjectNode ours = ourField ? (ObjectNode) body.path("cache") : StrictJson.object();
        CacheControls controls = CallControls.read(request.headers(), ours);
        ObjectNode asked = ourField ? body.deepCopy().<ObjectNode>without("cache") : body;
        Call call = dropIn.format().read(ClientPaths.withModel(request, asked));
        Caller caller = callers.identify(request);
        String chosenBy = ClientPaths.chosenBy(request, call.model());
        Provider provider = upstreams.choose(dropIn.provider(), request.path(), chosenBy);
        CacheQuery query = Prompts.query(
                call,
                new CallerScope(
                        caller.principal(),
                        controls.namespace(),
                        controls.context(),
                        upstreams.nameInScope(dropIn.provider(), request.path(), chosenBy),
                        Features.of(request)));
        var account = new Books.Account(caller.principal(), query.namespace(), query.model());
        return new Exchange(request, bytes, body, call, provider, query, controls, account, LookupIds.next(), askedAt);
    }

    private void answer(Exchange exchange) {
        String bypass = exchange.bypass();
        if (bypass != null) {
            goUpstream(exchange, Unanswered.bypass(bypass), Flights.alone());
            return;
        }
        if (!exchange.sharesItsAnswer()) {
            lead(exchange, Flights.alone());
            return;
        }
        Lookup.Hit remembered = cache.remembered(exchange.query(), exchange.options());
        if (remembered != null && replies.hit(exchange, remembered)) {
            return;
        }
        boolean answered = false;
        while (!answered) {
            Flight.Seat<Landing> seat = flights.board(FlightKey.of(exchange));
            answered = seat.leads() ? lead(exchange, seat) : follow(exchange, seat);
        }
    }

    /** Finds an answer, in the cache or else upstream, for all aboard. */
    private boolean lead(Exchange exchange, Flight.Seat<Landing> seat) {
        try {
            Lookup found = cache.lookup(exchange.query(), audits.options(exchange));
            if (found instanceof Lookup.Hit hit && exchange.controls().mode() != Mode.SHADOW) {
                seat.flight().land(new Landing.Found(hit));
                if (replies.hit(exchange, hit)) {
                    seat.flight().close();
                    audits.served(exchange, hit, fresh);
                    return true;
                }
                found = new Lookup.Miss("uncacheable:form", hit.similarity(), hit.decision(), null, hit.ticket());
            }
            goUpstream(exchange, Unanswered.by(found), seat);
            return true;
        } catch (RuntimeException | Error e) {
            seat.flight().close();
            throw e;
        }
    }

    private void goUpstream(Exchange exchange, Unanswered unanswered, Flight.Seat<Landing> seat) {
        if (exchange.controls().onlyIfCached()) {
            replies.notCached(exchange, unanswered);
        } else {
            exchange.leavesWith(seat);
            upstream.forward(exchange, unanswered, seat);
        }
    }

    /** Waits for the answer to an equal call; false when it ended without one, so that somebody else has to lead. */
    private boolean follow(Exchange exchange, Flight.Seat<Landing> seat) {
        exchange.leavesWith(seat);
        return switch (following.follow(exchange, seat)) {
            case ANSWERED -> true;
            case NOTHING_LANDED -> false;
            case NOT_SHARED -> {
                goUpstream(exchange, Unanswered.notShared(), Flights.alone());
                yield true;
            }
        };
    }
}
