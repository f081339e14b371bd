package io.reprise.server.gateway;

import io.reprise.server.cache.Lookup;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Ids of lookups: random, so that nobody can guess another caller's. That of an exact hit names its entry as well, so that nothing has to
 * be remembered of the many; whose entry it is, is checked when the id comes back.
 */
public final class LookupIds {
    private static final String ANY = "lk-";
    private static final String EXACT = "lk-x-";
    private static final int UUID_LENGTH = 36;

    private LookupIds() {}

    public static String next() {
        return ANY + UUID.randomUUID();
    }

    /** The id of a lookup, now that it is known what it found. */
    public static String of(String lookupId, Lookup.Hit hit) {
        return hit.kind() == Lookup.Kind.EXACT ? exact(lookupId, hit.entry().id()) : lookupId;
    }

    /** The id of a lookup that found the same text. */
    public static String exact(String lookupId, String entryId) {
        return EXACT + lookupId.substring(ANY.length()) + "-" + entryId;
    }

    /** The entry of an exact hit, or null when the id is not one of those. */
    public static @Nullable String exactEntry(String lookupId) {
        int entry = EXACT.length() + UUID_LENGTH + 1;
        return lookupId.startsWith(EXACT) && lookupId.length() > entry ? lookupId.substring(entry) : null;
    }
}
