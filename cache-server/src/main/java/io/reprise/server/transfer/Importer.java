package io.reprise.server.transfer;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who imports, and how.
 *
 * @param principal whose entries they become, unless an administrator's lines name another
 * @param administrator whether lines may name principals
 * @param strict whether the first line that fails ends the import
 * @param namespace of pairs that name none, or null for the default one
 * @param model of pairs that name none, or null
 * @param features headers that change what upstream answers, which belong to the scope of pairs, by lower-case name
 */
public record Importer(
        String principal,
        boolean administrator,
        boolean strict,
        @Nullable String namespace,
        @Nullable String model,
        SortedMap<String, String> features) {
    public Importer {
        features = Collections.unmodifiableSortedMap(new TreeMap<>(features));
    }

    /** Whose a line's entry becomes, which may name somebody. */
    String owner(@Nullable String named) {
        return administrator && named != null && !named.isBlank() ? named : principal;
    }
}
