package io.reprise.server.cache;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.reprise.index.EntryIndex;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Entries that answered lately, in memory, over the index, which has them all.
 *
 * <p>Bounded by bytes, evicted by TinyLFU. Loading holds the key's lock, so a removal that comes while an entry is read from disk
 * waits for it and then wins: nothing removed comes back. Thread-safe; {@link #load} and {@link #remove} may wait for the disk.
 */
final class ExactTier {
    private final LoadingCache<String, @Nullable CachedEntry> entries;

    ExactTier(EntryIndex index, long maxBytes, Clock clock) {
        this.entries = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((String id, CachedEntry entry) -> entry.weight())
                .executor(Runnable::run)
                .build(id -> index.get(id, clock.millis()).map(CachedEntry::of).orElse(null));
    }

    /** What memory has, expired or not. Never waits. */
    @Nullable CachedEntry inMemory(String id) {
        return entries.getIfPresent(id);
    }

    /** The unexpired entry with this id, from memory or the index. */
    @Nullable CachedEntry load(String id) {
        return entries.get(id);
    }

    void put(CachedEntry entry) {
        entries.put(entry.id(), entry);
    }

    /** Forgets what is no longer in the index. */
    void remove(List<String> ids) {
        entries.invalidateAll(ids);
    }
}
