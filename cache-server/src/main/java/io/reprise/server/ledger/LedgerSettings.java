package io.reprise.server.ledger;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where a ledger lies and its limits.
 *
 * @param folder holds {@code ledger.sqlite}; created when absent
 * @param flushInterval time between two writes, at least 1 ms: what a killed process loses at most
 * @param maxBuckets distinct (day, principal, namespace, model) that are kept apart at a time, at least 1: those of the
 *     current day and those of earlier days not yet written. Past it, new models are counted as {@code other}; past twice that, new
 *     principals and namespaces as {@code *}
 */
public record LedgerSettings(Path folder, Duration flushInterval, int maxBuckets) {
    public LedgerSettings {
        if (flushInterval.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("flushInterval must be at least 1 ms: " + flushInterval);
        }
        if (maxBuckets < 1 || maxBuckets > 1_000_000) {
            throw new IllegalArgumentException("maxBuckets must be 1 to 1000000: " + maxBuckets);
        }
    }

    /** The defaults: a write every 250 ms, 10,000 buckets. */
    public static LedgerSettings in(Path folder) {
        return new LedgerSettings(folder, Duration.ofMillis(250), 10_000);
    }
}
