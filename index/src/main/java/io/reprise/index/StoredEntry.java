package io.reprise.index;

import org.jspecify.annotations.Nullable;

/**
 * An entry with what it is found by.
 *
 * @param vector {@code float[dimension]}, unit L2 norm, not to be modified; null for an entry that is found by id only
 * @param sketch what was stored beside the vector, not to be modified; null where nothing was
 */
public record StoredEntry(Entry entry, float @Nullable [] vector, byte @Nullable [] sketch) {

    /** About how many bytes it holds in memory. */
    long bytes() {
        long vectorBytes = vector == null ? 0 : (long) vector.length * Float.BYTES;
        return entry.payload().length + 2L * entry.text().length() + vectorBytes + (sketch == null ? 0 : sketch.length);
    }
}
