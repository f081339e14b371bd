package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.cache.StoreOptions;
import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.protocol.Answers;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.StreamCollector;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.protocol.Usage;
import io.reprise.server.upstream.ForwardedHeaders;
import io.reprise.server.upstream.Outgoing;
import io.reprise.server.upstream.Provider;
import io.reprise.server.upstream.Relay;
import io.reprise.server.upstream.Sending;
import io.reprise.server.upstream.UpstreamClient;
import io.reprise.server.upstream.UpstreamException;
import io.reprise.server.upstream.Upstreams;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The upstream half of a drop-in call: sends it, passes the answer on, stores it when it is whole, and books what it cost. */
final class DropInForward {
    /** Says that an upstream must not be asked for usage in streams; learnt once for all instances. */
    record StreamUsage(AtomicBoolean refused) {}

    private static final int ERROR_BODY_BYTES = 64 * 1024;
    private static final String ASK_USAGE = "{\"stream_options\":{\"include_usage\":true},";

    private final UpstreamClient upstream;
    private final Upstreams upstreams;
    private final DropIn dropIn;
    private final StreamUsage streamUsage;
    private final SemanticCache cache;
    private final Books books;
    private final UsageEstimates estimates;
    private final Executor accounting;
    private final int answerLimit;

    /**
     * @param accounting where tokens are counted that upstream did not count
     * @param answerLimit the largest answer that is stored, in bytes
     */
    DropInForward(
            UpstreamClient upstream,
            Upstreams upstreams,
            DropIn dropIn,
            StreamUsage streamUsage,
            SemanticCache cache,
            Books books,
            UsageEstimates estimates,
            Executor accounting,
            int answerLimit) {
        this.upstream = upstream;
        this.upstreams = upstreams;
        this.dropIn = dropIn;
        this.streamUsage = streamUsage;
        this.cache = cache;
        this.books = books;
        this.estimates = estimates;
        this.accounting = accounting;
        this.answerLimit = answerLimit;
    }

    void forward(Exchange exchange) {
        boolean askUsage = dropIn.format().streamsUsageOnRequest()
                && exchange.storable()
                && exchange.call().stream()
                && !exchange.call().streamUsage()
                && !streamUsage.refused().get();
        HttpClientResponse answer;
        try {
            answer = Future.await(send(exchange, askUsage));
            if (askUsage && answer.statusCode() == 400) {
                switch (body(answer, ERROR_BODY_BYTES)) {
                    case null -> {
                        brokenOff(exchange);
                        return;
                    }
                    case Body.Whole(Buffer error)
                    when complainsOfUsage(error) -> {
                        streamUsage.refused().set(true);
                        askUsage = false;
                        answer = Future.await(send(exchange, false));
                    }
                    case Body.Whole(Buffer error) -> {
                        head(exchange, answer, false);
                        finish(exchange, null);
                        exchange.request().response().end(error);
                        return;
                    }
                    case Body.TooLarge(Buffer start) -> {
                        relay(exchange, answer, start);
                        return;
                    }
                }
            }
        } catch (UpstreamException e) {
            if (e.retryAfterSeconds() != null) {
                exchange.request().response().putHeader("retry-after", e.retryAfterSeconds());
            }
            broken(exchange, e.status(), e.getMessage());
            return;
        }
        if (answer.statusCode() != 200 || answer.headers().contains("content-encoding")) {
            relay(exchange, answer, null);
        } else if (String.valueOf(answer.getHeader("content-type")).startsWith("text/event-stream")) {
            stream(exchange, answer, askUsage);
        } else {
            whole(exchange, answer);
        }
    }

    private Future<HttpClientResponse> send(Exchange exchange, boolean askUsage) {
        var outgoing = Outgoing.of(exchange.request(), outgoing(exchange, askUsage), exchange.storable());
        Provider provider = upstreams.choose(
                dropIn.provider(), exchange.request().path(), exchange.call().model());
        Sending sending = upstream.send(provider, outgoing);
        exchange.request().response().closeHandler(gone -> sending.cancel());
        return sending.answer();
    }

    /** The client's own bytes wherever possible: a field is put in front of them, or ours taken out. */
    private static Buffer outgoing(Exchange exchange, boolean askUsage) {
        ObjectNode body = exchange.body();
        boolean ourField = CallControls.ours(body.path("cache"));
        if (!ourField && !askUsage) {
            return exchange.bytes();
        }
        if (!ourField && !body.has("stream_options")) {
            String text = exchange.bytes().toString();
            return Buffer.buffer(ASK_USAGE + text.substring(text.indexOf('{') + 1));
        }
        ObjectNode changed = body.deepCopy();
        if (ourField) {
            changed.remove("cache");
        }
        if (askUsage) {
            ObjectNode options = changed.path("stream_options") instanceof ObjectNode given
                    ? given
                    : changed.putObject("stream_options");
            options.put("include_usage", true);
        }
        return Buffer.buffer(StrictJson.bytes(changed));
    }

    private static boolean complainsOfUsage(Buffer error) {
        String text = error.toString();
        return text.contains("stream_options") || text.contains("include_usage");
    }

    private void whole(Exchange exchange, HttpClientResponse answer) {
        HttpServerResponse response = exchange.request().response();
        switch (body(answer, answerLimit)) {
            case null -> brokenOff(exchange);
            case Body.TooLarge(Buffer start) -> relay(exchange, answer, start);
            case Body.Whole(Buffer bytes) -> {
                switch (reading(bytes)) {
                    case Answers.Reading.Whole(Completion completion) -> {
                        store(exchange, completion);
                        head(exchange, answer, exchange.storable());
                        response.end(bytes);
                        book(exchange, completion.usage(), completion::text);
                    }
                    case Answers.Reading.NotKept notKept -> {
                        head(exchange, answer, false);
                        response.end(bytes);
                        book(exchange, notKept.usage(), bytes::toString);
                    }
                }
            }
        }
    }

    /** An answer's body, or null when upstream breaks off. */
    private static @Nullable Body body(HttpClientResponse answer, int limit) {
        try {
            return Body.read(answer, answer.getHeader("content-length"), limit);
        } catch (Exception e) {
            // Whatever the connection failed with, checked exceptions too, which a future's await throws undeclared.
            return null;
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

    private void stream(Exchange exchange, HttpClientResponse answer, boolean hideUsage) {
        head(exchange, answer, exchange.storable());
        HttpServerResponse response = exchange.request().response();
        if (hideUsage) {
            response.headers().remove("content-length");
        }
        response.setChunked(!response.headers().contains("content-length"));
        StreamCollector collector = dropIn.format().collector();
        var watch = new StreamWatch(collector, hideUsage, answerLimit, () -> {
            if (collector.finish() instanceof Answers.Reading.Whole(Completion completion)) {
                store(exchange, completion);
            }
        });
        Future.await(Relay.start(answer, response, null, watch));
        Usage usage =
                switch (collector.finish()) {
                    case Answers.Reading.Whole(Completion completion) -> completion.usage();
                    case Answers.Reading.NotKept notKept -> notKept.usage();
                };
        book(exchange, usage, collector::text);
    }

    private void store(Exchange exchange, Completion completion) {
        if (!exchange.storable()) {
            return;
        }
        cache.store(
                        exchange.query(),
                        () -> estimates.completed(completion, exchange.query()),
                        new StoreOptions(
                                exchange.controls().ttl(),
                                exchange.controls().tags(),
                                exchange.askedAt(),
                                exchange.vector()))
                .onFailure(failure -> cache.count("store", failure));
    }

    /** Passes an answer on that is not kept. */
    private void relay(Exchange exchange, HttpClientResponse answer, @Nullable Buffer start) {
        head(exchange, answer, false);
        HttpServerResponse response = exchange.request().response();
        response.setChunked(!answer.headers().contains("content-length"));
        Future.await(Relay.start(answer, response, start, Relay.UNSEEN));
        // An error costs nothing; what an answer cost that could not be read is not known.
        finish(exchange, answer.statusCode() == 200 ? Usage.of(0, 0, true) : null);
    }

    private void brokenOff(Exchange exchange) {
        broken(exchange, 502, "upstream " + dropIn.provider().name() + " broke off in the middle of its answer");
    }

    private void broken(Exchange exchange, int status, String message) {
        HttpServerResponse response = exchange.request().response();
        CacheStatus.forwarded(response, exchange.outcome(), 0, false, exchange.why());
        finish(exchange, null);
        dropIn.errors().write(response, status, "upstream_error", message);
    }

    private static void head(Exchange exchange, HttpClientResponse answer, boolean stored) {
        HttpServerResponse response = exchange.request().response().setStatusCode(answer.statusCode());
        response.headers().setAll(ForwardedHeaders.response(answer.headers()));
        CacheStatus.forwarded(response, exchange.outcome(), answer.statusCode(), stored, exchange.why());
        if (exchange.found() != null) {
            CacheStatus.lookup(response, exchange.lookupId(), exchange.found());
        }
    }

    /** Books an answer, counting its tokens elsewhere first when upstream has not. */
    private void book(Exchange exchange, @Nullable Usage usage, Supplier<String> answer) {
        if (usage != null) {
            finish(exchange, usage);
            return;
        }
        try {
            accounting.execute(() -> finish(
                    exchange,
                    estimates.estimate(
                            exchange.account().model(), exchange.query().text(), answer.get())));
        } catch (RejectedExecutionException e) {
            finish(exchange, Usage.of(0, 0, true));
        }
    }

    private void finish(Exchange exchange, @Nullable Usage usage) {
        CallOutcome outcome = exchange.outcome();
        books.answeredUpstream(exchange.account(), outcome, exchange.why(), usage);
    }
}
