package io.reprise.server.upstream;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Upstream gave no answer. The message is for the client: it says what happened, and no secret. */
public final class UpstreamException extends RuntimeException {
    private final int status;

    UpstreamException(int status, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** The gateway's status for it: 502 when upstream cannot be reached or breaks off, 503 when too many wait, 504 when it is too slow. */
    public int status() {
        return status;
    }

    /** Never null, unlike {@link Throwable#getMessage}. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
