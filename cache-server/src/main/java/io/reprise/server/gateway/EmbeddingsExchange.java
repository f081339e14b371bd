package io.reprise.server.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.protocol.CacheControls;
import io.reprise.server.protocol.EmbeddingsCall;
import io.reprise.server.upstream.Provider;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One call for embeddings on its way upstream.
 *
 * @param request the client's
 * @param bytes its body as upstream may see it
 * @param body the same, parsed. Not modified
 * @param call what it asks
 * @param provider who answers what the cache does not
 * @param queries what the cache is asked, one for each input; empty when the call is not cacheable
 * @param batch what is known of the inputs, and what is to be asked
 * @param controls what it asks of the cache
 * @param tab what it runs up
 * @param outcome miss or bypass
 * @param why the reason of it, one word
 */
public record EmbeddingsExchange(
        HttpServerRequest request,
        Buffer bytes,
        ObjectNode body,
        EmbeddingsCall call,
        Provider provider,
        List<CacheQuery> queries,
        EmbeddingsBatch batch,
        CacheControls controls,
        Tab tab,
        CallOutcome outcome,
        String why) {
    HttpServerResponse response() {
        return request.response();
    }

    /** Whether complete answers go into the cache. */
    boolean storable() {
        return call.uncacheable() == null && controls.mode() != CacheControls.Mode.OFF && !controls.noStore();
    }

    /** The reason with its numbers, for the client. */
    String detail() {
        return why.equals("partial") ? why + ":" + batch.cached() + "/" + batch.size() : why;
    }

    /** How old the oldest is that the cache answers with, in seconds; 0 when it answers nothing. */
    long ageSeconds() {
        Instant oldest = batch.oldest();
        return oldest == null ? 0 : Duration.between(oldest, tab.startedAt()).toSeconds();
    }

    /** The same call with nothing known: upstream is asked for all of it, because of {@code reason}. */
    EmbeddingsExchange asItCame(String reason) {
        return new EmbeddingsExchange(
                request,
                bytes,
                body,
                call,
                provider,
                queries,
                EmbeddingsBatch.asItCame(batch.size()),
                controls,
                tab,
                outcome,
                reason);
    }
}
