package io.reprise.server.cache;

import io.reprise.index.ScanPage;
import io.reprise.index.StaleEntries;
import io.reprise.index.StoredEntry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Embeds anew what another sentence model has embedded, one entry after the other on a thread of its own, until nothing of it is left.
 *
 * <p>It makes way: while an embedding is asked for it waits, but not for ever, so that under steady load it still comes to an end. What
 * fails (the model, a full disk) is counted, told once, and tried again after all others, with pauses that grow while nothing succeeds.
 * It keeps no state: which entries are left is what the index says, so that a process that is killed goes on where it was. The number that is
 * left is counted once a minute, and each renewal taken off it meanwhile. Thread-safe.
 */
final class Reembedding implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Reembedding.class);
    private static final int PAGE = 64;
    private static final long PAGE_BYTES = 4L << 20;
    /** How often it looks whether others still need the model, and when it goes on all the same: with an embedding of 5 ms, at a twentieth of its speed. */
    private static final long LOOK_MILLIS = 2;

    private static final long MOST_WAIT_MILLIS = 100;
    private static final long FIRST_RETRY_MILLIS = 100;
    private static final long LAST_RETRY_MILLIS = 60_000;
    private static final long TOLD_EACH_MILLIS = 60_000;
    private static final long PATIENCE_SECONDS = 10;

    private final StaleEntries index;
    private final Predicate<StoredEntry> renewal;
    private final BooleanSupplier busy;
    private final Clock clock;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final LongAdder failures = new LongAdder();
    private final @Nullable Thread thread;
    private volatile long remaining;
    // These belong to the thread.
    private long renewed;
    private long toldAtMillis;
    private long retryMillis;
    private boolean told;

    /**
     * Begins, where there is anything to do.
     *
     * @param renewal embeds an entry and writes it, unless it was written since it was read; says whether it did
     * @param busy whether others want the model now
     */
    Reembedding(StaleEntries index, Predicate<StoredEntry> renewal, BooleanSupplier busy, Clock clock) {
        this.index = index;
        this.renewal = renewal;
        this.busy = busy;
        this.clock = clock;
        this.remaining = index.countStale(clock.millis());
        this.thread = remaining == 0
                ? null
                : Thread.ofPlatform().daemon().name("reprise-reembed").start(this::run);
    }

    /** About how many entries are left. */
    long remaining() {
        return remaining;
    }

    /** Attempts that failed. */
    long failures() {
        return failures.sum();
    }

    /** Ends after the entry that it is at; the next start goes on. */
    @Override
    public void close() {
        closing.countDown();
        // No interrupt: it would close the file that an entry is being written to.
        try {
            if (thread != null && !thread.join(Duration.ofSeconds(PATIENCE_SECONDS))) {
                log.warn("an entry is still being embedded after {} seconds", PATIENCE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        log.info(
                "{} entries are of another sentence model: they are embedded anew, and answer their own texts meanwhile.",
                remaining);
        toldAtMillis = clock.millis();
        while (remaining > 0 && !isClosing()) {
            try {
                pass();
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
        log.info(
                remaining == 0
                        ? "{} entries were embedded anew, all are of one model."
                        : "{} entries were embedded anew, the next start goes on.",
                renewed);
    }

    /** Tries each that is left once. */
    private void pass() {
        String after = null;
        for (boolean last = false; !last; ) {
            ScanPage page = index.stale(clock.millis(), after, PAGE, PAGE_BYTES);
            for (StoredEntry entry : page.entries()) {
                makeWay();
                if (isClosing()) {
                    return;
                }
                renew(entry);
                after = entry.entry().id();
            }
            tell();
            last = page.last();
        }
        remaining = index.countStale(clock.millis());
    }

    private void renew(StoredEntry entry) {
        try {
            if (renewal.test(entry)) {
                renewed++;
            }
            remaining = Math.max(1, remaining - 1);
            retryMillis = 0;
        } catch (RuntimeException | Error e) {
            // Errors too: native libraries fail with those.
            failed(e);
        }
    }

    private void failed(Throwable e) {
        failures.increment();
        if (!told) {
            told = true;
            log.warn(
                    "An entry could not be embedded anew. It answers its own text alone until that succeeds; it is tried again, and"
                            + " only counted from now on: {}",
                    e.toString());
        }
        log.debug("the failure", e);
        retryMillis = Math.clamp(retryMillis * 2, FIRST_RETRY_MILLIS, LAST_RETRY_MILLIS);
        rest(retryMillis);
    }

    private void makeWay() {
        for (long waited = 0; waited < MOST_WAIT_MILLIS && busy.getAsBoolean() && !isClosing(); ) {
            rest(LOOK_MILLIS);
            waited += LOOK_MILLIS;
        }
    }

    private void tell() {
        long now = clock.millis();
        if (now - toldAtMillis >= TOLD_EACH_MILLIS) {
            toldAtMillis = now;
            remaining = Math.max(1, index.countStale(now));
            log.info("{} entries were embedded anew, about {} are left.", renewed, remaining);
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void rest(long millis) {
        try {
            var unused = closing.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Nobody but this class knows the thread.
            Thread.currentThread().interrupt();
        }
    }
}
