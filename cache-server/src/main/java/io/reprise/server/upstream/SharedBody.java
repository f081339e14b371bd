package io.reprise.server.upstream;

import static java.util.Objects.requireNonNull;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An upstream body that comes once and is passed on to any number of clients, to each from the beginning and at its own pace.
 *
 * <p>Upstream is held back while no client can take more, so the fastest sets the pace. What a slower one has not taken waits in
 * memory, up to a limit; a client that falls further behind is cut off, so that it stalls nobody. Nobody owns the body: it goes on
 * until it ends or is {@link #cancel cancelled}. Thread-safe; each client is written to on the context that called {@link #relay}.
 */
public final class SharedBody {
    /** How the body ended. */
    public enum End {
        /** All of it came. */
        COMPLETE,
        /** Upstream broke off or stalled, or the body was cancelled. */
        BROKEN
    }

    private final HttpClientResponse from;
    private final Context fromContext;
    private final long keptBytes;
    private final Consumer<Buffer> watcher;
    private final Promise<End> end = Promise.promise();

    /** The end as clients may see it: after those who listen to {@link #end}, so that who asks again meets what they have done. */
    private volatile @Nullable End told;

    // Guarded by this.
    private final List<Buffer> parts = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private int forgotten;
    private long size;
    private boolean flowing;

    private SharedBody(HttpClientResponse from, long keptBytes, Consumer<Buffer> watcher) {
        this.from = from;
        this.fromContext = context();
        this.keptBytes = keptBytes;
        this.watcher = watcher;
    }

    /**
     * Takes a body over; nothing of it is read before somebody wants it. To be called on the response's context.
     *
     * @param from paused, and nothing else's from now on
     * @param keptBytes how much of it is kept for clients that come later or are slow
     * @param watcher sees every part before any client does, on the response's context
     */
    public static SharedBody of(HttpClientResponse from, long keptBytes, Consumer<Buffer> watcher) {
        return begun(from, keptBytes, watcher, Buffer.buffer());
    }

    /**
     * As {@link #of}, of which a part has been read already.
     *
     * @param start that part, perhaps empty; the watcher does not see it
     */
    public static SharedBody begun(HttpClientResponse from, long keptBytes, Consumer<Buffer> watcher, Buffer start) {
        var body = new SharedBody(from, keptBytes, watcher);
        if (start.length() > 0) {
            body.parts.add(start);
            body.size = start.length();
        }
        // It may have broken off before anybody listened.
        from.end().onFailure(failure -> body.ended(End.BROKEN));
        from.endHandler(done -> body.ended(End.COMPLETE));
        from.handler(body::came);
        return body;
    }

    /** How the body ended, once it has, and before any client sees it. Never fails. */
    public Future<End> end() {
        return end.future();
    }

    /** Breaks the body off, upstream too; nothing happens when it has ended. */
    public void cancel() {
        if (Vertx.currentContext() != fromContext) {
            fromContext.runOnContext(now -> cancel());
        } else if (!end.future().isComplete()) {
            from.request().reset();
            ended(End.BROKEN);
        }
    }

    /** Reads on although nobody is there. */
    public void drain() {
        flow();
    }

    /**
     * Passes the body on, from its beginning.
     *
     * @param to nothing of it written; ended or reset by this
     * @param passage looks at what this client gets
     * @param head sets status and headers, before anything is written
     * @return how it ended for this client, which never fails; null, with nothing done, when the beginning is no longer there
     */
    public @Nullable Future<Relay.End> relay(HttpServerResponse to, Relay.Passage passage, Runnable head) {
        var reader = new Reader(to, passage, context());
        synchronized (this) {
            if (forgotten > 0) {
                return null;
            }
            readers.add(reader);
        }
        head.run();
        return reader.start();
    }

    private static Context context() {
        return requireNonNull(Vertx.currentContext(), "to be called on a Vert.x context");
    }

    private void came(Buffer part) {
        watcher.accept(part);
        List<Reader> all;
        synchronized (this) {
            parts.add(part);
            size += part.length();
            if (size > keptBytes) {
                forget();
            }
            all = List.copyOf(readers);
        }
        all.forEach(Reader::wake);
        synchronized (this) {
            // With nobody there it is being drained.
            if (!readers.isEmpty() && readers.stream().noneMatch(reader -> reader.waiting)) {
                flowing = false;
                from.pause();
            }
        }
    }

    /** Past the limit only what somebody has still to take is kept, and nobody may need more than the limit while others wait. */
    private void forget() {
        for (Reader reader : List.copyOf(readers)) {
            if (readers.size() > 1
                    && bytesFrom(reader.next) > keptBytes + parts.getLast().length()) {
                readers.remove(reader);
                reader.cut = true;
                reader.cutOff();
            }
        }
        int needed = forgotten + parts.size() - 1;
        for (Reader reader : readers) {
            needed = Math.min(needed, reader.next);
        }
        parts.subList(0, needed - forgotten).clear();
        forgotten = needed;
    }

    private long bytesFrom(int part) {
        long bytes = 0;
        for (Buffer waiting : parts.subList(part - forgotten, parts.size())) {
            bytes += waiting.length();
        }
        return bytes;
    }

    private void ended(End how) {
        if (!end.tryComplete(how)) {
            return;
        }
        told = how;
        List<Reader> all;
        synchronized (this) {
            all = List.copyOf(readers);
        }
        all.forEach(Reader::wake);
    }

    /** Asks upstream for more, unless it is coming already. */
    private void flow() {
        synchronized (this) {
            if (flowing || end.future().isComplete()) {
                return;
            }
            flowing = true;
        }
        if (Vertx.currentContext() == fromContext) {
            from.resume();
        } else {
            fromContext.runOnContext(now -> from.resume());
        }
    }

    /** One client; runs on its context. */
    private final class Reader {
        private final HttpServerResponse to;
        private final Relay.Passage passage;
        private final Context context;
        private final Promise<Relay.End> done = Promise.promise();
        private boolean pumping;

        // Guarded by the body: the part to be taken next, and whether there was none when this reader could have taken
        // one.
        private int next;
        private boolean waiting;
        private boolean cut;

        Reader(HttpServerResponse to, Relay.Passage passage, Context context) {
            this.to = to;
            this.passage = passage;
            this.context = context;
        }

        Future<Relay.End> start() {
            if (to.closed()) {
                gone();
                return done.future();
            }
            to.closeHandler(lost -> gone());
            to.exceptionHandler(failure -> gone());
            to.drainHandler(drained -> pump());
            pump();
            return done.future();
        }

        void wake() {
            if (Vertx.currentContext() == context) {
                pump();
            } else {
                context.runOnContext(now -> pump());
            }
        }

        void cutOff() {
            context.runOnContext(now -> {
                if (done.tryComplete(Relay.End.CLIENT_GONE)) {
                    to.reset();
                }
            });
        }

        private void pump() {
            // Asking for more may bring more at once, which must not overtake what is being written.
            if (pumping) {
                return;
            }
            pumping = true;
            try {
                while (!done.future().isComplete() && !to.writeQueueFull() && passOn()) {
                    // Until there is no more, or no more room.
                }
            } finally {
                pumping = false;
            }
        }

        /** Passes the next part on, or the end; false when there is nothing to pass on. */
        private boolean passOn() {
            End ended = told;
            Buffer part = take();
            if (part == null && ended == null) {
                flow();
                part = take();
            }
            if (part != null) {
                Buffer out = passage.pass(part);
                if (out.length() > 0 && !to.closed()) {
                    to.write(out);
                }
                return true;
            }
            // Only what had ended before the last look has nothing more to come.
            if (ended != null && !isCut()) {
                finish(ended);
            }
            return false;
        }

        private @Nullable Buffer take() {
            synchronized (SharedBody.this) {
                int index = next - forgotten;
                waiting = index == parts.size();
                if (waiting || cut) {
                    return null;
                }
                next++;
                return parts.get(index);
            }
        }

        private boolean isCut() {
            synchronized (SharedBody.this) {
                return cut;
            }
        }

        private void finish(End how) {
            switch (how) {
                case COMPLETE -> {
                    if (done.tryComplete(Relay.End.COMPLETE)) {
                        to.end(passage.rest());
                    }
                }
                case BROKEN -> {
                    if (done.tryComplete(Relay.End.UPSTREAM_BROKEN)) {
                        to.reset();
                    }
                }
            }
        }

        private void gone() {
            synchronized (SharedBody.this) {
                readers.remove(this);
            }
            done.tryComplete(Relay.End.CLIENT_GONE);
        }
    }
}
