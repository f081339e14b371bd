package io.reprise.server.upstream;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Upstream gave no answer. The message is for the client: it says what happened, and no secret. */
public final class UpstreamException extends RuntimeException {
    private final int status;
    private final @Nullable Duration retryAfter;

    UpstreamException(int status, String message, @Nullable Throwable cause) {
        this(status, message, cause, null);
    }

    UpstreamException(int status, String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(message, cause);
        this.status = status;
        this.retryAfter = retryAfter;
    }

    /**
     * The gateway's status for it: 502 when upstream cannot be reached or breaks off, 503 when too many wait or it is left alone, 504
     * when it is too slow.
     */
    public int status() {
        return status;
    }

    /** Whether nobody waited for the answer any more, which is no fault of upstream's. */
    public boolean isGivenUp() {
        return getCause() == null && retryAfter == null;
    }

    /** The value of {@code Retry-After}, whole seconds rounded up, or null when it is not known. */
    public @Nullable String retryAfterSeconds() {
        return retryAfter == null
                ? null
                : Long.toString(
                        retryAfter.plus(Duration.ofSeconds(1).minusNanos(1)).toSeconds());
    }

    /** Never null, unlike {@link Throwable#getMessage}. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
