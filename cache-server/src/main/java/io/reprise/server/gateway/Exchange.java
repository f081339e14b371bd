package io.reprise.server.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.cache.LookupOptions;
import io.reprise.server.cache.SecondOpinion;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.protocol.CacheControls;
import io.reprise.server.protocol.CacheControls.Mode;
import io.reprise.server.protocol.Call;
import io.reprise.server.protocol.StrictJson;
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
 * @param ourField whether its field {@code cache} is ours, and not upstream's
 * @param call what it asks
 * @param provider who answers it where the cache does not
 * @param query what the cache is asked
 * @param controls what it asks of the cache
 * @param tab what it runs up
 */
public record Exchange(
        HttpServerRequest request,
        Buffer bytes,
        ObjectNode body,
        boolean ourField,
        Call call,
        Provider provider,
        CacheQuery query,
        CacheControls controls,
        Tab tab) {

    private static final String ASK_USAGE = "{\"stream_options\":{\"include_usage\":true},";

    /** When it came. */
    Instant askedAt() {
        return tab.startedAt();
    }

    Account account() {
        return tab.account();
    }

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

    /** What upstream is sent: the client's own bytes wherever possible; a field is put in front of them, or ours taken out. */
    Buffer outgoing(boolean askUsage) {
        if (!ourField && !askUsage) {
            return bytes;
        }
        if (!ourField && !body.has("stream_options")) {
            int brace = 0;
            while (bytes.getByte(brace) != '{') {
                brace++;
            }
            return Buffer.buffer(bytes.length() + ASK_USAGE.length())
                    .appendString(ASK_USAGE)
                    .appendBuffer(bytes, brace + 1, bytes.length() - brace - 1);
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

    /** Gives the seat up when the client goes away. */
    void leavesWith(Flight.Seat<?> seat) {
        response().closeHandler(gone -> seat.leave());
        if (response().closed()) {
            seat.leave();
        }
    }

    LookupOptions options() {
        return new LookupOptions(
                controls.mode() != Mode.EXACT,
                controls.mode() != Mode.SHADOW,
                LookupOptions.NOT_AUDITED,
                controls.maxAge(),
                controls.maxWrongRate(),
                SecondOpinion.NONE,
                tab);
    }
}
