package io.reprise.server.gateway;

import io.reprise.server.cache.Lookup;
import io.reprise.server.protocol.Answers;
import io.reprise.server.reply.WireErrors;
import io.reprise.server.upstream.Relay;
import io.reprise.server.upstream.SharedBody;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/** What a drop-in call lands with, for everybody who asked the same at once. */
sealed interface Landing {
    /** No provider's event is nearly as large; from one that is, a stream passes as it is. */
    int MAX_EVENT_BYTES = 1 << 20;

    /** The cache had an answer. */
    record Found(Lookup.Hit hit) implements Landing {}

    /**
     * Upstream's answer, whole.
     *
     * @param streamWanted whether it was asked for as a stream, though it came whole
     * @param headers upstream's that go through
     */
    record Whole(boolean streamWanted, int status, MultiMap headers, Buffer bytes, Answers.Reading reading)
            implements Landing {}

    /**
     * Upstream's answer, as it comes.
     *
     * @param events whether it is one for those who want events, and not an object
     * @param headers upstream's that go through
     * @param bringsUsage whether it carries the usage that only those get who ask for it
     * @param reading the answer put together, once it has ended
     */
    record Streaming(
            boolean events, MultiMap headers, SharedBody body, boolean bringsUsage, Future<Answers.Reading> reading)
            implements Landing {

        /** What a client gets of it: usage only when it asked. */
        Relay.Passage passage(Exchange client) {
            return bringsUsage && !client.call().streamUsage() ? new UsageFilter(MAX_EVENT_BYTES) : Relay.UNSEEN;
        }
    }

    /** Upstream has an answer that is for one caller alone: too large to be held, or unreadable. */
    record NotShared() implements Landing {}

    /**
     * Upstream failed, and the cache had an answer that has expired.
     *
     * @param status upstream's, or 0 when it gave none
     */
    record Stale(Lookup.Hit hit, int status) implements Landing {}

    /**
     * Upstream gave no answer.
     *
     * @param status the gateway's for it
     * @param message what happened
     * @param retryAfter seconds after which it may be asked again, or null when that is not known
     */
    record Failed(int status, String message, @Nullable String retryAfter) implements Landing {
        void write(HttpServerResponse response, WireErrors errors) {
            if (retryAfter != null) {
                response.putHeader("retry-after", retryAfter);
            }
            errors.write(response, status, "upstream_error", message);
        }
    }
}
