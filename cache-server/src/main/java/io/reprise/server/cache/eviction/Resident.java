package io.reprise.server.cache.eviction;

/**
 * A stored entry, as far as its keeping goes.
 *
 * @param id 32 hexadecimal digits
 * @param principal whose it is
 * @param namespace the principal's division it lies in
 * @param bytes what it takes on disk, about; at least 1
 * @param savingPicoDollars what one hit on it saves, about; more than 0
 * @param createdAtMillis epoch milliseconds of the store
 * @param expiresAtMillis epoch milliseconds from which it no longer answers
 */
public record Resident(
        String id,
        String principal,
        String namespace,
        long bytes,
        long savingPicoDollars,
        long createdAtMillis,
        long expiresAtMillis) {
    public Resident {
        if (bytes < 1 || savingPicoDollars < 1) {
            throw new IllegalArgumentException(
                    "bytes and saving must be more than 0: " + bytes + ", " + savingPicoDollars);
        }
    }
}
