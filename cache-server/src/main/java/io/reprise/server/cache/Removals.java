package io.reprise.server.cache;

import io.reprise.index.EntryIndex;
import io.reprise.index.WriteRefusedException;
import io.reprise.server.cache.eviction.Victim;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Takes entries out of the index, and with them what memory has of them and what was built on them.
 *
 * <p>Removals exclude each other and stores: no store slips past a removal that it began before, and what is chosen for removal is
 * still the same when it is removed. Thread-safe; waits for the disk on the calling thread.
 */
final class Removals {
    private final EntryIndex index;
    private final ExactTier exact;
    private final SemanticTier semantic;
    private final Clock clock;
    /** Shared by stores, exclusive to removals. */
    private final ReadWriteLock removal = new ReentrantReadWriteLock();

    private Instant lastOfMany = Instant.MIN;

    Removals(EntryIndex index, ExactTier exact, SemanticTier semantic, Clock clock) {
        this.index = index;
        this.exact = exact;
        this.semantic = semantic;
        this.clock = clock;
    }

    /** Held by whoever stores. */
    Lock storing() {
        return removal.readLock();
    }

    /** Whether many entries were deleted since then. To be asked while {@link #storing} is held. */
    boolean manySince(Instant time) {
        return !time.isAfter(lastOfMany);
    }

    /** Removes an entry if it may be, and says whether it was there. */
    boolean one(String id, BooleanSupplier allowed) {
        removal.writeLock().lock();
        try {
            if (!allowed.getAsBoolean()) {
                return false;
            }
            boolean removed = index.remove(id);
            forget(List.of(id));
            return removed;
        } finally {
            removal.writeLock().unlock();
        }
    }

    /** Forgets what this takes out of the index; a store of what was asked before does not happen any more. */
    int many(Supplier<List<String>> fromIndex) {
        removal.writeLock().lock();
        try {
            lastOfMany = clock.instant();
            return forgotten(fromIndex).size();
        } finally {
            removal.writeLock().unlock();
        }
    }

    /** Removes those whom this chooses; those of them come back that were there, unexpired. */
    Evicted evict(Supplier<List<Victim>> choice) {
        removal.writeLock().lock();
        try {
            List<Victim> victims = choice.get();
            if (victims.isEmpty()) {
                return Evicted.NONE;
            }
            List<String> ids = victims.stream().map(Victim::id).toList();
            Set<String> there = Set.copyOf(forgotten(() -> index.removeAll(ids)));
            forget(ids);
            return new Evicted(
                    victims.size(),
                    victims.stream().filter(each -> there.contains(each.id())).toList());
        } finally {
            removal.writeLock().unlock();
        }
    }

    /** Frees the memory of what has expired. */
    void sweep() {
        exact.sweep();
    }

    /**
     * What came of an eviction.
     *
     * @param chosen how many were to go
     * @param there those of them that were there
     */
    record Evicted(int chosen, List<Victim> there) {
        private static final Evicted NONE = new Evicted(0, List.of());
    }

    /** What is gone from the index must not answer from memory, also where the disk is full halfway. */
    private List<String> forgotten(Supplier<List<String>> fromIndex) {
        try {
            List<String> removed = fromIndex.get();
            forget(removed);
            return removed;
        } catch (WriteRefusedException e) {
            forget(e.removed());
            throw e;
        }
    }

    private void forget(List<String> ids) {
        exact.remove(ids);
        semantic.forget(ids);
    }
}
