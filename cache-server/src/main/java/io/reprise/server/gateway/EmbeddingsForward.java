package io.reprise.server.gateway;

import io.reprise.server.cache.SemanticCache;
import io.reprise.server.cache.StoreOptions;
import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.ledger.TokenCounter;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.EmbeddingsCall;
import io.reprise.server.protocol.EmbeddingsReading;
import io.reprise.server.protocol.OpenAiEmbeddings;
import io.reprise.server.protocol.Usage;
import io.reprise.server.reply.Replies;
import io.reprise.server.reply.WireErrors;
import io.reprise.server.upstream.ForwardedHeaders;
import io.reprise.server.upstream.Outgoing;
import io.reprise.server.upstream.Relay;
import io.reprise.server.upstream.Sending;
import io.reprise.server.upstream.UpstreamException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The upstream half of a call for embeddings: asks for what is not known, puts the answer together, stores what is new, and books
 * what it cost.
 *
 * <p>An answer to the call as it came is passed on as it came, whatever it is. An answer to a part of it is put together with the rest,
 * or is an error, which is passed on; when it is neither, the client is not to be left with a part: upstream is asked again, for all.
 */
final class EmbeddingsForward {
    private final UpstreamDoor upstream;
    private final SemanticCache cache;
    private final Keeper keeper;
    private final EmbeddingShares shares;
    private final Executor accounting;
    private final int answerLimit;

    /**
     * @param accounting where tokens are counted
     * @param answerLimit the largest answer that is stored or put together, in bytes
     */
    EmbeddingsForward(
            UpstreamDoor upstream,
            SemanticCache cache,
            Keeper keeper,
            TokenCounter tokens,
            Executor accounting,
            int answerLimit) {
        this.upstream = upstream;
        this.cache = cache;
        this.keeper = keeper;
        this.shares = new EmbeddingShares(tokens);
        this.accounting = accounting;
        this.answerLimit = answerLimit;
    }

    void forward(EmbeddingsExchange exchange) {
        forward(exchange, null);
    }

    /** @param wasted what an answer used that was of no use, or null when there was none */
    private void forward(EmbeddingsExchange exchange, @Nullable Usage wasted) {
        exchange.tab().unanswered(exchange.outcome(), exchange.why(), null);
        exchange.tab().usesInPart(null, null, wasted);
        HttpClientResponse answer;
        try {
            answer = Future.await(send(exchange));
        } catch (UpstreamException e) {
            HttpServerResponse response = exchange.response();
            if (e.retryAfterSeconds() != null && !response.headWritten()) {
                response.putHeader("retry-after", e.retryAfterSeconds());
            }
            broken(exchange, e.status(), e.getMessage());
            return;
        }
        keeper.proves(exchange.provider(), answer.statusCode(), exchange.tab().account());
        if (answer.statusCode() != 200) {
            relay(exchange, wasted, answer, null);
            return;
        }
        boolean encoded = answer.headers().contains("content-encoding");
        switch (encoded ? new Body.TooLarge(Buffer.buffer()) : read(exchange, answer)) {
            case null -> {
                String upstreamName = exchange.provider().name();
                broken(exchange, 502, "upstream " + upstreamName + " broke off in the middle of its answer");
            }
            case Body.TooLarge(Buffer start)
            when exchange.batch().isAsItCame() -> relay(exchange, wasted, answer, start);
            case Body.TooLarge tooLarge -> {
                answer.request().reset();
                forward(exchange.asItCame("too-large"), used(exchange, null));
            }
            case Body.Whole(Buffer bytes) -> answered(exchange, wasted, answer, bytes);
        }
    }

    /** Reads an answer, and passes on as it comes the white space by which upstream keeps the connection alive until then. */
    private @Nullable Body read(EmbeddingsExchange exchange, HttpClientResponse answer) {
        return Body.ofAnswer(answer, answerLimit, white -> {
            HttpServerResponse response = exchange.request().response();
            if (!response.headWritten()) {
                // Whether it will be stored is known at its end alone, and so is its length.
                head(exchange, answer, Kept.UNSAID);
                response.headers().remove("content-length");
                response.setChunked(true);
            }
            // A client that has gone cancels the call upstream, which ends the reading.
            Future.await(response.write(white).otherwiseEmpty());
        });
    }

    private Future<HttpClientResponse> send(EmbeddingsExchange exchange) {
        EmbeddingsBatch batch = exchange.batch();
        Buffer body = batch.isAsItCame()
                ? exchange.bytes()
                : Buffer.buffer(OpenAiEmbeddings.asking(exchange.body(), asked(exchange)));
        boolean readable = exchange.storable() || !batch.isAsItCame();
        Sending sending =
                upstream.send(exchange.tab(), exchange.provider(), Outgoing.of(exchange.request(), body, readable));
        exchange.response().closeHandler(gone -> sending.cancel());
        return sending.answer();
    }

    private void answered(
            EmbeddingsExchange exchange, @Nullable Usage wasted, HttpClientResponse answer, Buffer bytes) {
        int asked = asked(exchange).size();
        EmbeddingsReading reading =
                OpenAiEmbeddings.answer(Beginning.withoutWhite(bytes).getBytes(), exchange.call(), asked);
        boolean asItCame = exchange.batch().isAsItCame();
        switch (reading) {
            case EmbeddingsReading.Whole whole when !asItCame -> combined(exchange, answer, whole);
            case EmbeddingsReading.NotKept notKept
            when !asItCame -> forward(exchange.asItCame("unreadable"), used(exchange, notKept.usage()));
            case EmbeddingsReading.Whole whole -> {
                exchange.tab().servedBy(whole.model());
                Kept kept = store(exchange, whole.embeddings(), whole.usage());
                book(exchange, wasted, used(exchange, whole.usage()));
                passed(exchange, answer, bytes, kept);
            }
            case EmbeddingsReading.NotKept notKept -> {
                book(exchange, wasted, used(exchange, notKept.usage()));
                passed(exchange, answer, bytes, notKept(exchange, "unreadable"));
            }
        }
    }

    private void combined(EmbeddingsExchange exchange, HttpClientResponse answer, EmbeddingsReading.Whole reading) {
        EmbeddingsBatch batch = exchange.batch();
        Usage used = reading.usage();
        List<Completion> fresh = reading.embeddings();
        if (used == null || batch.repeats()) {
            fresh = EmbeddingShares.shared(fresh, used, counted(exchange));
        }
        List<Completion> all = batch.embeddings(fresh);
        if (!OpenAiEmbeddings.agree(all)) {
            // Upstream has put another model behind the name since; an answer is of one.
            forward(exchange.asItCame("mixed"), used(exchange, used));
            return;
        }
        Kept kept = store(exchange, fresh, used);
        Usage saved = batch.saved(fresh);
        String savedUsd = exchange.tab().usesInPart(used == null ? EmbeddingsBatch.sum(fresh) : used, saved, null);
        exchange.tab().servedBy(reading.model());
        Usage shown =
                used == null || saved.estimated() ? null : Usage.of(used.inputTokens() + saved.inputTokens(), 0, false);
        byte[] json = OpenAiEmbeddings.json(all, reading.model(), shown);
        HttpServerResponse response = exchange.response();
        if (response.headWritten()) {
            exchange.tab().settle();
            response.end(Buffer.buffer(json));
            return;
        }
        exchange.tab().settlesWithHead();
        head(exchange, answer, kept);
        response.headers().remove("content-length");
        if (batch.cached() > 0) {
            CacheStatus.cached(response, exchange.ageSeconds(), savedUsd);
        }
        Replies.send(response, 200, "application/json", json);
    }

    private static void passed(EmbeddingsExchange exchange, HttpClientResponse answer, Buffer bytes, Kept kept) {
        HttpServerResponse response = exchange.response();
        if (!response.headWritten()) {
            head(exchange, answer, kept);
        }
        response.end(bytes);
    }

    private Kept notKept(EmbeddingsExchange exchange, String why) {
        return exchange.storable() ? keeper.not(why) : Kept.UNSAID;
    }

    /** Stores what is new, and says what is known of it soon. */
    private Kept store(EmbeddingsExchange exchange, List<Completion> fresh, @Nullable Usage usage) {
        if (!exchange.storable()) {
            return Kept.UNSAID;
        }
        List<EmbeddingsCall.Input> asked = asked(exchange);
        String model = exchange.tab().account().model();
        return Keeper.await(keeper.told(cache.storeAll(
                exchange.batch().asked(exchange.queries()),
                fresh,
                embeddings -> shares.shared(model, asked, embeddings, usage),
                new StoreOptions(
                        exchange.controls().ttl(),
                        exchange.controls().tags(),
                        exchange.tab().startedAt()))));
    }

    /** Passes an answer on that is not kept. */
    private void relay(
            EmbeddingsExchange exchange, @Nullable Usage wasted, HttpClientResponse answer, @Nullable Buffer start) {
        Kept kept =
                answer.statusCode() == 200 ? notKept(exchange, start == null ? "encoded" : "too-large") : Kept.UNSAID;
        HttpServerResponse response = exchange.response();
        if (!response.headWritten()) {
            head(exchange, answer, kept);
            response.setChunked(!answer.headers().contains("content-length"));
        } else if (answer.statusCode() != 200 || answer.headers().contains("content-encoding")) {
            answer.request().reset();
            broken(exchange, 502, "an answer that was begun does not go on");
            return;
        }
        if (Future.await(Relay.start(answer, response, start, Relay.UNSEEN)) == Relay.End.CLIENT_GONE) {
            exchange.tab().clientLeft();
        }
        // An error costs nothing.
        settle(exchange, wasted, answer.statusCode() == 200 ? used(exchange, null) : null);
    }

    /** Answers with an error; an answer that has been begun is broken off, so that nobody takes white space for the whole. */
    private void broken(EmbeddingsExchange exchange, int status, String message) {
        HttpServerResponse response = exchange.response();
        if (response.headWritten()) {
            exchange.tab().settle();
            response.reset();
            return;
        }
        CacheStatus.forwarded(response, exchange.outcome(), 0, Kept.UNSAID, exchange.detail());
        exchange.tab().settlesWithHead();
        WireErrors.OPENAI.write(response, status, "upstream_error", message);
    }

    private static void head(EmbeddingsExchange exchange, HttpClientResponse answer, Kept kept) {
        HttpServerResponse response = exchange.response().setStatusCode(answer.statusCode());
        response.headers().setAll(ForwardedHeaders.response(answer.headers()));
        CacheStatus.forwarded(response, exchange.outcome(), answer.statusCode(), kept, exchange.detail());
        if (exchange.outcome() == CallOutcome.MISS) {
            response.putHeader("x-reprise-lookup", exchange.tab().id());
        }
    }

    /** Books the call before the last byte of its answer leaves: with its head, or now where that has left. */
    private static void book(EmbeddingsExchange exchange, @Nullable Usage wasted, @Nullable Usage used) {
        if (exchange.response().headWritten()) {
            settle(exchange, wasted, used);
            return;
        }
        exchange.tab().usesInPart(used, null, wasted);
        exchange.tab().settlesWithHead();
    }

    private static void settle(EmbeddingsExchange exchange, @Nullable Usage wasted, @Nullable Usage used) {
        exchange.tab().usesInPart(used, null, wasted);
        exchange.tab().settle();
    }

    /** What upstream says that it used, or our estimate where it does not say. */
    private Usage used(EmbeddingsExchange exchange, @Nullable Usage stated) {
        return stated == null ? Usage.of(Arrays.stream(counted(exchange)).sum(), 0, true) : stated;
    }

    /** Our own counts of what was asked, counted elsewhere; zeros when too many calls wait to be counted. */
    private long[] counted(EmbeddingsExchange exchange) {
        List<EmbeddingsCall.Input> asked = asked(exchange);
        String model = exchange.tab().account().model();
        try {
            return Future.await(Future.fromCompletionStage(
                    CompletableFuture.supplyAsync(() -> shares.count(model, asked), accounting)));
        } catch (RejectedExecutionException e) {
            return new long[asked.size()];
        }
    }

    private static List<EmbeddingsCall.Input> asked(EmbeddingsExchange exchange) {
        return exchange.batch().asked(exchange.call().inputs());
    }
}
