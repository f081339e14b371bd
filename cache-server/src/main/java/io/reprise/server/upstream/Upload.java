package io.reprise.server.upstream;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;

/**
 * Sends a client's body upstream as it comes, with back-pressure.
 *
 * <p>A client that goes away in the middle ends the call upstream. An upstream that takes no more, perhaps because it has answered
 * already, ends the sending alone: what the client still sends is thrown away, because many clients read no answer before they
 * have sent all. Runs on the context that {@link #start} is called on.
 */
final class Upload {
    private final HttpServerRequest from;
    private final HttpClientRequest to;
    private final Runnable whenSent;
    private boolean refused;

    private Upload(HttpServerRequest from, HttpClientRequest to, Runnable whenSent) {
        this.from = from;
        this.to = to;
        this.whenSent = whenSent;
    }

    /**
     * Starts sending.
     *
     * @param from paused
     * @param to with its headers set
     * @param start what was read of the body before
     * @param whenSent runs when all of it has been given to upstream
     */
    static void start(HttpServerRequest from, HttpClientRequest to, Buffer start, Runnable whenSent) {
        new Upload(from, to, whenSent).run(start);
    }

    private void run(Buffer start) {
        from.exceptionHandler(gone -> {
            refuse();
            to.reset();
        });
        from.handler(this::send);
        from.endHandler(end -> finish());
        to.exceptionHandler(broken -> refuse());
        to.drainHandler(drained -> from.resume());
        if (start.length() > 0) {
            send(start);
        }
        if (refused || !to.writeQueueFull()) {
            from.resume();
        }
    }

    private void send(Buffer part) {
        if (refused) {
            return;
        }
        to.write(part).onFailure(broken -> refuse());
        if (!refused && to.writeQueueFull()) {
            from.pause();
        }
    }

    private void finish() {
        if (!refused) {
            to.end();
            whenSent.run();
        }
    }

    private void refuse() {
        if (!refused) {
            refused = true;
            from.resume();
        }
    }
}
