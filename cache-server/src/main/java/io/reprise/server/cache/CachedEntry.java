package io.reprise.server.cache;

import io.reprise.index.Entry;
import io.reprise.server.protocol.Completion;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stored answer as callers see it.
 *
 * @param id its exact key
 * @param principal whose it is
 * @param namespace the principal's division it lies in
 * @param model the model asked for, or null
 * @param prompt the text that is compared by meaning
 * @param completion the answer
 * @param tags marks for invalidation
 * @param createdAt when it was stored
 * @param expiresAt from when it no longer answers
 */
public record CachedEntry(
        String id,
        String principal,
        String namespace,
        @Nullable String model,
        String prompt,
        Completion completion,
        List<String> tags,
        Instant createdAt,
        Instant expiresAt) {

    /** Reads an entry of the index. */
    static CachedEntry of(Entry entry) {
        return new CachedEntry(
                entry.id(),
                entry.principal(),
                entry.namespace(),
                entry.model(),
                entry.text(),
                Completion.decode(entry.payload()),
                entry.tags(),
                Instant.ofEpochMilli(entry.createdAtMillis()),
                Instant.ofEpochMilli(entry.expiresAtMillis()));
    }

    /** Whether it may answer at a time a call that accepts nothing created before {@code notBeforeMillis}. */
    boolean answers(long nowMillis, long notBeforeMillis) {
        return expiresAt.toEpochMilli() > nowMillis && createdAt.toEpochMilli() >= notBeforeMillis;
    }

    /** About how many bytes it holds in memory. */
    int weight() {
        return 256 + 2 * prompt.length() + completion.json().length;
    }
}
