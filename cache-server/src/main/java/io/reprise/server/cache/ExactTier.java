package io.reprise.server.cache;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.reprise.index.Entry;
import io.reprise.index.EntryIndex;
import io.reprise.index.StaleEntries;
import io.reprise.index.StoredEntry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Entries that answered lately, in memory, over the index, which has them all.
 *
 * <p>Bounded by bytes, evicted by TinyLFU; what expires goes, so that it takes no room from what answers. Loading and storing hold the
 * key's lock. So a removal that comes while an entry is read from disk waits for it and then wins: nothing removed comes back; and of
 * two stores at once the same one is last in memory and in the index. Thread-safe; all but {@link #inMemory} may wait for the disk.
 */
final class ExactTier {
    private final EntryIndex index;
    private final Clock clock;
    private final EntryWatch watch;
    private final LoadingCache<String, @Nullable CachedEntry> entries;

    ExactTier(EntryIndex index, long maxBytes, Clock clock) {
        this(index, maxBytes, clock, EntryWatch.NONE);
    }

    /** @param watch told of what is stored while the key's lock is held, and of what is removed */
    ExactTier(EntryIndex index, long maxBytes, Clock clock, EntryWatch watch) {
        this.index = index;
        this.clock = clock;
        this.watch = watch;
        this.entries = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((String id, CachedEntry entry) -> entry.weight())
                .expireAfter(Expiry.writing((String id, CachedEntry entry) ->
                        Duration.ofMillis(entry.expiresAt().toEpochMilli() - clock.millis())))
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .executor(Runnable::run)
                .build(id -> index.get(id, clock.millis()).map(CachedEntry::of).orElse(null));
    }

    /** The unexpired entry with this id, if memory has it. Never waits. */
    @Nullable CachedEntry inMemory(String id) {
        return entries.getIfPresent(id);
    }

    /** The unexpired entry with this id, from memory or the index. */
    @Nullable CachedEntry load(String id) {
        return entries.get(id);
    }

    /**
     * Stores an entry in the index, and then in memory.
     *
     * @param vector null for an entry that is found by id only
     * @return true when an unexpired entry with this id was replaced
     */
    boolean store(Entry entry, float @Nullable [] vector) {
        var replaced = new AtomicBoolean();
        entries.asMap().compute(entry.id(), (id, before) -> {
            replaced.set(index.put(entry, vector));
            CachedEntry stored = CachedEntry.of(entry);
            watch.stored(entry, stored, vector);
            return stored;
        });
        return replaced.get();
    }

    /**
     * Stores an entry in the index unless one with this id is there that is as new. Memory is left to what answers: the entry comes into
     * it when it is asked for.
     *
     * @return whether it was stored
     */
    boolean restore(Entry entry, float @Nullable [] vector) {
        var stored = new AtomicBoolean();
        entries.asMap().compute(entry.id(), (id, before) -> {
            if (hasAsNew(entry)) {
                return before;
            }
            index.put(entry, vector);
            watch.stored(entry, CachedEntry.of(entry), vector);
            stored.set(true);
            return null;
        });
        return stored.get();
    }

    /**
     * Gives an entry of the index another vector, if it is stale still. What memory has of it stays.
     *
     * @return whether it was
     */
    boolean renew(StaleEntries stale, StoredEntry stored, float @Nullable [] vector) {
        var renewed = new AtomicBoolean();
        Entry entry = stored.entry();
        entries.asMap().compute(entry.id(), (id, before) -> {
            boolean written = stale.renew(stored, vector);
            if (written) {
                watch.renewed(entry, vector);
            }
            renewed.set(written);
            return before;
        });
        return renewed.get();
    }

    /** Whether an unexpired entry with the same id is there that is as new. */
    boolean hasAsNew(Entry entry) {
        return index.get(entry.id(), clock.millis())
                .filter(there -> there.createdAtMillis() >= entry.createdAtMillis())
                .isPresent();
    }

    /** Frees the memory of what has expired, which otherwise waits for the next stores and reads. */
    void sweep() {
        entries.cleanUp();
    }

    /** Entries that take memory. */
    long inMemory() {
        return entries.estimatedSize();
    }

    /** Forgets what is no longer in the index. */
    void remove(List<String> ids) {
        entries.invalidateAll(ids);
        watch.removed(ids);
    }
}
