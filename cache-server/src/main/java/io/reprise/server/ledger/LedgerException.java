package io.reprise.server.ledger;

/** A ledger that cannot be opened, read or written. The message is one line that says what to do. */
public final class LedgerException extends RuntimeException {
    public LedgerException(String message) {
        super(message);
    }

    public LedgerException(String message, Throwable cause) {
        super(message, cause);
    }
}
