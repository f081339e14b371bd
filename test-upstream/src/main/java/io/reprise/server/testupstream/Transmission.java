package io.reprise.server.testupstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.reprise.server.testupstream.Exchange.Ending;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The sending of one response, with its pauses and faults.
 *
 * <p>It advances piece by piece. What needs no pause between is written together, and nothing is written before the socket has
 * taken what was written before, so that a slow client holds the body back. Each step runs on the request's event loop, to
 * which every field is confined; steps never call each other directly, so that a long body needs no deep stack.
 */
final class Transmission {

    private static final int WRITE_BYTES = 64 * 1024;

    private final Vertx vertx;
    private final Context context;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Rendered rendered;
    private final Iterator<Buffer> body;
    private final long arrivedNanos;
    private final Timing timing;
    private final Delivery delivery;
    private final Queue<Fault> faults;
    private final Consumer<Ending> onEnd;
    private int position = Fault.BEFORE_HEAD;
    private boolean ended;

    Transmission(
            Vertx vertx,
            HttpServerRequest request,
            Rendered rendered,
            long arrivedNanos,
            Timing timing,
            Delivery delivery,
            Consumer<Ending> onEnd) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.request = request;
        this.response = request.response();
        this.rendered = rendered;
        this.body = rendered.body();
        this.arrivedNanos = arrivedNanos;
        this.timing = timing;
        this.delivery = delivery;
        this.faults = new ArrayDeque<>(delivery.faults());
        this.onEnd = onEnd;
    }

    /** Begins; {@code onEnd} is called once, on the event loop, when there is no more to come. */
    void start() {
        response.closeHandler(closed -> end(Ending.CLIENT_GONE));
        long wait = timing.beforeHead().nextMillis();
        if (wait > 0) {
            stepAfter(wait);
        } else {
            step();
        }
    }

    private void step() {
        if (ended || isStruck()) {
            return;
        }
        if (position == Fault.BEFORE_HEAD) {
            prepareHead();
            position = 0;
            long wait = rendered.events() ? timing.beforeFirstToken().nextMillis() : 0;
            if (wait > 0 || isFaultDue()) {
                response.writeHead().onSuccess(written -> stepAfter(wait));
                return;
            }
        }
        sendPieces();
    }

    private void sendPieces() {
        Buffer batch = Buffer.buffer();
        long wait = 0;
        while (body.hasNext()) {
            Buffer piece = body.next();
            batch = batch.length() == 0 ? piece : batch.appendBuffer(piece);
            position++;
            wait = rendered.events() && body.hasNext() ? timing.betweenTokens().nextMillis() : 0;
            if (wait > 0 || isFaultDue() || delivery.pieceBytes() > 0 || batch.length() >= WRITE_BYTES) {
                break;
            }
        }
        if (body.hasNext() || isFaultDue()) {
            long pause = wait;
            response.write(batch).onSuccess(written -> stepAfter(pause));
        } else {
            response.end(batch).onComplete(written -> end(Ending.COMPLETE), failed -> end(Ending.CLIENT_GONE));
        }
    }

    private void prepareHead() {
        response.setStatusCode(rendered.status());
        for (Header header : rendered.headers()) {
            response.headers().add(header.name(), header.value());
        }
        long tookNanos = System.nanoTime() - arrivedNanos;
        response.putHeader("openai-processing-ms", Long.toString(TimeUnit.NANOSECONDS.toMillis(tookNanos)));
        if (rendered.length().isPresent()) {
            response.putHeader("content-length", Long.toString(rendered.length().getAsLong()));
        } else {
            response.setChunked(true);
        }
        if (delivery.closing()) {
            response.putHeader("connection", "close");
        }
    }

    private boolean isFaultDue() {
        Fault next = faults.peek();
        return next != null && (next.afterPieces() <= position || (position >= 0 && !body.hasNext()));
    }

    /** Whether a fault strikes here, which then ends the transmission or resumes it later. */
    private boolean isStruck() {
        if (!isFaultDue()) {
            return false;
        }
        switch (faults.remove()) {
            case Fault.Reset reset -> cut(true);
            case Fault.Close close -> cut(false);
            case Fault.Stall(int place, Gate gate) ->
                gate.arrive().thenRun(() -> context.runOnContext(opened -> step()));
        }
        return true;
    }

    private void stepAfter(long millis) {
        if (millis > 0) {
            vertx.setTimer(millis, due -> step());
        } else {
            context.runOnContext(turn -> step());
        }
    }

    /**
     * Ends the connection. Vert.x offers no way to reset one under HTTP/1.1; closing a socket whose time to linger is 0 does, and
     * that option is to be had only from the channel below.
     */
    private void cut(boolean reset) {
        end(Ending.CUT);
        if (reset) {
            Channel channel = ((ConnectionBase) request.connection()).channel();
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        request.connection().close();
    }

    private void end(Ending ending) {
        if (ended) {
            return;
        }
        ended = true;
        onEnd.accept(ending);
        if (ending == Ending.COMPLETE && delivery.closing()) {
            request.connection().close();
        }
    }
}
