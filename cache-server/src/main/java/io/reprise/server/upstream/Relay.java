package io.reprise.server.upstream;

import static java.util.Objects.requireNonNull;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * Passes an upstream body on to the one client that it is for, as it comes, with back-pressure, through a {@link Passage}.
 *
 * <p>Runs on the context that {@link #start} is called on. A client that goes away ends the call upstream; an upstream that breaks
 * off breaks the client's response off too, so that a part is never taken for the whole.
 */
public final class Relay {
    /** How a relay ended. */
    public enum End {
        /** The whole body went through. */
        COMPLETE,
        /** The client went away first. */
        CLIENT_GONE,
        /** Upstream broke off or stalled. */
        UPSTREAM_BROKEN
    }

    /** Looks at what passes to one client. */
    public interface Passage {
        /** What goes to the client for these bytes: usually the same, perhaps nothing yet. */
        Buffer pass(Buffer bytes);

        /** What is still to go to the client at the end. */
        Buffer rest();
    }

    /** Passes everything, looks at nothing. */
    public static final Passage UNSEEN = new Passage() {
        @Override
        public Buffer pass(Buffer bytes) {
            return bytes;
        }

        @Override
        public Buffer rest() {
            return Buffer.buffer();
        }
    };

    private Relay() {}

    /**
     * Starts relaying; the future never fails.
     *
     * @param from paused
     * @param to with status and headers set and nothing written
     * @param start a part of the body that was read before, or null
     */
    public static Future<End> start(
            HttpClientResponse from, HttpServerResponse to, @Nullable Buffer start, Passage passage) {
        SharedBody body = SharedBody.begun(from, 0, part -> {}, start == null ? Buffer.buffer() : start);
        return requireNonNull(body.relay(to, passage, () -> {})).onSuccess(end -> body.cancel());
    }
}
