package io.reprise.server.reply;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/**
 * What a client still sends of a request that is answered before it was read.
 *
 * <p>It is thrown away as it comes, because many clients read no answer before they have sent all. After a short one the connection
 * goes on; after a long one, or one of unknown length, it is closed, so that nobody keeps us busy with it. HTTP/2 bounds what a
 * stream may send, and its connection carries other calls.
 */
public final class UnreadBody {
    private static final long DISCARD_MILLIS = 5_000;
    private static final int SHORT_BYTES = 64 * 1024;

    private UnreadBody() {}

    /** Throws it away; to be called before the answer's head is written. */
    public static void discard(Vertx vertx, HttpServerRequest request) {
        if (request.isEnded()) {
            return;
        }
        request.handler(part -> {});
        if (request.version() != HttpVersion.HTTP_2 && !isShort(request)) {
            closeAfterwards(vertx, request);
        }
        request.resume();
    }

    private static boolean isShort(HttpServerRequest request) {
        String length = request.getHeader("content-length");
        if (length == null) {
            return !request.headers().contains("transfer-encoding");
        }
        return length.length() <= 9 && Integer.parseInt(length) <= SHORT_BYTES;
    }

    private static void closeAfterwards(Vertx vertx, HttpServerRequest request) {
        request.response().putHeader("connection", "close");
        long timer = vertx.setTimer(DISCARD_MILLIS, late -> request.connection().close());
        request.end().onComplete(end -> {
            vertx.cancelTimer(timer);
            request.connection().close();
        });
    }
}
