package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.cache.Flight;
import io.reprise.server.cache.LookupOptions;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.protocol.CacheControls;
import io.reprise.server.protocol.CacheControls.Mode;
import io.reprise.server.protocol.Call;
import io.reprise.server.upstream.Provider;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One drop-in call.
 *
 * @param request the client's
 * @param bytes its body as it came
 * @param body the same, parsed. Not modified
 * @param call what it asks
 * @param provider who answers it where the cache does not
 * @param query what the cache is asked
 * @param controls what it asks of the cache
 * @param account whose it is and for what
 * @param lookupId id of its lookup
 * @param askedAt when it came
 */
record Exchange(
        HttpServerRequest request,
        Buffer bytes,
        ObjectNode body,
        Call call,
        Provider provider,
        CacheQuery query,
        CacheControls controls,
        Books.Account account,
        String lookupId,
        Instant askedAt) {

    HttpServerResponse response() {
        return request.response();
    }

    /** Why the cache must not answer it, or null when it may. */
    @Nullable String bypass() {
        if (controls.mode() == Mode.OFF) {
            return "off";
        }
        if (call.uncacheable() != null) {
            return call.uncacheable();
        }
        return controls.noCache() ? "no-cache" : null;
    }

    /** Whether a complete answer goes into the cache. */
    boolean storable() {
        return call.uncacheable() == null && controls.mode() != Mode.OFF && !controls.noStore();
    }

    /** Whether it may share one upstream answer with equal calls. */
    boolean sharesItsAnswer() {
        return storable() && bypass() == null && controls.mode() != Mode.SHADOW && !controls.onlyIfCached();
    }

    /** Gives the seat up when the client goes away. */
    void leavesWith(Flight.Seat<?> seat) {
        response().closeHandler(gone -> seat.leave());
        if (response().closed()) {
            seat.leave();
        }
    }

    LookupOptions options() {
        return new LookupOptions(controls.mode() != Mode.EXACT, controls.maxAge(), controls.maxWrongRate());
    }
}
