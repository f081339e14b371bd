package io.reprise.server.gateway;

import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.protocol.CacheControls.Mode;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.OpenAiEmbeddings;
import io.reprise.server.protocol.Usage;
import io.reprise.server.reply.Replies;
import io.reprise.server.reply.WireErrors;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/** The way of a call for embeddings that has been looked up: answered from the cache when that knows all of it, else upstream. */
public final class EmbeddingsGateway {
    private final EmbeddingsForward upstream;
    private final int answerLimit;

    /**
     * @param answerLimit the largest answer that is put together, in bytes
     */
    EmbeddingsGateway(EmbeddingsForward upstream, int answerLimit) {
        this.upstream = upstream;
        this.answerLimit = answerLimit;
    }

    /**
     * Answers a call. Returns when it is answered.
     *
     * @throws io.reprise.server.reply.Problem when it may not be answered
     */
    public void answer(EmbeddingsExchange exchange) {
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

    private void forward(EmbeddingsExchange exchange) {
        if (!exchange.controls().onlyIfCached()) {
            upstream.forward(exchange);
            return;
        }
        exchange.tab().unanswered(exchange.outcome(), exchange.why(), null);
        exchange.tab().settlesWithHead();
        HttpServerResponse response = exchange.response();
        CacheStatus.forwarded(response, exchange.outcome(), 0, Kept.UNSAID, exchange.detail());
        String message = "nothing cached answers this (" + exchange.detail() + ")";
        WireErrors.OPENAI.write(response, 504, "not_cached", message);
    }

    private void replay(EmbeddingsExchange exchange, List<Completion> embeddings) {
        EmbeddingsBatch batch = exchange.batch();
        HttpServerResponse response = exchange.response();
        Usage usage = batch.saved(List.of());
        String entryId = batch.size() == 1 ? exchange.queries().getFirst().id() : null;
        Tab tab = exchange.tab();
        String savedUsd = tab.exactly(entryId, embeddings.getFirst().model(), usage);
        tab.settlesWithHead();
        CacheStatus.exact(response, tab.id(), entryId, exchange.ageSeconds(), savedUsd);
        Replies.send(
                response,
                200,
                "application/json",
                OpenAiEmbeddings.json(embeddings, embeddings.getFirst().model(), usage.estimated() ? null : usage));
    }
}
