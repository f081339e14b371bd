package io.reprise.server.gateway;

import static java.util.Objects.requireNonNull;

import io.reprise.server.cache.Lookup;
import io.reprise.server.protocol.Answers;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.Usage;
import io.reprise.server.reply.Problem;
import io.reprise.server.upstream.ForwardedHeaders;
import io.reprise.server.upstream.Outgoing;
import io.reprise.server.upstream.Relay;
import io.reprise.server.upstream.Sending;
import io.reprise.server.upstream.SharedBody;
import io.reprise.server.upstream.UpstreamException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The upstream half of a drop-in call: sends it, passes the answer on, stores it when it is whole, and books what it cost. */
final class DropInForward {
    private static final Answers.Reading NO_ANSWER = new Answers.Reading.NotKept("error", null, null);

    /** Of RFC 5861, section 4. */
    private static final Set<Integer> STALE_IF = Set.of(500, 502, 503, 504);

    private final UpstreamDoor upstream;
    private final DropIn dropIn;
    private final StreamUsage streamUsage;
    private final DropInReplies replies;
    private final Keeper keeper;
    private final HitAudits audits;
    private final Accounting accounting;
    private final int answerLimit;

    /**
     * @param streamUsage what all instances have learnt
     * @param answerLimit the largest answer that is stored or shared, in bytes
     */
    DropInForward(
            UpstreamDoor upstream,
            DropIn dropIn,
            StreamUsage streamUsage,
            DropInReplies replies,
            Keeper keeper,
            HitAudits audits,
            Accounting accounting,
            int answerLimit) {
        this.upstream = upstream;
        this.dropIn = dropIn;
        this.streamUsage = streamUsage;
        this.replies = replies;
        this.keeper = keeper;
        this.audits = audits;
        this.accounting = accounting;
        this.answerLimit = answerLimit;
    }

    /**
     * Asks upstream, for all aboard.
     *
     * @param seat whose flight is closed here when there is no more to share
     */
    void forward(Exchange exchange, Unanswered unanswered, Flight.Seat<Landing> seat) {
        boolean askUsage = dropIn.format().streamsUsageOnRequest()
                && exchange.storable()
                && exchange.call().stream()
                && !exchange.call().streamUsage()
                && streamUsage.isAsked(exchange);
        exchange.tab().unanswered(unanswered.outcome(), unanswered.why(), unanswered.found());
        var errand = new Errand(exchange, unanswered, seat, askUsage, false);
        try {
            attempt(errand);
        } catch (Problem refused) {
            audited(errand, NO_ANSWER);
            throw refused;
        }
    }

    private void attempt(Errand errand) {
        try {
            HttpClientResponse answer = Future.await(send(errand));
            if (errand.again() && answer.statusCode() < 300) {
                streamUsage.refused(errand.exchange());
            }
            Exchange exchange = errand.exchange();
            keeper.proves(exchange.provider(), answer.statusCode(), exchange.account());
            if (answer.headers().contains("content-encoding")) {
                passOn(errand, answer, null, "encoded");
            } else if (answer.statusCode() == 200 && Beginning.said(answer) == Beginning.EVENTS) {
                asItComes(errand, answer, Buffer.buffer());
            } else {
                whole(errand, answer);
            }
        } catch (UpstreamException e) {
            failed(errand, new Landing.Failed(e.status(), e.getMessage(), e.retryAfterSeconds()));
        }
    }

    /**
     * One call upstream.
     *
     * @param exchange whose it is
     * @param unanswered why it goes there
     * @param seat of the one who leads those who wait for it
     * @param askUsage whether it asks for usage the client did not ask for
     * @param again whether it was refused when it did
     */
    private record Errand(
            Exchange exchange, Unanswered unanswered, Flight.Seat<Landing> seat, boolean askUsage, boolean again) {
        Flight<Landing> flight() {
            return seat.flight();
        }

        Errand withoutUsage() {
            return new Errand(exchange, unanswered, seat, false, true);
        }

        /** Whether an answer with this first part goes to the client as it comes, and not when it is whole. */
        boolean passesOn(Buffer first) {
            return switch (Beginning.of(first)) {
                case WAITING -> true;
                case EVENTS -> exchange.call().stream();
                case OTHER -> false;
            };
        }
    }

    private Future<HttpClientResponse> send(Errand errand) {
        Exchange exchange = errand.exchange();
        var outgoing = Outgoing.of(exchange.request(), exchange.outgoing(errand.askUsage()), exchange.storable());
        Sending sending = upstream.send(exchange.tab(), exchange.provider(), outgoing);
        errand.flight().deserted().onSuccess(nobody -> upstream.giveUp(sending::cancel));
        return sending.answer();
    }

    private void whole(Errand errand, HttpClientResponse answer) {
        int status = answer.statusCode();
        switch (AnswerBody.read(answer, answerLimit, first -> status == 200 && errand.passesOn(first))) {
            case AnswerBody.Broken broken -> failed(errand, new Landing.Failed(502, brokeOff(errand), null));
            case AnswerBody.TooLarge(Buffer start) -> passOn(errand, answer, start, "too-large");
            case AnswerBody.Begun(Buffer start) -> asItComes(errand, answer, start);
            case AnswerBody.Whole(Buffer bytes)
            when errand.askUsage() && StreamUsage.mayBeRefused(status, bytes) -> attempt(errand.withoutUsage());
            case AnswerBody.Whole(Buffer bytes) -> whole(errand, answer, bytes);
        }
    }

    private void whole(Errand errand, HttpClientResponse answer, Buffer bytes) {
        Exchange exchange = errand.exchange();
        int status = answer.statusCode();
        if (STALE_IF.contains(status) && answeredStale(errand, status)) {
            return;
        }
        Answers.Reading reading = status == 200 ? AnswerWatch.json(dropIn.format(), bytes) : NO_ANSWER;
        audited(errand, reading);
        Future<Kept> keeping = keeper.keep(exchange, errand.unanswered(), reading);
        MultiMap headers = ForwardedHeaders.response(answer.headers());
        errand.flight().land(new Landing.Whole(exchange.call().stream(), status, headers, bytes, reading));
        errand.flight().close();
        // What an error was, its status says.
        head(errand, status, headers, status == 200 ? Keeper.await(keeping) : Kept.UNSAID);
        Supplier<String> words =
                reading instanceof Answers.Reading.Whole(Completion completion) ? completion::text : bytes::toString;
        Usage usage = reading.usage();
        if (status != 200 || usage != null) {
            note(exchange, reading, words);
            exchange.tab().uses(status == 200 ? usage : null);
            // Booked before the last byte leaves: a server that is killed then has lost nothing that was answered for.
            exchange.tab().settlesWithHead();
            exchange.response().end(bytes);
        } else {
            exchange.response().end(bytes);
            settle(exchange, reading, words);
        }
    }

    /**
     * Passes an answer on as it comes: events, or what follows the white space by which upstream keeps the connection alive.
     *
     * @param start what was read of it
     */
    private void asItComes(Errand errand, HttpClientResponse answer, Buffer start) {
        Exchange exchange = errand.exchange();
        Beginning said = Beginning.said(answer);
        // Stored, and closed to others, before the last of it goes to anybody: who asks again then finds it stored.
        var watch = new AnswerWatch(dropIn.format(), said, answerLimit, read -> {
            audited(errand, read);
            keeper.keep(exchange, errand.unanswered(), read);
            errand.flight().close();
        });
        SharedBody body = SharedBody.begun(answer, answerLimit, watch, start);
        Future<Answers.Reading> reading = body.end().map(end -> watch.end(end == SharedBody.End.COMPLETE));
        exchange.tab().settlesLater();
        reading.onSuccess(read -> settle(exchange, read, watch::text));
        errand.flight().deserted().onSuccess(nobody -> {
            upstream.giveUp(body::cancel);
            body.drain();
        });
        MultiMap headers = ForwardedHeaders.response(answer.headers());
        boolean bringsUsage = errand.askUsage() || exchange.call().streamUsage();
        boolean events = said == Beginning.EVENTS || exchange.call().stream();
        var landing = new Landing.Streaming(events, headers, body, bringsUsage, reading);
        errand.flight().land(landing);
        watch.accept(start);
        HttpServerResponse response = exchange.response();
        Future<Relay.End> relayed = body.relay(response, landing.passage(exchange), () -> {
            // Whether it will be stored is known at its end alone.
            head(errand, 200, headers, Kept.UNSAID);
            if (errand.askUsage()) {
                response.headers().remove("content-length");
            }
            response.setChunked(!response.headers().contains("content-length"));
        });
        if (Future.await(requireNonNull(relayed)) == Relay.End.CLIENT_GONE) {
            exchange.tab().clientLeft();
            errand.seat().leave();
        }
    }

    /** Tells audits what came of a call whose candidate was not served. */
    private void audited(Errand errand, Answers.Reading reading) {
        audits.answered(errand.exchange(), errand.unanswered().found(), reading);
    }

    /** Passes an answer on to the one who asked, unread. */
    private void passOn(Errand errand, HttpClientResponse answer, @Nullable Buffer start, String why) {
        audited(errand, NO_ANSWER);
        errand.flight().land(new Landing.NotShared());
        errand.flight().close();
        HttpServerResponse response = errand.exchange().response();
        Kept kept = answer.statusCode() == 200 ? keeper.notKept(errand.exchange(), why) : Kept.UNSAID;
        head(errand, answer.statusCode(), ForwardedHeaders.response(answer.headers()), kept);
        response.setChunked(!answer.headers().contains("content-length"));
        Tab tab = errand.exchange().tab();
        // An error costs nothing; what an answer cost that could not be read is not known.
        tab.uses(answer.statusCode() == 200 ? Usage.of(0, 0, true) : null);
        if (Future.await(Relay.start(answer, response, start, Relay.UNSEEN)) == Relay.End.CLIENT_GONE) {
            tab.clientLeft();
        }
        tab.settle();
    }

    private static String brokeOff(Errand errand) {
        return "upstream " + errand.exchange().provider().name() + " broke off in the middle of its answer";
    }

    /** Answers with what has expired, when upstream fails and the operator prefers that to an error. */
    private boolean answeredStale(Errand errand, int status) {
        Exchange exchange = errand.exchange();
        Lookup.Hit expired = exchange.sharesItsAnswer() ? replies.stale(exchange, status) : null;
        if (expired == null) {
            return false;
        }
        errand.flight().land(new Landing.Stale(expired, status));
        errand.flight().close();
        return true;
    }

    private void failed(Errand errand, Landing.Failed failure) {
        audited(errand, NO_ANSWER);
        if (answeredStale(errand, 0)) {
            return;
        }
        errand.flight().land(failure);
        errand.flight().close();
        HttpServerResponse response = errand.exchange().response();
        Unanswered unanswered = errand.unanswered();
        CacheStatus.forwarded(response, unanswered.outcome(), 0, Kept.UNSAID, unanswered.why());
        errand.exchange().tab().settlesWithHead();
        failure.write(response, dropIn.errors());
    }

    private static void head(Errand errand, int status, MultiMap headers, Kept kept) {
        HttpServerResponse response = errand.exchange().response().setStatusCode(status);
        response.headers().setAll(headers);
        Unanswered unanswered = errand.unanswered();
        CacheStatus.forwarded(response, unanswered.outcome(), status, kept, unanswered.why());
        if (unanswered.found() != null) {
            CacheStatus.lookup(response, errand.exchange().tab().id(), unanswered.found());
        }
    }

    private void settle(Exchange exchange, Answers.Reading reading, Supplier<String> answer) {
        note(exchange, reading, answer);
        accounting.settle(exchange.tab(), exchange.query(), reading.usage(), answer);
    }

    private static void note(Exchange exchange, Answers.Reading reading, Supplier<String> answer) {
        exchange.tab().servedBy(reading.model());
        exchange.tab().says(answer);
    }
}
