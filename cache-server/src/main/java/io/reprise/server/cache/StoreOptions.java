package io.reprise.server.cache;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an answer is stored.
 *
 * @param ttl how long it answers, or null for the server's default
 * @param tags marks for invalidation
 * @param askedAt when the call behind the answer began: it is not stored when a bulk delete came since. Null for an answer that a
 *     caller hands in and that is stored in any case
 * @param vector the prompt's vector when a lookup has computed it, or null
 */
public record StoreOptions(
        @Nullable Duration ttl, List<String> tags, @Nullable Instant askedAt, float @Nullable [] vector) {
    public StoreOptions {
        tags = List.copyOf(tags);
    }

    /** Where no lookup has computed the prompt's vector. */
    public StoreOptions(@Nullable Duration ttl, List<String> tags, @Nullable Instant askedAt) {
        this(ttl, tags, askedAt, null);
    }
}
