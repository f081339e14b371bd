package io.reprise.server.protocol;

import java.util.Objects;

/** A body that is not the JSON we can read without doubt. The message is for the client and never quotes the body. */
public final class MalformedRequestException extends RuntimeException {
    public MalformedRequestException(String message) {
        super(message, null, false, false);
    }

    /** Never null, unlike {@link Throwable#getMessage}. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
