package io.reprise.server.telemetry;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Outcomes counted since the start: hits by kind, misses and bypasses by reason. Thread-safe. */
public final class Tally {
    private static final int MAX_REASONS = 64;

    private final Map<String, LongAdder> hits = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> misses = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> bypasses = new ConcurrentHashMap<>();

    void hit(String kind) {
        count(hits, kind);
    }

    void miss(String reason) {
        count(misses, reason);
    }

    void bypass(String reason) {
        count(bypasses, reason);
    }

    /** Hits by kind. */
    public Map<String, Long> hits() {
        return sums(hits);
    }

    /** Misses by reason. */
    public Map<String, Long> misses() {
        return sums(misses);
    }

    /** Bypasses by reason. */
    public Map<String, Long> bypasses() {
        return sums(bypasses);
    }

    private static void count(Map<String, LongAdder> counts, String name) {
        LongAdder known = counts.get(name);
        if (known == null) {
            String bounded = counts.size() < MAX_REASONS ? name : "other";
            known = counts.computeIfAbsent(bounded, absent -> new LongAdder());
        }
        known.increment();
    }

    private static Map<String, Long> sums(Map<String, LongAdder> counts) {
        Map<String, Long> sums = new TreeMap<>();
        counts.forEach((name, count) -> sums.put(name, count.sum()));
        return sums;
    }
}
