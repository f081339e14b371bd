package io.reprise.index;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Entries by id and by nearness of their vectors.
 *
 * <p>Thread-safe. A write is visible to every read that starts after it returned. An expired entry is absent from every
 * read, whether or not it has been swept yet.
 */
public interface EntryIndex extends AutoCloseable {

    /**
     * Stores an entry, replacing the one with the same id.
     *
     * @param vector {@code float[dimension]}, unit L2 norm, not modified afterwards by the caller; null for an entry that is found by id
     *     only
     * @return true when an unexpired entry with this id was replaced
     * @throws WriteRefusedException when the write cannot be made durable; the entry is then not stored
     */
    boolean put(Entry entry, float @Nullable [] vector);

    /** The unexpired entry with this id. */
    Optional<Entry> get(String id, long nowMillis);

    /**
     * The at most {@code k} entries of the scope nearest to the vector, nearest first, ties by id.
     *
     * @param vector {@code float[dimension]}, unit L2 norm
     * @param k 1 to 128
     */
    List<Neighbour> search(float[] vector, SearchScope scope, int k);

    /**
     * Removes an entry; false when there was none.
     *
     * @throws WriteRefusedException when that cannot be made durable; the entry is then still there
     */
    boolean remove(String id);

    /**
     * Removes these entries, and says which of them were there, unexpired.
     *
     * @throws WriteRefusedException when that cannot be made durable; it says which are removed nevertheless
     */
    List<String> removeAll(List<String> ids);

    /**
     * Removes every entry that matches, and says which: ids of unexpired ones.
     *
     * @throws WriteRefusedException when that cannot be made durable; it says which are removed nevertheless
     */
    List<String> removeAll(EntryFilter filter, long nowMillis);

    /**
     * Unexpired entries that match, newest first, ties by id.
     *
     * @param limit 1 to 1,000
     * @param cursor null for the first page, else the {@link EntryPage#nextCursor} of the page before
     * @throws IllegalArgumentException for a cursor that this index did not make
     */
    EntryPage list(EntryFilter filter, long nowMillis, int limit, @Nullable String cursor);

    /**
     * Unexpired entries that match, by rising id. A scan sees every entry that is there from its first page to its last, once; of what
     * comes and goes meanwhile it sees some. Nothing is held between pages.
     *
     * @param afterId only entries whose ids come after this one as texts of ASCII; null for all
     * @param maxEntries 1 to 1,000
     * @param maxBytes once the page's entries hold about as many, it ends; one entry is always in it, however large
     */
    ScanPage scan(EntryFilter filter, long nowMillis, @Nullable String afterId, int maxEntries, long maxBytes);

    /**
     * Unexpired entries that match and resemble something, of all scopes: those of the same text first, then the nearest, ties by id.
     * Compares with every entry that matches, so that none is overlooked.
     *
     * @param limit 1 to 1,000
     * @return the cosine is NaN where there was nothing to compare, and the text is the same
     */
    List<Neighbour> resembling(Resemblance what, EntryFilter filter, long nowMillis, int limit);

    /** Unexpired entries that match. */
    long count(EntryFilter filter, long nowMillis);

    /** Bytes that the index holds on disk (or in memory, for one without a disk). */
    long sizeBytes();

    /** Makes everything durable and frees the folder. Idempotent. */
    @Override
    void close();
}
