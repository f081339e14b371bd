package io.reprise.server.upstream;

import io.reprise.server.upstream.UpstreamOptions.Retries;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How often one call may still be tried, and after what delay: exponential backoff with full jitter, that is a delay drawn evenly
 * between none and a bound that doubles (M. Brooker, "Exponential Backoff And Jitter", 2015), so that calls which failed together do
 * not come back together. Confined to the call's context.
 */
final class Tries {
    private final Retries retries;
    private final DoubleSupplier random;
    private final InstantSource clock;
    private int made;

    /**
     * @param random evenly in [0, 1)
     */
    Tries(Retries retries, DoubleSupplier random, InstantSource clock) {
        this.retries = retries;
        this.random = random;
        this.clock = clock;
    }

    /** The delay before another try of what has not reached upstream, or null when there is to be none. */
    @Nullable Duration afterFailure() {
        return made < retries.max() ? backoff() : null;
    }

    /**
     * The delay before another try after this answer, or null when the answer is to be passed on. An upstream that asks for more
     * patience than we have is not asked again: sooner would be in vain, and the client can tell how long to wait.
     */
    @Nullable Duration afterAnswer(int status, MultiMap headers) {
        if (made >= retries.max() || !retries.statuses().contains(status)) {
            return null;
        }
        Duration asked = RetryAfter.of(headers, clock.instant());
        if (asked == null) {
            return backoff();
        }
        if (asked.compareTo(retries.maxRetryAfter()) > 0) {
            return null;
        }
        made++;
        return asked;
    }

    private Duration backoff() {
        // 2^30 times the least base delay, a millisecond, is more than a day.
        double bound = Math.min(
                (double) retries.maxDelay().toMillis(),
                (double) retries.baseDelay().toMillis() * Math.pow(2, Math.min(made, 30)));
        made++;
        return Duration.ofMillis(Math.round(random.getAsDouble() * bound));
    }
}
