package io.reprise.index;

import org.jspecify.annotations.Nullable;

/**
 * One version of one entry in memory: what an id became at a sequence number, until it became something else.
 *
 * <p>Written under the index's write lock, read without it.
 */
final class RecentWrite {

    private static final long NEVER = Long.MAX_VALUE;

    private final long sequence;
    private final String id;
    private final JournalRecord.@Nullable Put put;
    /** The version before, when it is of the same tier. */
    private final @Nullable RecentWrite previous;

    private volatile long supersededAt = NEVER;

    private RecentWrite(long sequence, String id, JournalRecord.@Nullable Put put, @Nullable RecentWrite previous) {
        this.sequence = sequence;
        this.id = id;
        this.put = put;
        this.previous = previous;
    }

    static RecentWrite stored(long sequence, JournalRecord.Put put, @Nullable RecentWrite previous) {
        return new RecentWrite(sequence, put.entry().id(), put, previous);
    }

    static RecentWrite removed(long sequence, String id, @Nullable RecentWrite previous) {
        return new RecentWrite(sequence, id, null, previous);
    }

    void supersede(long sequence) {
        supersededAt = sequence;
    }

    /** Whether a read as of this sequence number sees this very version. */
    boolean isCurrentAt(long readSequence) {
        return sequence <= readSequence && supersededAt > readSequence;
    }

    /** The version that a read as of this sequence number sees, as far as this tier knows. */
    @Nullable RecentWrite asOf(long readSequence) {
        RecentWrite write = this;
        while (write != null && write.sequence > readSequence) {
            write = write.previous;
        }
        return write;
    }

    long sequence() {
        return sequence;
    }

    String id() {
        return id;
    }

    /** What was stored, or null for a removal. */
    JournalRecord.@Nullable Put put() {
        return put;
    }

    @Nullable Entry entry() {
        return put == null ? null : put.entry();
    }

    float @Nullable [] vector() {
        return put == null ? null : put.vector();
    }

    boolean byNearness() {
        return put != null && put.byNearness();
    }

    /** Heap that this version holds on to, roughly. */
    long bytes() {
        long fixed = 200;
        if (put == null) {
            return fixed;
        }
        Entry entry = put.entry();
        float[] vector = put.vector();
        int vectorBytes = vector == null ? 0 : vector.length * Float.BYTES;
        return fixed + entry.payload().length + 2L * entry.text().length() + vectorBytes;
    }
}
