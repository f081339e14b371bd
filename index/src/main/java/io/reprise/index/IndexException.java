package io.reprise.index;

import org.jspecify.annotations.Nullable;

/** An index folder that cannot be opened, or a read or write that failed. The message says what to do. */
public sealed class IndexException extends RuntimeException permits WriteRefusedException {
    public IndexException(String message) {
        super(message);
    }

    public IndexException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
