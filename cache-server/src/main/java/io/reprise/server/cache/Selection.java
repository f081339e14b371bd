package io.reprise.server.cache;

import io.reprise.index.EntryFilter;
import org.jspecify.annotations.Nullable;

/**
 * Which entries an invalidation means: those that match the filter and, where there is a prompt, resemble it.
 *
 * @param prompt as typed: meant are entries of the same text, and the nearest by cosine; null for all that the filter matches
 * @param minCosine the least cosine of what is near, 0 to 1
 */
public record Selection(EntryFilter filter, @Nullable String prompt, double minCosine) {
    /** The most entries that one invalidation by a prompt reaches, the nearest first. */
    public static final int MAX_RESEMBLING = 1000;

    /**
     * The default least cosine. Of pairs of questions labelled the same in QQP, 74 % reach it with the bundled model, and 20 % of those
     * labelled different, which were chosen for being alike: an entry too many costs a call, one too few leaves a wrong answer.
     */
    public static final double MIN_COSINE = 0.8;

    /** All that a filter matches. */
    public static Selection of(EntryFilter filter) {
        return new Selection(filter, null, MIN_COSINE);
    }
}
