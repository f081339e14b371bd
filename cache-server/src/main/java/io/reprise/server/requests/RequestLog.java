package io.reprise.server.requests;

import io.reprise.index.OwnerOnly;
import io.reprise.server.ledger.FinishedCall;
import io.reprise.server.ledger.LedgerException;
import io.reprise.server.ledger.PriceBook;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The log of every call. Thread-safe.
 *
 * <p>A call goes into a bounded queue, from which one thread takes many at a time and writes them; another reads. A write that fails is
 * repeated every second and loses nothing; the queue fills meanwhile, and past it calls are counted and not logged. A killed process loses
 * what was in the queue: a few hundredths of a second's calls, unless the disk was behind.
 */
public final class RequestLog implements FinishedCall.Sink, AutoCloseable {
    private final boolean refusesWhenFull;
    private final LogWriter writer;
    private final LogReader reader;

    private RequestLog(Settings settings, LogWriter writer, LogReader reader) {
        this.refusesWhenFull = settings.refusesWhenFull();
        this.writer = writer;
        this.reader = reader;
    }

    /**
     * Where a log lies and its limits.
     *
     * @param folder holds {@code requests.sqlite}; created when absent
     * @param key what prompts are hashed with
     * @param withTexts whether texts of questions and answers are kept
     * @param keep how long a call is kept
     * @param maxBytes how large the file may grow
     * @param refusesWhenFull whether no call shall be made that may not be logged
     */
    public record Settings(
            Path folder, byte[] key, boolean withTexts, Duration keep, long maxBytes, boolean refusesWhenFull) {}

    /**
     * Opens the log of a folder. Blocks until its file is open. A damaged file is set aside, and a new one begun.
     *
     * @throws LedgerException when the folder or its file cannot be used: locked, of another version, not writable
     */
    public static RequestLog open(Settings settings, PriceBook prices, Clock clock) {
        try {
            OwnerOnly.createFolder(settings.folder());
        } catch (IOException e) {
            throw new LedgerException(
                    "the folder of the log of calls " + settings.folder()
                            + " cannot be created: check the path and its permissions (" + e.getMessage() + ")",
                    e);
        }
        LogWriter writer = LogWriter.start(settings, prices, clock);
        return new RequestLog(settings, writer, new LogReader(settings.folder().resolve(LogFile.NAME), writer));
    }

    /** Logs a call. Touches memory only, whatever the disk does. */
    @Override
    public void finished(FinishedCall call) {
        writer.offer(call);
    }

    /** Whether calls should be refused, because they may not find room in the log: only where the operator wants that. */
    public boolean full() {
        return refusesWhenFull && writer.isNearlyFull();
    }

    /** How the log itself fares, since it was opened. */
    public LogCounters counters() {
        return writer.counters();
    }

    /**
     * Reads from the log, with every call that was told before.
     *
     * @return completed on the log's own thread, which dependents without an executor would hold up; with a {@link LedgerException} when
     *     the log cannot be read, too many readings wait, or the log is closed
     */
    public <T> CompletionStage<T> read(LogReading<T> reading) {
        return reader.read(reading);
    }

    /** Writes what waits and closes. Calls told from here on are counted as dropped. */
    @Override
    public void close() {
        reader.close();
        writer.close();
    }
}
