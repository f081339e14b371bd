package io.reprise.server.upstream;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import org.jspecify.annotations.Nullable;

/** A call upstream from its first attempt to the end of its answer. Thread-safe. */
public final class Sending {
    private final Promise<HttpClientResponse> answer = Promise.promise();
    private @Nullable HttpClientRequest request;
    private boolean cancelled;

    Sending() {}

    /** The answer's head, its body paused; fails with {@link UpstreamException} alone. */
    public Future<HttpClientResponse> answer() {
        return answer.future();
    }

    /**
     * Gives the call up, wherever it is: an answer that has not come fails, one that is coming breaks off. Idempotent, and without
     * effect once the answer has ended.
     */
    public void cancel() {
        HttpClientRequest current;
        synchronized (this) {
            cancelled = true;
            current = request;
        }
        if (current != null) {
            current.reset();
        }
        answer.tryFail(Failures.givenUp());
    }

    /** Whether anybody waits for the answer. */
    synchronized boolean isWanted() {
        return !cancelled;
    }

    /** An attempt begins; false, and the attempt is ended, when the call was given up. */
    boolean begin(HttpClientRequest next) {
        boolean wanted;
        synchronized (this) {
            wanted = !cancelled;
            request = next;
        }
        if (!wanted) {
            next.reset();
        }
        return wanted;
    }

    void succeed(HttpClientResponse response) {
        answer.tryComplete(response);
    }

    /** With an {@link UpstreamException}. */
    void fail(Throwable failure) {
        answer.tryFail(failure);
    }
}
