package io.reprise.server.cache.eviction;

/** Counts what was evicted. Thread-safe, and never fails. */
@FunctionalInterface
public interface EvictionMeter {
    /** Counts entries that went for one bound. */
    void evicted(Victim.Reason reason, long entries, long bytes);
}
