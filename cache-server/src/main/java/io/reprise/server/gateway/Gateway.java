package io.reprise.server.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.cache.Lookup;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.doctor.Doctor;
import io.reprise.server.protocol.CacheControls;
import io.reprise.server.protocol.CacheControls.Mode;
import io.reprise.server.protocol.Call;
import io.reprise.server.protocol.Wire;
import org.jspecify.annotations.Nullable;

/** A call's way: answered from the cache when it may be, with others' answer when they ask the same, else upstream. */
public final class Gateway {
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
                    exchange.query().unmaskedId(), exchange.controls(), call.wire(), call.model(), call.repeated());
        }
    }

    private final SemanticCache cache;
    private final Flights<FlightKey, Landing> flights;
    private final DropInForward upstream;
    private final DropInReplies replies;
    private final Following following;
    private final HitAudits audits;
    private final HitOpinions opinions;
    private final FreshAnswers fresh;
    private final Doctor doctor;
    private final RuleDesk rules;

    /**
     * @param flights the calls under way of all instances
     */
    Gateway(
            SemanticCache cache,
            Flights<FlightKey, Landing> flights,
            DropInForward upstream,
            DropInReplies replies,
            Following following,
            HitAudits audits,
            HitOpinions opinions,
            FreshAnswers fresh,
            Doctor doctor,
            RuleDesk rules) {
        this.cache = cache;
        this.flights = flights;
        this.upstream = upstream;
        this.replies = replies;
        this.following = following;
        this.audits = audits;
        this.opinions = opinions;
        this.fresh = fresh;
        this.doctor = doctor;
        this.rules = rules;
    }

    /**
     * Answers a call. Returns when it is answered, or nobody waits for its answer.
     *
     * @throws io.reprise.server.reply.Problem when it may not be answered
     */
    public void answer(Exchange exchange) {
        if (rules.answers(exchange, replies)) {
            return;
        }
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
            Lookup found =
                    cache.lookup(exchange.query(), audits.options(exchange).seconded(opinions.of(exchange)));
            if (found instanceof Lookup.Hit hit && exchange.controls().mode() != Mode.SHADOW) {
                seat.flight().land(new Landing.Found(hit));
                if (replies.hit(exchange, hit)) {
                    seat.flight().close();
                    opinions.served(exchange, hit);
                    audits.served(exchange, hit, fresh);
                    return true;
                }
                found = new Lookup.Miss("uncacheable:form", hit.similarity(), hit.decision(), null, hit.ticket());
            }
            if (found instanceof Lookup.Miss) {
                doctor.missed(exchange.query(), exchange.call());
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
