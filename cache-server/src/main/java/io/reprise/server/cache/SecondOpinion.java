package io.reprise.server.cache;

import io.reprise.server.decision.Opinion;
import io.reprise.server.prompt.CacheQuery;
import org.jspecify.annotations.Nullable;

/** Who is asked about a candidate of the grey zone, on behalf of one call. */
@FunctionalInterface
public interface SecondOpinion {
    /** Nobody is asked. */
    SecondOpinion NONE = (query, entry) -> null;

    /**
     * Asks, and waits for a bounded time, as virtual threads may. Never throws for an operating failure.
     *
     * @param entry a candidate that no guard forbids and that is not in quarantine
     * @return null when this call has none
     */
    @Nullable Opinion of(CacheQuery query, CachedEntry entry);
}
