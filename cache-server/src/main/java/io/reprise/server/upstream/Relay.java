package io.reprise.server.upstream;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * Passes an upstream body on to the client as it comes, with back-pressure, through a {@link Passage} that may look at it.
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

    /** Looks at what passes. */
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

    private final HttpClientResponse from;
    private final HttpServerResponse to;
    private final Passage passage;
    private final Promise<End> end = Promise.promise();

    private Relay(HttpClientResponse from, HttpServerResponse to, Passage passage) {
        this.from = from;
        this.to = to;
        this.passage = passage;
    }

    /**
     * Starts relaying; the future never fails.
     *
     * @param from paused
     * @param to with status and headers set and nothing written
     * @param start a part of the body that was read before, already passed; or null
     */
    public static Future<End> start(
            HttpClientResponse from, HttpServerResponse to, @Nullable Buffer start, Passage passage) {
        return new Relay(from, to, passage).run(start);
    }

    private Future<End> run(@Nullable Buffer start) {
        if (to.closed()) {
            clientGone();
            return end.future();
        }
        to.closeHandler(gone -> clientGone());
        to.exceptionHandler(failure -> clientGone());
        to.drainHandler(drained -> from.resume());
        from.exceptionHandler(failure -> {
            if (end.tryComplete(End.UPSTREAM_BROKEN)) {
                to.reset();
            }
        });
        from.endHandler(done -> {
            if (end.tryComplete(End.COMPLETE)) {
                to.end(passage.rest());
            }
        });
        from.handler(bytes -> write(passage.pass(bytes)));
        if (start != null && start.length() > 0) {
            write(start);
        }
        if (!to.writeQueueFull()) {
            from.resume();
        }
        return end.future();
    }

    private void write(Buffer bytes) {
        if (bytes.length() == 0 || to.closed()) {
            return;
        }
        to.write(bytes);
        if (to.writeQueueFull()) {
            from.pause();
        }
    }

    private void clientGone() {
        if (end.tryComplete(End.CLIENT_GONE)) {
            from.request().reset();
        }
    }
}
