package io.reprise.server.gateway;

import io.reprise.server.protocol.Answers;
import io.reprise.server.protocol.Completion;
import io.reprise.server.reply.WireErrors;
import io.reprise.server.upstream.Relay;
import io.reprise.server.upstream.SharedBody;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers calls with the answer to an equal call that is under way. */
final class Following {
    /** What came of following. */
    enum End {
        /** The call is answered. */
        ANSWERED,
        /** The flight ended without an answer: somebody else has to lead. */
        NOTHING_LANDED,
        /** There was an answer that cannot be shared with this call. */
        NOT_SHARED
    }

    private final WireErrors errors;
    private final DropInReplies replies;
    private final Duration patience;
    private final AtomicInteger waiting;

    /**
     * @param patience how long a call waits for its answer to begin
     * @param waiting counts those who wait for it
     */
    Following(WireErrors errors, DropInReplies replies, Duration patience, AtomicInteger waiting) {
        this.errors = errors;
        this.replies = replies;
        this.patience = patience;
        this.waiting = waiting;
    }

    End follow(Exchange exchange, Flight.Seat<Landing> seat) {
        waiting.incrementAndGet();
        Optional<Landing> landing = Future.await(seat.flight()
                .landing()
                .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .otherwise(Optional.of(
                        new Landing.Failed(504, "the answer to an equal call did not come in time", null))));
        waiting.decrementAndGet();
        return switch (landing.orElse(null)) {
            case null -> End.NOTHING_LANDED;
            case Landing.Found(var hit) -> replies.hit(exchange, hit) ? End.ANSWERED : End.NOT_SHARED;
            case Landing.Stale(var hit, int status) ->
                replies.stale(exchange, hit, status) ? End.ANSWERED : End.NOT_SHARED;
            case Landing.NotShared notShared -> End.NOT_SHARED;
            case Landing.Failed failure -> failed(exchange, failure);
            case Landing.Whole whole -> whole(exchange, whole);
            case Landing.Streaming streaming
            when exchange.call().stream() == streaming.events() -> streaming(exchange, streaming, seat);
            case Landing.Streaming streaming -> collected(exchange, streaming);
        };
    }

    private End failed(Exchange exchange, Landing.Failed failure) {
        HttpServerResponse response = exchange.response();
        exchange.tab().coalesced(null);
        exchange.tab().settlesWithHead();
        CacheStatus.coalesced(response, exchange.tab().id(), 0);
        failure.write(response, errors);
        return End.ANSWERED;
    }

    private End whole(Exchange exchange, Landing.Whole whole) {
        boolean asAsked = whole.status() != 200 || whole.streamWanted() == exchange.call().stream();
        if (!asAsked) {
            return rendered(exchange, whole.reading());
        }
        Tab tab = exchange.tab();
        if (whole.reading() instanceof Answers.Reading.Whole(Completion completion)) {
            tab.coalesced(completion.usage());
            tab.servedBy(completion.model());
            tab.says(completion::text);
        } else {
            tab.coalesced(null);
        }
        tab.settlesWithHead();
        HttpServerResponse response = exchange.response().setStatusCode(whole.status());
        share(response, whole.headers());
        CacheStatus.coalesced(response, tab.id(), whole.status());
        response.end(whole.bytes());
        return End.ANSWERED;
    }

    /** A cookie is the one's whom upstream gave it: two who send it are one caller, to upstream and here. */
    private static void share(HttpServerResponse response, MultiMap headers) {
        response.headers().setAll(headers).remove("set-cookie");
    }

    private End streaming(Exchange exchange, Landing.Streaming streaming, Flight.Seat<Landing> seat) {
        if (exchange.call().streamUsage() && !streaming.bringsUsage()) {
            return End.NOT_SHARED;
        }
        HttpServerResponse response = exchange.response();
        Relay.Passage passage = streaming.passage(exchange);
        Future<Relay.End> relayed = streaming.body().relay(response, passage, () -> {
            share(response, streaming.headers());
            response.headers().remove("content-length");
            response.setChunked(true);
            CacheStatus.coalesced(response, exchange.tab().id(), 200);
        });
        if (relayed == null) {
            return End.NOT_SHARED;
        }
        if (Future.await(relayed) == Relay.End.CLIENT_GONE) {
            seat.leave();
            exchange.tab().clientLeft();
            exchange.tab().coalesced(null);
        } else {
            Answers.Reading reading = Future.await(streaming.reading());
            exchange.tab().coalesced(reading.usage());
            exchange.tab().servedBy(reading.model());
        }
        exchange.tab().settle();
        return End.ANSWERED;
    }

    /** For a caller who wants it in the other form, the answer that is passed on as it comes. */
    private End collected(Exchange exchange, Landing.Streaming streaming) {
        Answers.Reading reading = Future.await(streaming.reading());
        if (Future.await(streaming.body().end()) == SharedBody.End.BROKEN) {
            return failed(exchange, new Landing.Failed(502, "upstream broke off in the middle of its answer", null));
        }
        return rendered(exchange, reading);
    }

    private End rendered(Exchange exchange, Answers.Reading reading) {
        return reading instanceof Answers.Reading.Whole(Completion completion)
                        && replies.coalesced(exchange, completion)
                ? End.ANSWERED
                : End.NOT_SHARED;
    }
}
