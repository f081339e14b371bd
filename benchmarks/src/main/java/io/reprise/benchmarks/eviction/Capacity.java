package io.reprise.benchmarks.eviction;

/**
 * A bound on what a simulated cache holds.
 *
 * @param inBytes whether it is one of bytes, else of entries
 */
record Capacity(long room, boolean inBytes) {
    /** As much as a share of the distinct texts of a stream takes. */
    static Capacity ofShare(Workload workload, double share, boolean inBytes) {
        return new Capacity(Math.round(share * (inBytes ? workload.allBytes() : workload.distinct())), inBytes);
    }

    /** What an entry takes of it. */
    long taken(long bytes) {
        return inBytes ? bytes : 1;
    }
}
