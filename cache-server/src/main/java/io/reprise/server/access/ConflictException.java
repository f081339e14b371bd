package io.reprise.server.access;

/** A change that what is there does not allow. The message is a sentence for the one who asked. */
public final class ConflictException extends RuntimeException {
    ConflictException(String message) {
        super(message, null, false, false);
    }
}
