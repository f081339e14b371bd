package io.reprise.server.telemetry;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names from callers, as many as may become labels: each label value costs memory for good, and callers choose model names freely.
 *
 * <p>Thread-safe.
 */
final class BoundedNames {
    private static final String OTHER = "other";
    private static final int MAX_LENGTH = 100;

    private final int limit;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    BoundedNames(int limit) {
        this.limit = limit;
    }

    /** The name itself while there is room, else {@code other}. */
    String bounded(String name) {
        if (known.contains(name)) {
            return name;
        }
        if (name.isEmpty() || name.length() > MAX_LENGTH || !isPrintable(name) || known.size() >= limit) {
            return OTHER;
        }
        return added(name) ? name : OTHER;
    }

    /**
     * Whoever reads metrics on a terminal must not be sent what moves its cursor, nor a name that looks like another.
     */
    private static boolean isPrintable(String name) {
        return name.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private synchronized boolean added(String name) {
        return known.contains(name) || (known.size() < limit && known.add(name));
    }
}
