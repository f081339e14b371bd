package io.reprise.index;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a listing, newest first.
 *
 * @param entries the page's entries
 * @param nextCursor what to pass to read on, or null on the last page
 */
public record EntryPage(List<Entry> entries, @Nullable String nextCursor) {
    public EntryPage {
        entries = List.copyOf(entries);
    }
}
