package io.reprise.server.cache.eviction;

/**
 * How much may be stored; 0 sets no bound.
 *
 * @param maxEntries of everybody
 * @param maxBytes of everybody, as {@link Resident#bytes} counts them
 * @param namespaceMaxEntries in each namespace of each principal
 */
public record Bounds(long maxEntries, long maxBytes, long namespaceMaxEntries) {
    /** Bounds nothing. */
    public static final Bounds NONE = new Bounds(0, 0, 0);

    public Bounds {
        if (maxEntries < 0 || maxBytes < 0 || namespaceMaxEntries < 0) {
            throw new IllegalArgumentException("bounds must be at least 0: " + maxEntries + " entries, " + maxBytes
                    + " bytes, " + namespaceMaxEntries + " entries in a namespace");
        }
    }

    /** Whether nothing is bounded. */
    public boolean areNone() {
        return equals(NONE);
    }

    /**
     * What an entry takes of the room that there is: its share of the entries and its share of the bytes, as far as either is
     * bounded. So a large entry costs more than a small one exactly where bytes are what is scarce.
     */
    double share(long bytes) {
        double share = (maxEntries == 0 ? 0 : 1.0 / maxEntries) + (maxBytes == 0 ? 0 : (double) bytes / maxBytes);
        return share == 0 ? 1 : share;
    }

    /** Where dropping ends that began above a bound: a hundredth below it, so that not every store drops something. */
    static long low(long bound) {
        return bound - bound / 100;
    }
}
