package io.reprise.index;

import org.jspecify.annotations.Nullable;

/**
 * Which entries a listing, a count or a bulk delete means: those that match every part that is not null.
 *
 * @param principal owner, or null for every principal's
 * @param namespace exact namespace
 * @param tag an exact tag that the entry carries
 * @param model exact model name
 * @param words words that the prompt must all contain, in any order, compared without case
 * @param createdBeforeMillis only entries created before this epoch millisecond
 */
public record EntryFilter(
        @Nullable String principal,
        @Nullable String namespace,
        @Nullable String tag,
        @Nullable String model,
        @Nullable String words,
        @Nullable Long createdBeforeMillis) {

    /** Of any age. */
    public EntryFilter(
            @Nullable String principal,
            @Nullable String namespace,
            @Nullable String tag,
            @Nullable String model,
            @Nullable String words) {
        this(principal, namespace, tag, model, words, null);
    }

    /** Every entry of one principal, or of all when null. */
    public static EntryFilter ofPrincipal(@Nullable String principal) {
        return new EntryFilter(principal, null, null, null, null);
    }
}
