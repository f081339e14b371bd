package io.reprise.server.cache;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one lookup allows.
 *
 * @param semantic whether an answer to another text may serve
 * @param maxAge only entries at most this old, or null for any age
 * @param mayServe false when a hit is only recorded and never served
 * @param auditable whether a hit may be found out about with a fresh answer
 * @param maxWrongRate ceiling on the share of wrong hits, or null for the server's; a looser one than the server's counts as the server's
 */
public record LookupOptions(
        boolean semantic,
        boolean mayServe,
        boolean auditable,
        @Nullable Duration maxAge,
        @Nullable Double maxWrongRate) {

    /** A lookup whose hit is served and may be audited. */
    public LookupOptions(boolean semantic, @Nullable Duration maxAge, @Nullable Double maxWrongRate) {
        this(semantic, true, true, maxAge, maxWrongRate);
    }
}
