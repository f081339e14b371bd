package io.reprise.index;

import org.jspecify.annotations.Nullable;

/**
 * An entry with what it is found by.
 *
 * @param vector {@code float[dimension]}, unit L2 norm, not to be modified; null for an entry that is found by id only
 * @param byNearness whether it is meant to be found by a vector: it has one, or it had one of an earlier model
 */
public record StoredEntry(Entry entry, float @Nullable [] vector, boolean byNearness) {

    public StoredEntry {
        if (vector != null && !byNearness) {
            throw new IllegalArgumentException("an entry with a vector is found by nearness");
        }
    }

    /** One that is found by nearness when it has a vector. */
    public StoredEntry(Entry entry, float @Nullable [] vector) {
        this(entry, vector, vector != null);
    }

    /** About how many bytes it holds in memory. */
    long bytes() {
        long vectorBytes = vector == null ? 0 : (long) vector.length * Float.BYTES;
        return entry.payload().length + 2L * entry.text().length() + vectorBytes;
    }
}
