package io.reprise.index;

/**
 * An entry near a query vector, without its payload ({@link EntryIndex#get} reads that for the one that is served).
 *
 * @param id the entry's id
 * @param text the entry's prompt
 * @param cosine exact float cosine of the two vectors, -1 to 1, never an approximation of the index
 * @param createdAtMillis epoch milliseconds of the entry's store
 */
public record Neighbour(String id, String text, float cosine, long createdAtMillis) {}
