package io.reprise.index;

import org.jspecify.annotations.Nullable;

/**
 * The entries of an index whose vectors another model made, or would have made: found by their ids, and by nothing that compares vectors,
 * until they are renewed. An entry that is stored or removed is stale no more, and none becomes stale while an index is open.
 *
 * <p>Thread-safe.
 */
public interface StaleEntries {

    /** Unexpired stale entries. Costs a pass over them where entries were removed or expire. */
    long countStale(long nowMillis);

    /**
     * Unexpired stale entries by rising id, without vectors. Nothing is held between pages.
     *
     * @param afterId only entries whose ids come after this one as texts of ASCII; null for all
     * @param maxEntries 1 to 1,000
     * @param maxBytes once the page's entries hold about as many, it ends; one entry is always in it, however large
     */
    ScanPage stale(long nowMillis, @Nullable String afterId, int maxEntries, long maxBytes);

    /**
     * Gives an entry a vector of the current model, if it is still there and stale, which is to say that nothing has been written to its id
     * since it was read. Everything else of it stays.
     *
     * @param stale as {@link #stale} gave it
     * @param vector {@code float[dimension]}, unit L2 norm, not modified afterwards by the caller; null where the current model can make
     *     none: the entry is then found by id only, and remembers whether another model may try ({@link StoredEntry#byNearness})
     * @return whether it was renewed
     * @throws WriteRefusedException when the write cannot be made durable; the entry is then as it was
     */
    boolean renew(StoredEntry stale, float @Nullable [] vector);
}
