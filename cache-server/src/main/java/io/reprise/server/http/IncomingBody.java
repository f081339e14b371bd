package io.reprise.server.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** A request's body of any length, fetched part by part when there is room for one. Confined to the request's context. */
final class IncomingBody {
    private final HttpServerRequest request;
    private Promise<@Nullable Buffer> awaited = Promise.promise();
    private boolean ended;

    IncomingBody(HttpServerRequest request) {
        this.request = request.pause();
        request.handler(part -> awaited.tryComplete(part));
        request.end()
                .onComplete(
                        all -> {
                            ended = true;
                            awaited.tryComplete(null);
                        },
                        broken -> {
                            ended = true;
                            awaited.tryFail(broken);
                        });
    }

    /** Lets {@link #next} fail when it waits. */
    void giveUp(Throwable failure) {
        awaited.tryFail(failure);
    }

    /** The next part, or null after the last; fails when the sender breaks off. */
    @Nullable Buffer next() {
        if (ended) {
            return null;
        }
        awaited = Promise.promise();
        request.fetch(1);
        return Future.await(awaited.future());
    }
}
