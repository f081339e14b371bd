package io.reprise.server.access;

/** Keys or budgets that cannot be read or kept. The message is one line that says what to do. */
public final class AccessException extends RuntimeException {
    AccessException(String message) {
        super(message);
    }

    AccessException(String message, Throwable cause) {
        super(message, cause);
    }
}
