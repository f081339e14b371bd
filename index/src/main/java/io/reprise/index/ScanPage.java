package io.reprise.index;

import java.util.List;

/**
 * A part of a scan, by rising id.
 *
 * @param entries the next that match; the next page begins after the id of the last of them
 * @param last whether nothing follows
 */
public record ScanPage(List<StoredEntry> entries, boolean last) {
    public ScanPage {
        entries = List.copyOf(entries);
    }
}
