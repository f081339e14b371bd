package io.reprise.server.requests;

import io.reprise.server.ledger.FinishedCall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Calls that wait to be logged, in bounded memory: so many of them, and so many characters of text. Thread-safe. */
final class LogQueue {
    private static final int CALLS = 65_536;
    private static final long CHARACTERS = 64L << 20;

    private final ArrayBlockingQueue<FinishedCall> calls = new ArrayBlockingQueue<>(CALLS);
    private final AtomicLong characters = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final LongAdder dropped = new LongAdder();

    /** Takes a call, unless there is no room: then it is counted. */
    void offer(FinishedCall call) {
        long ofCall = characters(call);
        // A single one always fits.
        if (characters.addAndGet(ofCall) - ofCall > CHARACTERS || !calls.offer(call)) {
            characters.addAndGet(-ofCall);
            dropped.increment();
            return;
        }
        accepted.incrementAndGet();
    }

    /** Waits for a call, for some time. */
    @Nullable FinishedCall poll(long millis) throws InterruptedException {
        return calls.poll(millis, TimeUnit.MILLISECONDS);
    }

    /** The first call with those after it. */
    List<FinishedCall> drainWith(FinishedCall first, int most) {
        List<FinishedCall> batch = new ArrayList<>();
        batch.add(first);
        calls.drainTo(batch, most - 1);
        return batch;
    }

    /** Gives the room of calls back. */
    void done(List<FinishedCall> batch) {
        characters.addAndGet(-batch.stream().mapToLong(LogQueue::characters).sum());
    }

    /** Whether calls that are under way now may find no room. */
    boolean isNearlyFull() {
        return calls.remainingCapacity() < CALLS / 8 || characters.get() > CHARACTERS / 8 * 7;
    }

    void countDropped(long calls) {
        dropped.add(calls);
    }

    long accepted() {
        return accepted.get();
    }

    long dropped() {
        return dropped.sum();
    }

    long waiting() {
        return calls.size();
    }

    private static long characters(FinishedCall call) {
        return length(call.prompt()) + length(call.completion());
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }
}
