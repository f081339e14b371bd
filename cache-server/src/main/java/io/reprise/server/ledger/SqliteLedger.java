package io.reprise.server.ledger;

import io.reprise.index.OwnerOnly;
import java.io.IOException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ledger that keeps totals in memory for at most one flush interval and then in an SQLite file.
 *
 * <p>How it works: {@link #record} prices the call and adds it to {@link PendingTotals}. One daemon platform thread owns the
 * {@link LedgerFile}; every interval it drains the pending totals into one transaction. A write that fails puts them back, is
 * counted, and is logged at the first of a row of failures; the file is opened anew for the next attempt, because a disk that
 * went away may come back as another. A killed process loses what the last interval brought; what a power loss costs is said at
 * {@link LedgerFile}. Reports run on the same thread, after a write, so they include every call recorded before.
 */
public final class SqliteLedger implements Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteLedger.class);

    private static final int MAX_WAITING_REPORTS = 64;

    /** More rows than a report can sensibly hold: some 30 MB of them. */
    private static final int MAX_REPORT_ROWS = 100_000;

    private static final long CLOSE_TIMEOUT_SECONDS = 10;

    private final LedgerSettings settings;
    private final CallPricer pricer;
    private final Clock clock;
    private final PendingTotals pending;
    private final ScheduledThreadPoolExecutor thread;
    private final Semaphore reportPermits = new Semaphore(MAX_WAITING_REPORTS);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final LongAdder failedFlushes = new LongAdder();
    private final LongAdder droppedCalls = new LongAdder();

    // What follows is touched by the ledger's thread alone.
    private @Nullable LedgerFile file;
    private long failuresInARow;
    private boolean finished;

    private SqliteLedger(LedgerSettings settings, PriceBook prices, Clock clock) {
        this.settings = settings;
        this.pricer = new CallPricer(prices);
        this.clock = clock;
        this.pending = new PendingTotals(settings.maxBuckets());
        this.thread = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("reprise-ledger").factory());
    }

    /**
     * Opens the ledger of a folder, creating both where absent. Blocks until the file is open.
     *
     * @param clock tells the current day, to bound its distinct buckets; calls carry their own time
     * @throws LedgerException when the folder or its file cannot be used: locked, damaged, of another version, not writable
     */
    public static SqliteLedger open(LedgerSettings settings, PriceBook prices, Clock clock) {
        try {
            OwnerOnly.createFolder(settings.folder());
        } catch (IOException e) {
            throw new LedgerException(
                    "the ledger's folder " + settings.folder()
                            + " cannot be created: check the path and its permissions (" + e.getMessage() + ")",
                    e);
        }
        SqliteLedger ledger = new SqliteLedger(settings, prices, clock);
        try {
            CompletableFuture.runAsync(ledger::start, ledger.thread).join();
        } catch (CompletionException e) {
            ledger.thread.shutdown();
            throw e.getCause() instanceof LedgerException cause ? cause : e;
        }
        return ledger;
    }

    @Override
    public void record(CallRecord call) {
        if (closed.get()) {
            droppedCalls.increment();
            return;
        }
        pending.add(BucketKey.of(call), pricer.totalsOf(call));
    }

    @Override
    public void record(AuditRecord audit) {
        if (!closed.get()) {
            pending.add(BucketKey.of(audit), pricer.totalsOf(audit));
        }
    }

    @Override
    public CompletionStage<SavingsReport> savings(SavingsQuery query) {
        if (!reportPermits.tryAcquire()) {
            return CompletableFuture.failedFuture(
                    new LedgerException(MAX_WAITING_REPORTS + " savings reports are waiting: ask again later"));
        }
        CompletableFuture<SavingsReport> reply = new CompletableFuture<>();
        try {
            thread.execute(() -> answer(query, reply));
        } catch (RejectedExecutionException e) {
            reportPermits.release();
            return CompletableFuture.failedFuture(new LedgerException("the ledger is closed", e));
        }
        return reply;
    }

    @Override
    public LedgerCounters counters() {
        return new LedgerCounters(
                failedFlushes.sum(), pending.foldedCalls(), droppedCalls.sum(), pending.bucketCount());
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        thread.execute(this::finish);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                LOG.error("The ledger's last write did not end within {} s; it is left behind", CLOSE_TIMEOUT_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void start() {
        try {
            pending.admitKnown(openFile().bucketsOf(today(), 2 * settings.maxBuckets()));
        } catch (RuntimeException e) {
            closeFile();
            throw e;
        }
        long nanos = settings.flushInterval().toNanos();
        ScheduledFuture<?> unused =
                thread.scheduleWithFixedDelay(this::flushOnSchedule, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    private void flushOnSchedule() {
        try {
            flush();
        } catch (LedgerException alreadyCountedAndLogged) {
            // The next run tries again.
        }
    }

    private void answer(SavingsQuery query, CompletableFuture<SavingsReport> reply) {
        SavingsReport report;
        try {
            flush();
            report = openFile().report(query, MAX_REPORT_ROWS);
        } catch (RuntimeException e) {
            reply.completeExceptionally(e);
            return;
        } finally {
            reportPermits.release();
        }
        reply.complete(report);
    }

    private void finish() {
        try {
            flush();
        } catch (LedgerException e) {
            long lost = pending.drain().values().stream()
                    .mapToLong(SavingsTotals::calls)
                    .sum();
            droppedCalls.add(lost);
            LOG.error("The ledger's last write failed and {} calls are lost: {}", lost, e.getMessage());
        }
        closeFile();
        finished = true;
    }

    private void flush() {
        Map<BucketKey, SavingsTotals> drained = pending.drain();
        if (drained.isEmpty()) {
            return;
        }
        try {
            openFile().add(drained);
        } catch (Throwable e) { // An Error too must not lose what was drained, nor end the schedule.
            pending.restore(drained);
            closeFile();
            failedFlushes.increment();
            if (failuresInARow++ == 0) {
                LOG.warn("The ledger cannot be written, calls are counted in memory until it can: {}", e.getMessage());
            }
            throw e instanceof LedgerException known
                    ? known
                    : new LedgerException("the ledger's write failed: " + e, e);
        }
        if (failuresInARow > 0) {
            LOG.info("The ledger is written again after {} failed attempts; nothing was lost", failuresInARow);
            failuresInARow = 0;
        }
        pending.forgetBefore(today());
    }

    private LedgerFile openFile() {
        if (finished) {
            throw new LedgerException("the ledger is closed");
        }
        LedgerFile open = file;
        if (open == null) {
            open = LedgerFile.open(settings.folder());
            file = open;
        }
        return open;
    }

    private void closeFile() {
        LedgerFile open = file;
        file = null;
        if (open != null) {
            try {
                open.close();
            } catch (LedgerException e) {
                LOG.debug("Closing the ledger's file failed", e);
            }
        }
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
