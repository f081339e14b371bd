package io.reprise.server.cache.eviction;

/**
 * An entry that is to go.
 *
 * @param reason the bound that it has to go for
 */
public record Victim(String id, long bytes, Reason reason) {
    /** The bounds. */
    public enum Reason {
        /** Too many entries. */
        ENTRIES,
        /** Too many bytes. */
        BYTES,
        /** Too many entries in one namespace of one principal. */
        NAMESPACE
    }
}
