package io.reprise.server.protocol;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks of the cache for one call; the request directives are those of RFC 9111, section 5.2.1.
 *
 * @param noCache do not answer from the cache
 * @param noStore do not store the answer
 * @param onlyIfCached never call upstream
 * @param maxAge only an entry at most this old; null for any age
 * @param mode what the cache may do
 * @param namespace division of the principal's entries
 * @param context opaque; must match exactly, null when absent
 * @param maxWrongRate ceiling on the share of wrong hits, 0 to 1; null for the server's
 * @param ttl how long the answer is kept; null for the server's default
 * @param tags marks for invalidation
 */
public record CacheControls(
        boolean noCache,
        boolean noStore,
        boolean onlyIfCached,
        @Nullable Duration maxAge,
        Mode mode,
        String namespace,
        @Nullable String context,
        @Nullable Double maxWrongRate,
        @Nullable Duration ttl,
        List<String> tags) {

    /** What the cache may do for a call. */
    public enum Mode {
        /** Exact and semantic hits. */
        SERVE,
        /** Exact hits only. */
        EXACT,
        /** Decide and record, but answer from upstream. */
        SHADOW,
        /** Neither look up nor store. */
        OFF
    }

    /** A call that asks nothing of its own. */
    public static final CacheControls DEFAULT =
            new CacheControls(false, false, false, null, Mode.SERVE, "default", null, null, null, List.of());

    public CacheControls {
        tags = List.copyOf(tags);
    }
}
