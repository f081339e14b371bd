package io.reprise.server.tls;

import org.jspecify.annotations.Nullable;

/** A certificate or a key that cannot be used; the message names the setting, the file and what is wrong. */
public final class TlsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TlsException(String message) {
        super(message);
    }

    TlsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
