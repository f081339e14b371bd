package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.cache.Lookup;
import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.protocol.CacheControls;
import io.reprise.server.protocol.Call;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One drop-in call on its way upstream.
 *
 * @param request the client's
 * @param bytes its body as it came
 * @param body the same, parsed. Not modified
 * @param call what it asks
 * @param query what the cache was asked
 * @param controls what it asks of the cache
 * @param account whose it is and for what
 * @param lookupId id of the lookup
 * @param found what the lookup found, or null when there was none
 * @param outcome miss or bypass
 * @param why the reason of it
 * @param askedAt when it came
 */
record Exchange(
        HttpServerRequest request,
        Buffer bytes,
        ObjectNode body,
        Call call,
        CacheQuery query,
        CacheControls controls,
        Books.Account account,
        String lookupId,
        @Nullable Lookup found,
        CallOutcome outcome,
        String why,
        Instant askedAt) {

    /** Whether a complete answer goes into the cache. */
    boolean storable() {
        return call.uncacheable() == null && controls.mode() != CacheControls.Mode.OFF && !controls.noStore();
    }

    /** The prompt's vector, when a lookup has computed it. */
    float @Nullable [] vector() {
        return found instanceof Lookup.Miss miss ? miss.vector() : null;
    }
}
