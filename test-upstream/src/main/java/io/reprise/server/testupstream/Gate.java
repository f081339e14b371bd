package io.reprise.server.testupstream;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A latch that a test holds: replies that stall at it go on when the test opens it. Once open it stays open.
 *
 * <p>Thread-safe. A closed upstream drops the connections of replies that still stall; the gate need not be opened for that.
 */
public final class Gate {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrival = lock.newCondition();
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private int arrivals;

    /** Lets everything that stalls here go on. Idempotent. */
    public void open() {
        opened.complete(null);
    }

    /** Waits until {@code arrivals} replies in all have come to this gate. */
    public void awaitArrivals(int expected, Duration within) {
        Deadline.await(
                lock,
                arrival,
                within,
                () -> arrivals >= expected,
                () -> expected + " replies at the gate, found " + arrivals);
    }

    /** Waits until a reply stalls here: all that it sends before the gate has been written to its socket. */
    public void awaitArrival(Duration within) {
        awaitArrivals(1, within);
    }

    /** Called by a reply that comes to the gate; completes when the gate is open. */
    CompletionStage<Void> arrive() {
        lock.lock();
        try {
            arrivals++;
            arrival.signalAll();
        } finally {
            lock.unlock();
        }
        return opened;
    }
}
