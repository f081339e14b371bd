package io.reprise.server.cache;

/** More work waits than the server is allowed to queue. */
public final class OverloadedException extends RuntimeException {
    OverloadedException(String message) {
        super(message, null, false, false);
    }
}
