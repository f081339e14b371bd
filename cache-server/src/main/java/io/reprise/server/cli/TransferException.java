package io.reprise.server.cli;

import org.jspecify.annotations.Nullable;

/** An export or import that failed; the message tells the operator in one line why and how to go on. */
final class TransferException extends RuntimeException {
    TransferException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
