package io.reprise.server.gateway;

import io.reprise.server.protocol.SseParser;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Sends the events of a cached answer at a pace, for applications that show an answer as if it were being written. */
final class PacedReply {
    /** Shorter steps than people see cost timers and packets for nothing. */
    private static final int STEP_MILLIS = 20;

    private final Vertx vertx;
    private final int eventsPerSecond;

    PacedReply(Vertx vertx, int eventsPerSecond) {
        this.vertx = vertx;
        this.eventsPerSecond = eventsPerSecond;
    }

    /** Sends them all, or as many as the client stays for; returns when that is done. */
    void send(HttpServerResponse response, byte[] events) {
        List<SseParser.Event> all = new SseParser(events.length).feed(events);
        response.setStatusCode(200).setChunked(true);
        int sent = 0;
        for (int step = 1; sent < all.size() && !response.closed(); step++) {
            int due = Math.max(
                    1, Math.toIntExact(Math.min(all.size(), (long) step * STEP_MILLIS * eventsPerSecond / 1000)));
            Buffer next = Buffer.buffer();
            for (; sent < due; sent++) {
                next.appendBytes(all.get(sent).raw());
            }
            if (next.length() > 0) {
                response.write(next);
            }
            if (sent < all.size()) {
                Future.await(vertx.timer(STEP_MILLIS, TimeUnit.MILLISECONDS));
            }
        }
        response.end();
    }
}
