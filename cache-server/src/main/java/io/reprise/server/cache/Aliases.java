package io.reprise.server.cache;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Histories of conversations that were answered from the cache, and the histories of the entries that answered them.
 *
 * <p>After a hit on an entry that answers another text, the client's conversation and the entry's own differ in words alone. The alias
 * lets the next turn of the one find the entries of the other. An alias is an exact hash, never a likeness; it lives no longer than the
 * entries it was made with. Kept in memory alone: after a restart a conversation goes on as it was really held. Bounded; the one used
 * longest ago goes first. Thread-safe.
 */
final class Aliases {
    /**
     * A history in place of the one that was sent.
     *
     * @param history the history that the entries are stored under
     * @param confidence estimated probability that every hit on the way was right
     * @param entries ids of the entries that answered on the way, the first first
     * @param expiresMillis when the first of them expires
     */
    record Alias(String history, double confidence, List<String> entries, long expiresMillis) {
        Alias {
            entries = List.copyOf(entries);
        }
    }

    private final int maxAliases;
    private final LinkedHashMap<String, Alias> aliases = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, Set<String>> historiesByEntry = new HashMap<>();

    Aliases(int maxAliases) {
        this.maxAliases = maxAliases;
    }

    /** The alias of a history that was sent, or null when it has none. */
    synchronized @Nullable Alias of(String history, long nowMillis) {
        Alias alias = aliases.get(history);
        if (alias != null && alias.expiresMillis() <= nowMillis) {
            remove(history);
            return null;
        }
        return alias;
    }

    /** Sets the alias of a history; of two the more certain stays. */
    synchronized void put(String history, Alias alias) {
        Alias before = aliases.get(history);
        if (maxAliases == 0 || (before != null && before.confidence() > alias.confidence())) {
            return;
        }
        remove(history);
        aliases.put(history, alias);
        alias.entries().forEach(entry -> historiesByEntry
                .computeIfAbsent(entry, id -> new HashSet<>())
                .add(history));
        if (aliases.size() > maxAliases) {
            remove(aliases.firstEntry().getKey());
        }
    }

    /** Forgets every alias that these entries had a part in. */
    synchronized void removeThrough(List<String> entries) {
        for (String entry : entries) {
            Set<String> histories = historiesByEntry.get(entry);
            if (histories != null) {
                List.copyOf(histories).forEach(this::remove);
            }
        }
    }

    synchronized int size() {
        return aliases.size();
    }

    private void remove(String history) {
        Alias removed = aliases.remove(history);
        if (removed == null) {
            return;
        }
        for (String entry : removed.entries()) {
            Set<String> histories = historiesByEntry.get(entry);
            if (histories != null && histories.remove(history) && histories.isEmpty()) {
                historiesByEntry.remove(entry);
            }
        }
    }
}
