package io.reprise.server.testupstream;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting of a test's thread for something that other threads bring about. */
final class Deadline {

    private Deadline() {}

    /**
     * Waits until a fact that the lock guards is true.
     *
     * @param changed signalled whenever the fact may have become true
     * @throws AssertionError when the time is over or the thread is interrupted, saying what was waited for and what was found
     */
    static void await(Lock lock, Condition changed, Duration within, BooleanSupplier fact, Supplier<String> story) {
        lock.lock();
        try {
            long nanosLeft = within.toNanos();
            while (!fact.getAsBoolean()) {
                if (nanosLeft <= 0) {
                    throw new AssertionError("not within " + within + ": " + story.get());
                }
                nanosLeft = changed.awaitNanos(nanosLeft);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting: " + story.get(), e);
        } finally {
            lock.unlock();
        }
    }
}
