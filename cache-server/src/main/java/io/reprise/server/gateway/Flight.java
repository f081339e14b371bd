package io.reprise.server.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One answer on its way to everybody who asked for it at once.
 *
 * <p>It belongs to nobody: when the caller leaves that began it, it goes on for the others; only when the last has left is it deserted.
 * Thread-safe.
 *
 * @param <T> what it lands with
 */
public final class Flight<T> {
    private final Consumer<Flight<T>> whenClosed;
    private final Promise<Optional<T>> landing = Promise.promise();
    private final Promise<Void> deserted = Promise.promise();
    private int aboard;
    private boolean closed;

    Flight(Consumer<Flight<T>> whenClosed) {
        this.whenClosed = whenClosed;
    }

    /** The place of one who waits for the answer. Thread-safe. */
    public static final class Seat<T> {
        private final Flight<T> flight;
        private final boolean leads;
        private final AtomicBoolean left = new AtomicBoolean();

        private Seat(Flight<T> flight, boolean leads) {
            this.flight = flight;
            this.leads = leads;
        }

        public Flight<T> flight() {
            return flight;
        }

        /** Whether whoever sits here has to bring the answer. */
        public boolean leads() {
            return leads;
        }

        /** Says that the answer is no longer wanted here. Idempotent. */
        public void leave() {
            if (left.compareAndSet(false, true)) {
                flight.leave();
            }
        }
    }

    /** What it lands with; empty when it was closed without, so that somebody else has to begin again. Never fails. */
    public Future<Optional<T>> landing() {
        return landing.future();
    }

    /** Completes when everybody has left. */
    public Future<Void> deserted() {
        return deserted.future();
    }

    /** Tells everybody aboard, and who boards until it is closed. */
    public void land(T with) {
        landing.tryComplete(Optional.of(with));
    }

    /** Takes nobody else aboard; if it has not landed, it never will. Idempotent. */
    public void close() {
        synchronized (this) {
            closed = true;
        }
        whenClosed.accept(this);
        landing.tryComplete(Optional.empty());
    }

    Seat<T> lead() {
        synchronized (this) {
            aboard++;
        }
        return new Seat<>(this, true);
    }

    /** One more seat, or null when it is closed. */
    @Nullable Seat<T> follow() {
        synchronized (this) {
            if (closed) {
                return null;
            }
            aboard++;
        }
        return new Seat<>(this, false);
    }

    private void leave() {
        boolean last;
        synchronized (this) {
            aboard--;
            last = aboard == 0;
            closed |= last;
        }
        if (last) {
            whenClosed.accept(this);
            deserted.tryComplete();
        }
    }
}
