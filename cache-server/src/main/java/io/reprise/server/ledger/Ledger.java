package io.reprise.server.ledger;

import java.util.concurrent.CompletionStage;

/** The account of what calls cost and saved. Thread-safe. */
public interface Ledger extends AutoCloseable {
    /**
     * Counts a finished call. Touches memory only: it never waits for a disk and never fails for an operating failure, so
     * it may be called from an event loop.
     */
    void record(CallRecord call);

    /** Counts an audit, likewise. */
    void record(AuditRecord audit);

    /**
     * The totals of every call recorded before, those not yet on disk among them.
     *
     * @return completed on the ledger's own thread, which dependents without an executor would hold up; with a {@link
     *     LedgerException} when the ledger cannot be read or written, too many reports wait, or the ledger is closed
     */
    CompletionStage<SavingsReport> savings(SavingsQuery query);

    /** How the ledger itself fares, since it was opened. */
    LedgerCounters counters();

    /** Writes what is not yet on disk and closes. Calls recorded from here on are counted as dropped. */
    @Override
    void close();
}
