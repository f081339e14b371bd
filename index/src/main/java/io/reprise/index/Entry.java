package io.reprise.index;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prompt and its stored answer.
 *
 * @param id the exact key: equal scope and equal text have equal ids, so storing the same prompt again replaces. 1 to 64 of
 *     {@code [A-Za-z0-9_-]}
 * @param scope what must be equal, not similar, for this entry to answer: a hash, compared as a whole
 * @param principal whose entry it is
 * @param namespace the principal's own division of its entries
 * @param model the model that answered, or null when the caller named none
 * @param text the prompt that is compared by meaning
 * @param payload the answer, opaque here; not copied, never modified after construction
 * @param tags marks for invalidation
 * @param createdAtMillis epoch milliseconds of the store
 * @param expiresAtMillis epoch milliseconds from which the entry no longer answers; after {@code createdAtMillis}
 */
public record Entry(
        String id,
        String scope,
        String principal,
        String namespace,
        @Nullable String model,
        String text,
        byte[] payload,
        List<String> tags,
        long createdAtMillis,
        long expiresAtMillis) {

    public Entry {
        if (id.isEmpty() || id.length() > 64) {
            throw new IllegalArgumentException("id must have 1 to 64 characters, has " + id.length());
        }
        if (expiresAtMillis <= createdAtMillis) {
            throw new IllegalArgumentException(
                    "expiresAtMillis must be after createdAtMillis: " + expiresAtMillis + " <= " + createdAtMillis);
        }
        tags = List.copyOf(tags);
    }
}
