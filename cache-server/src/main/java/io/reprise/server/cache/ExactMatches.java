package io.reprise.server.cache;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the exact tier has for several queries.
 *
 * @param entries one for each query in their order, null where nothing answers
 * @param problem why nothing was looked up, as a word of the HTTP contract's miss reasons; or null when it was
 */
public record ExactMatches(
        List<@Nullable CachedEntry> entries, @Nullable String problem) {
    public ExactMatches {
        entries = Collections.unmodifiableList(new ArrayList<>(entries));
    }

    /** Nothing at all. */
    public static ExactMatches none(int queries, @Nullable String problem) {
        return new ExactMatches(Collections.nCopies(queries, null), problem);
    }
}
