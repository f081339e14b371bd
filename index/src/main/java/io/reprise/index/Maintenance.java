package io.reprise.index;

import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.apache.lucene.index.DirectoryReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index's background: takes recent writes over into Lucene, commits, sweeps what has expired, and syncs the journal.
 *
 * <p>One thread does all that touches Lucene's writer, so nothing there needs a lock and no caller's interrupt can reach it. A second
 * one only syncs the journal, because the promise about power cuts must not wait for a graph to be built.
 *
 * <p>When Lucene fails (a full disk), reads and journalled writes go on; the writer is abandoned, and each later attempt starts from
 * the last commit and the journal, until one succeeds. The journal is cut only behind a commit that succeeded, so whatever fails and
 * whenever, commit and journal together hold every acknowledged write.
 */
final class Maintenance implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Maintenance.class);
    private static final long MIN_RETRY_MILLIS = 1000;
    private static final long MAX_RETRY_MILLIS = 30_000;
    private static final long MAX_RECENT_BYTES = 64L << 20;

    private final IndexOptions options;
    private final Clock clock;
    private final LuceneStore store;
    private final Journal journal;
    private final LiveEntries live;
    private final WriteLane lane;
    private final ScheduledExecutorService lucene = daemon("reprise-index");
    private final ScheduledExecutorService sync = daemon("reprise-journal");
    private final AtomicBoolean requested = new AtomicBoolean();
    private final LongAdder failedHandOvers = new LongAdder();
    private final LongAdder failedSyncs = new LongAdder();
    /** 0 while all is well; belongs to the thread of Lucene, as {@link #syncFails} does to that of the syncs. */
    private long retryMillis;

    private boolean syncFails;

    Maintenance(
            IndexOptions options, Clock clock, LuceneStore store, Journal journal, LiveEntries live, WriteLane lane) {
        this.options = options;
        this.clock = clock;
        this.store = store;
        this.journal = journal;
        this.live = live;
        this.lane = lane;
    }

    void start() {
        long commitNanos = options.commitInterval().toNanos();
        var unusedCommit =
                lucene.scheduleWithFixedDelay(this::commitInTime, commitNanos, commitNanos, TimeUnit.NANOSECONDS);
        long syncNanos = options.fsyncInterval().toNanos();
        if (syncNanos > 0) {
            var unusedSync = sync.scheduleWithFixedDelay(this::syncJournal, syncNanos, syncNanos, TimeUnit.NANOSECONDS);
        }
    }

    /** To be called after each write: starts a hand-over in the background when enough has come together. */
    void noticeWrite() {
        if (isHandOverDue() && requested.compareAndSet(false, true)) {
            try {
                lucene.execute(this::handOverIfDue);
            } catch (RejectedExecutionException e) {
                log.debug("Closing: the last commit takes the write over.");
            }
        }
    }

    /** Takes every write before this call over into Lucene, and returns when searches use it. */
    void refresh() {
        await(submitted(false));
    }

    /** As {@link #refresh}, and commits and sweeps. */
    void commit() {
        await(submitted(true));
    }

    IndexFaults faults() {
        return new IndexFaults(lane.refused(), failedHandOvers.sum(), store.failedMerges(), failedSyncs.sum());
    }

    /** Commits what is left and ends both threads. The store and the journal stay open. */
    @Override
    public void close() {
        Future<?> last = lucene.submit(this::commitIfDirty);
        lucene.shutdown();
        sync.shutdown();
        await(last);
        // A retry or a sync that outlived this would write into a folder that another index may have by then.
        lucene.close();
        sync.close();
    }

    private boolean isHandOverDue() {
        return live.recentWrites() >= options.recentEntries() || live.recentBytes() >= MAX_RECENT_BYTES;
    }

    private void handOverIfDue() {
        requested.set(false);
        if (retryMillis > 0) {
            attempt(true);
        } else if (isHandOverDue()) {
            attempt(journal.bytes() >= options.commitBytes());
        }
    }

    private void commitInTime() {
        // While attempts fail, the retries see to it.
        if (retryMillis == 0) {
            boolean isQuiet = live.sequence() - store.committed() < options.recentEntries();
            commitIfDirty();
            if (isQuiet && retryMillis == 0) {
                consolidate();
            }
        }
    }

    /**
     * Segments of all sizes are what steady writes leave behind, since to merge them all each time would write everything again each time.
     * When few come, there is time for it.
     */
    private void consolidate() {
        try {
            store.consolidate(live.snapshot());
        } catch (IOException | RuntimeException e) {
            log.warn("Merging the segments of the index into one could not begin; it is tried again later.", e);
        }
    }

    private void commitUnlessRetrying() {
        if (retryMillis == 0) {
            attempt(true);
        }
    }

    private void commitIfDirty() {
        if (live.sequence() > store.committed()
                || store.isBroken()
                || store.hasUncommitted()
                || live.snapshot().expired(clock.millis()) > 0) {
            attempt(true);
        }
    }

    /** Errors end here too, such as of memory: to let one through would end the line of scheduled attempts. */
    private void attempt(boolean commit) {
        try {
            handOverOrRetry(commit);
        } catch (IOException | RuntimeException | Error e) {
            log.debug("A hand-over failed", e);
        }
    }

    private void handOverOrRetry(boolean commit) throws IOException {
        try {
            handOver(commit);
        } catch (IOException | RuntimeException | Error e) {
            failedHandOvers.increment();
            if (retryMillis == 0) {
                log.error(
                        "The index could not take its latest writes over (is the disk full?). They are safe in the journal"
                                + " and are searched; it is tried again until it succeeds.",
                        e);
                lane.stalled(true);
            }
            retryLater();
            throw e;
        }
        if (retryMillis > 0) {
            retryMillis = 0;
            requested.set(false);
            lane.stalled(false);
            log.info("The index takes writes over again.");
        }
    }

    /** Each attempt may replay the journal from the last commit, so they grow rare. */
    private void retryLater() {
        retryMillis = Math.clamp(retryMillis * 2, MIN_RETRY_MILLIS, MAX_RETRY_MILLIS);
        requested.set(true);
        try {
            var unusedRetry = lucene.schedule(this::handOverIfDue, retryMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("Closing: the next start takes the writes over, from the journal.");
        }
    }

    private void handOver(boolean commit) throws IOException {
        Journal.Prepared next = commit && journal.hasRecords() ? journal.prepare() : null;
        LiveEntries.Frozen frozen = lane.exclusively(() -> {
            if (next != null) {
                journal.rotate(next);
            }
            return live.freeze();
        });
        try {
            boolean restarted = store.isBroken();
            if (restarted) {
                store.restart();
                journal.replay(
                        store.committed(),
                        frozen.sequence(),
                        (sequence, record) -> store.add(JournalRecord.decoded(record)));
            } else {
                for (RecentTier tier : frozen.tiers()) {
                    store.add(tier);
                }
            }
            if (commit) {
                store.deleteExpired(clock.millis());
                store.commit(frozen.sequence());
            }
            publish(frozen, restarted);
        } catch (IOException | RuntimeException | Error e) {
            store.abandon();
            throw e;
        }
        if (commit) {
            journal.deleteThrough(frozen.sequence());
        }
    }

    private void publish(LiveEntries.Frozen frozen, boolean restarted) throws IOException {
        Snapshot current = live.snapshot();
        DirectoryReader reader = restarted ? store.newReader() : store.newReader(current.reader());
        Snapshot next = Snapshot.next(reader, current, frozen.sequence());
        boolean done = false;
        try {
            // Most of what was written meanwhile is masked before the lock is taken.
            int masked = live.mask(next, frozen.next(), 0);
            lane.exclusively(() -> {
                live.mask(next, frozen.next(), masked);
                live.replace(next, frozen);
                return frozen;
            });
            done = true;
        } finally {
            if (!done) {
                next.release();
            }
        }
    }

    private void syncJournal() {
        try {
            journal.sync();
            syncFails = false;
        } catch (IOException | RuntimeException e) {
            failedSyncs.increment();
            if (!syncFails) {
                syncFails = true;
                log.error(
                        "The journal could not be synced: until that succeeds or the entries are committed, which is tried now, a power"
                                + " cut may cost more than the last {}.",
                        options.fsyncInterval(),
                        e);
            }
            try {
                lucene.execute(this::commitUnlessRetrying);
            } catch (RejectedExecutionException closing) {
                log.debug("Closing: the last commit takes the writes over.");
            }
        }
    }

    private Future<?> submitted(boolean commit) {
        return lucene.submit(() -> {
            handOverOrRetry(commit);
            return null;
        });
    }

    private static void await(Future<?> work) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    work.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw new IndexException("The index could not be written: " + e.getCause(), e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static ScheduledExecutorService daemon(String name) {
        var executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name(name).factory());
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return executor;
    }
}
