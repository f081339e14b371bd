package io.reprise.server.http;

import static java.util.Objects.requireNonNull;

import io.reprise.server.cache.Flight;
import io.reprise.server.cache.Lookup;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.cache.StoreOptions;
import io.reprise.server.protocol.Answers;
import io.reprise.server.protocol.CacheControls;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.StreamCollector;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.protocol.Usage;
import io.reprise.server.upstream.ForwardedHeaders;
import io.reprise.server.upstream.Outgoing;
import io.reprise.server.upstream.Relay;
import io.reprise.server.upstream.Sending;
import io.reprise.server.upstream.SharedBody;
import io.reprise.server.upstream.UpstreamClient;
import io.reprise.server.upstream.UpstreamException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The upstream half of a drop-in call: sends it, passes the answer on, stores it when it is whole, and books what it cost. */
final class DropInForward {
    /**
     * Which upstreams must not be asked for usage in streams; learnt once for all instances.
     *
     * @param refused names of upstreams
     */
    record StreamUsage(Set<String> refused) {}

    /**
     * How far it goes for an answer.
     *
     * @param answerBytes the largest answer that is stored or shared
     * @param finishAbandoned how long an answer is still read that nobody waits for any more
     * @param staleIfError how long after its end an entry may still answer when upstream fails
     */
    record Limits(int answerBytes, Duration finishAbandoned, Duration staleIfError) {}

    private static final Answers.Reading NO_ANSWER = new Answers.Reading.NotKept("error", null, null);

    /** Of RFC 5861, section 4. */
    private static final Set<Integer> STALE_IF = Set.of(500, 502, 503, 504);

    private final Vertx vertx;
    private final UpstreamClient upstream;
    private final DropIn dropIn;
    private final StreamUsage streamUsage;
    private final SemanticCache cache;
    private final DropInReplies replies;
    private final Books books;
    private final UsageEstimates estimates;
    private final HitAudits audits;
    private final FreshAnswers fresh;
    private final Executor accounting;
    private final Limits limits;

    /**
     * @param accounting where tokens are counted that upstream did not count
     */
    DropInForward(
            Vertx vertx,
            UpstreamClient upstream,
            DropIn dropIn,
            StreamUsage streamUsage,
            SemanticCache cache,
            DropInReplies replies,
            Books books,
            UsageEstimates estimates,
            HitAudits audits,
            FreshAnswers fresh,
            Executor accounting,
            Limits limits) {
        this.vertx = vertx;
        this.upstream = upstream;
        this.dropIn = dropIn;
        this.streamUsage = streamUsage;
        this.cache = cache;
        this.replies = replies;
        this.books = books;
        this.estimates = estimates;
        this.audits = audits;
        this.fresh = fresh;
        this.accounting = accounting;
        this.limits = limits;
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
                && !streamUsage.refused().contains(exchange.provider().name());
        var errand = new Errand(exchange, unanswered, seat, askUsage);
        try {
            HttpClientResponse answer = Future.await(send(errand));
            if (exchange.provider().knowsCallerBy(answer.statusCode())) {
                cache.prove(exchange.account().principal());
            }
            if (answer.headers().contains("content-encoding")) {
                passOn(errand, answer, null);
            } else if (answer.statusCode() == 200 && isStream(answer)) {
                stream(errand, answer);
            } else {
                whole(errand, answer);
            }
        } catch (UpstreamException e) {
            failed(errand, new Landing.Failed(e.status(), e.getMessage(), e.retryAfterSeconds()));
        }
    }

    /** One call upstream: whose it is, why it goes there, who waits for it, and whether it asks for usage the client did not ask for. */
    private record Errand(Exchange exchange, Unanswered unanswered, Flight.Seat<Landing> seat, boolean askUsage) {
        Flight<Landing> flight() {
            return seat.flight();
        }
    }

    private Future<HttpClientResponse> send(Errand errand) {
        Exchange exchange = errand.exchange();
        var outgoing = Outgoing.of(exchange.request(), exchange.outgoing(errand.askUsage()), exchange.storable());
        Sending sending = upstream.send(exchange.provider(), outgoing);
        errand.flight().deserted().onSuccess(nobody -> giveUp(sending::cancel));
        return sending.answer();
    }

    /** What nobody waits for any more is still read for a while, where the operator wants it stored. */
    private void giveUp(Runnable cancel) {
        if (limits.finishAbandoned().isZero()) {
            cancel.run();
        } else {
            vertx.setTimer(limits.finishAbandoned().toMillis(), late -> cancel.run());
        }
    }

    static boolean isStream(HttpClientResponse answer) {
        return String.valueOf(answer.getHeader("content-type")).startsWith("text/event-stream");
    }

    private static boolean complainsOfUsage(Buffer error) {
        String text = error.toString();
        return text.contains("stream_options") || text.contains("include_usage");
    }

    private void whole(Errand errand, HttpClientResponse answer) {
        switch (Body.ofAnswer(answer, limits.answerBytes())) {
            case null -> failed(errand, new Landing.Failed(502, brokeOff(errand), null));
            case Body.TooLarge(Buffer start) -> passOn(errand, answer, start);
            case Body.Whole(Buffer bytes)
            when errand.askUsage() && answer.statusCode() == 400 && complainsOfUsage(bytes) -> {
                streamUsage.refused().add(errand.exchange().provider().name());
                forward(errand.exchange(), errand.unanswered(), errand.seat());
            }
            case Body.Whole(Buffer bytes) -> whole(errand, answer, bytes);
        }
    }

    private void whole(Errand errand, HttpClientResponse answer, Buffer bytes) {
        Exchange exchange = errand.exchange();
        int status = answer.statusCode();
        if (STALE_IF.contains(status) && answeredStale(errand, status)) {
            return;
        }
        Answers.Reading reading = status == 200 ? reading(bytes) : NO_ANSWER;
        audited(errand, reading);
        boolean stored = reading instanceof Answers.Reading.Whole(Completion completion) && store(errand, completion);
        MultiMap headers = ForwardedHeaders.response(answer.headers());
        errand.flight().land(new Landing.Whole(exchange.call().stream(), status, headers, bytes, reading));
        errand.flight().close();
        head(errand, status, headers, stored);
        exchange.response().end(bytes);
        if (status != 200) {
            finish(errand, null);
        } else {
            switch (reading) {
                case Answers.Reading.Whole(Completion completion) -> book(errand, completion.usage(), completion::text);
                case Answers.Reading.NotKept notKept -> book(errand, notKept.usage(), bytes::toString);
            }
        }
    }

    private Answers.Reading reading(Buffer bytes) {
        byte[] json = bytes.getBytes();
        try {
            return dropIn.format().answer(json, StrictJson.parse(json));
        } catch (MalformedRequestException e) {
            return new Answers.Reading.NotKept("unreadable", null, null);
        }
    }

    private void stream(Errand errand, HttpClientResponse answer) {
        Exchange exchange = errand.exchange();
        StreamCollector collector = dropIn.format().collector();
        // Stored, and closed to others, before the last event goes to anybody: who asks again then finds it stored.
        var watch = new StreamWatch(collector, limits.answerBytes(), read -> {
            audited(errand, read);
            if (read instanceof Answers.Reading.Whole(Completion completion)) {
                store(errand, completion);
            }
            errand.flight().close();
        });
        SharedBody body = SharedBody.of(answer, limits.answerBytes(), watch);
        Future<Answers.Reading> reading = body.end().map(end -> watch.reading());
        reading.onSuccess(read -> {
            if (!watch.isDone()) {
                audited(errand, NO_ANSWER);
            }
            errand.flight().close();
            book(errand, read.usage(), collector::text);
        });
        errand.flight().deserted().onSuccess(nobody -> {
            giveUp(body::cancel);
            body.drain();
        });
        MultiMap headers = ForwardedHeaders.response(answer.headers());
        boolean bringsUsage = errand.askUsage() || exchange.call().streamUsage();
        var landing = new Landing.Streaming(headers, body, bringsUsage, reading);
        errand.flight().land(landing);
        HttpServerResponse response = exchange.response();
        Future<Relay.End> relayed = body.relay(response, landing.passage(exchange), () -> {
            head(errand, 200, headers, exchange.storable());
            if (errand.askUsage()) {
                response.headers().remove("content-length");
            }
            response.setChunked(!response.headers().contains("content-length"));
        });
        if (Future.await(requireNonNull(relayed)) == Relay.End.CLIENT_GONE) {
            errand.seat().leave();
        }
    }

    private boolean store(Errand errand, Completion completion) {
        Exchange exchange = errand.exchange();
        if (!exchange.storable()) {
            return false;
        }
        CacheControls controls = exchange.controls();
        cache.store(
                        exchange.query(),
                        () -> estimates.completed(completion, exchange.query()),
                        new StoreOptions(
                                controls.ttl(),
                                controls.tags(),
                                exchange.askedAt(),
                                errand.unanswered().vector()))
                .onFailure(failure -> cache.count("store", failure));
        return true;
    }

    /** Tells audits what came of a call whose candidate was not served. */
    private void audited(Errand errand, Answers.Reading reading) {
        audits.answered(errand.exchange(), errand.unanswered().found(), reading, fresh);
    }

    /** Passes an answer on to the one who asked, unread. */
    private void passOn(Errand errand, HttpClientResponse answer, @Nullable Buffer start) {
        audited(errand, NO_ANSWER);
        errand.flight().land(new Landing.NotShared());
        errand.flight().close();
        HttpServerResponse response = errand.exchange().response();
        head(errand, answer.statusCode(), ForwardedHeaders.response(answer.headers()), false);
        response.setChunked(!answer.headers().contains("content-length"));
        Future.await(Relay.start(answer, response, start, Relay.UNSEEN));
        // An error costs nothing; what an answer cost that could not be read is not known.
        finish(errand, answer.statusCode() == 200 ? Usage.of(0, 0, true) : null);
    }

    private static String brokeOff(Errand errand) {
        return "upstream " + errand.exchange().provider().name() + " broke off in the middle of its answer";
    }

    /** Answers with what has expired, when upstream fails and the operator prefers that to an error. */
    private boolean answeredStale(Errand errand, int status) {
        Exchange exchange = errand.exchange();
        if (limits.staleIfError().isZero() || !exchange.sharesItsAnswer()) {
            return false;
        }
        Lookup.Hit expired;
        try {
            expired = Future.await(cache.stale(exchange.query(), limits.staleIfError()))
                    .orElse(null);
        } catch (RuntimeException e) {
            cache.count("stale lookup", e);
            return false;
        }
        if (expired == null || !replies.stale(exchange, expired, status)) {
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
        CacheStatus.forwarded(response, unanswered.outcome(), 0, false, unanswered.why());
        finish(errand, null);
        failure.write(response, dropIn.errors());
    }

    private static void head(Errand errand, int status, MultiMap headers, boolean stored) {
        HttpServerResponse response = errand.exchange().response().setStatusCode(status);
        response.headers().setAll(headers);
        Unanswered unanswered = errand.unanswered();
        CacheStatus.forwarded(response, unanswered.outcome(), status, stored, unanswered.why());
        if (unanswered.found() != null) {
            CacheStatus.lookup(response, errand.exchange().lookupId(), unanswered.found());
        }
    }

    /** Books an answer, counting its tokens elsewhere first when upstream has not. */
    private void book(Errand errand, @Nullable Usage usage, Supplier<String> answer) {
        if (usage != null) {
            finish(errand, usage);
            return;
        }
        Exchange exchange = errand.exchange();
        try {
            accounting.execute(() -> finish(
                    errand,
                    estimates.estimate(
                            exchange.account().model(), exchange.query().text(), answer.get())));
        } catch (RejectedExecutionException e) {
            finish(errand, Usage.of(0, 0, true));
        }
    }

    private void finish(Errand errand, @Nullable Usage usage) {
        Unanswered unanswered = errand.unanswered();
        books.answeredUpstream(errand.exchange().account(), unanswered.outcome(), unanswered.why(), usage);
    }
}
