package io.reprise.server.requests;

import io.reprise.server.ledger.CallPricer;
import io.reprise.server.ledger.FinishedCall;
import io.reprise.server.ledger.LedgerException;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.ledger.SqliteFile;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that writes the log: takes calls from the queue, prices them, and writes them with their totals. */
final class LogWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LogWriter.class);
    private static final int BATCH = 4_096;
    private static final long IDLE_MILLIS = 200;
    /** How long more calls are waited for than the first, so that few transactions are made of many calls. */
    private static final long LINGER_NANOS = 20_000_000;

    private static final long RETRY_NANOS = 1_000_000_000;
    private static final long CLEANING_NANOS = 600_000_000_000L;
    private static final long READER_WAITS_MILLIS = 2_000;
    private static final long CLOSE_MILLIS = 10_000;

    private final RequestLog.Settings settings;
    private final CallPricer pricer;
    private final String priceVersion;
    private final Fingerprints fingerprints;
    private final Retention retention;
    private final Clock clock;
    private final LogQueue queue = new LogQueue();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger readersWaiting = new AtomicInteger();
    private final LongAdder written = new LongAdder();
    private final LongAdder failedWrites = new LongAdder();
    private final HourGroups groups;
    private final Thread thread;
    private final Object handledLock = new Object();
    private long handled;

    // What follows is touched by the thread alone, once it runs.
    private @Nullable LogFile file;
    private long failuresInARow;
    private long nextCleaning = System.nanoTime();

    private LogWriter(RequestLog.Settings settings, PriceBook prices, Clock clock) {
        this.settings = settings;
        this.pricer = new CallPricer(prices);
        this.priceVersion = prices.version();
        this.fingerprints = new Fingerprints(settings.key());
        this.retention = new Retention(settings.keep(), settings.maxBytes());
        this.clock = clock;
        LogFile opened = LogFile.open(settings.folder(), clock);
        this.file = opened;
        this.groups = new HourGroups(hour -> openFile().groupsOf(hour));
        this.thread = Thread.ofPlatform().daemon().name("reprise-requests").unstarted(this::run);
    }

    static LogWriter start(RequestLog.Settings settings, PriceBook prices, Clock clock) {
        var writer = new LogWriter(settings, prices, clock);
        writer.thread.start();
        return writer;
    }

    void offer(FinishedCall call) {
        if (closed.get()) {
            queue.countDropped(1);
        } else {
            queue.offer(call);
        }
    }

    boolean isNearlyFull() {
        return queue.isNearlyFull();
    }

    LogCounters counters() {
        return new LogCounters(written.sum(), queue.dropped(), failedWrites.sum(), queue.waiting(), groups.folded());
    }

    /** Waits until every call that was taken before is written, or for two seconds, where the disk is behind. */
    void awaitWritten() throws InterruptedException {
        long asked = queue.accepted();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(READER_WAITS_MILLIS);
        readersWaiting.incrementAndGet();
        LockSupport.unpark(thread);
        try {
            synchronized (handledLock) {
                while (handled < asked) {
                    long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                    if (millis <= 0) {
                        return;
                    }
                    handledLock.wait(millis);
                }
            }
        } finally {
            readersWaiting.decrementAndGet();
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_MILLIS);
            if (thread.isAlive()) {
                log.error("The last write of the log of calls did not end within {} ms", CLOSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                FinishedCall first = queue.poll(closed.get() ? 0 : IDLE_MILLIS);
                if (first != null) {
                    handle(batch(first));
                } else if (closed.get()) {
                    break;
                }
                clean();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closeFile();
        }
    }

    private List<FinishedCall> batch(FinishedCall first) {
        if (readersWaiting.get() == 0 && !closed.get()) {
            LockSupport.parkNanos(LINGER_NANOS);
        }
        return queue.drainWith(first, BATCH);
    }

    private void handle(List<FinishedCall> batch) {
        List<LoggedCall.Entry> entries = new ArrayList<>(batch.size());
        for (FinishedCall call : batch) {
            try {
                entries.add(
                        new LoggedCall.Entry(call, pricer.priced(call), priceVersion, fingerprints.of(call.prompt())));
            } catch (RuntimeException e) {
                queue.countDropped(1);
                log.error("A call could not be logged", e);
            }
        }
        write(entries);
        queue.done(batch);
        synchronized (handledLock) {
            handled += batch.size();
            handledLock.notifyAll();
        }
    }

    /** Goes on until they are written, or the log is closed. */
    private void write(List<LoggedCall.Entry> entries) {
        Map<Group, GroupTotals> totals = new HashMap<>();
        boolean grouped = false;
        while (!entries.isEmpty()) {
            try {
                if (!grouped) {
                    totals = groups.totals(entries);
                    grouped = true;
                }
                openFile().write(entries, totals, settings.withTexts());
                succeeded(entries.size());
                return;
            } catch (RuntimeException e) {
                failed(e);
                if (closed.get() || !(e instanceof LedgerException)) {
                    queue.countDropped(entries.size());
                    log.error("{} calls could not be logged", entries.size(), e);
                    return;
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    private void succeeded(int calls) {
        written.add(calls);
        if (failuresInARow > 0) {
            log.info("The log of calls is written again after {} failed attempts", failuresInARow);
            failuresInARow = 0;
        }
    }

    private void failed(RuntimeException e) {
        failedWrites.increment();
        if (failuresInARow++ == 0) {
            log.warn("The log of calls cannot be written, it is tried every second: {}", e.getMessage());
        }
        LogFile open = file;
        closeFile();
        if (open != null && e instanceof LedgerException known && SqliteFile.isDamage(known)) {
            LogFile.setAside(open.path(), clock.instant(), known);
        }
    }

    private void clean() {
        long now = System.nanoTime();
        if (now - nextCleaning < 0 || failuresInARow > 0) {
            return;
        }
        Instant today = clock.instant();
        try {
            boolean more = openFile().clean(retention, today);
            nextCleaning = more ? now : now + CLEANING_NANOS;
        } catch (LedgerException e) {
            nextCleaning = now + CLEANING_NANOS;
            failed(e);
        }
    }

    private LogFile openFile() {
        LogFile open = file;
        if (open == null) {
            open = LogFile.open(settings.folder(), clock);
            file = open;
        }
        return open;
    }

    private void closeFile() {
        LogFile open = file;
        file = null;
        if (open != null) {
            try {
                open.close();
            } catch (LedgerException e) {
                log.debug("Closing the log of calls failed", e);
            }
        }
    }
}
