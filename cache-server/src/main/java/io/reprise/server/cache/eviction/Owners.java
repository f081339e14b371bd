package io.reprise.server.cache.eviction;

import java.util.Comparator;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who holds how much, and of whom something goes when there is too much: of the one who holds most, so that nobody's
 * stores drop what
 * another has below its fair share (max-min fairness: Bertsekas and Gallager, Data Networks, 6.5.2).
 *
 * <p>A fair share is the bound divided by the principals that hold something. Those who may be made up share a pool of
 * a twentieth of the
 * bound, as soon as there is anybody else. Not thread-safe.
 */
final class Owners {
    /** A twentieth of a bound is the pool's. */
    private static final int POOL_PART = 20;

    /** What is bounded. */
    enum Room {
        ENTRIES {
            @Override
            long of(SlotTable.Members owner) {
                return owner.heldEntries();
            }
        },
        BYTES {
            @Override
            long of(SlotTable.Members owner) {
                return owner.heldBytes();
            }
        };

        abstract long of(SlotTable.Members owner);
    }

    /** The proven principals, or the others. */
    private static final class Side {
        private final NavigableSet<SlotTable.Members> byEntries = new TreeSet<>(order(Room.ENTRIES));
        private final NavigableSet<SlotTable.Members> byBytes = new TreeSet<>(order(Room.BYTES));
        private long entries;
        private long bytes;

        private static Comparator<SlotTable.Members> order(Room room) {
            return Comparator.comparingLong(room::of).thenComparing(SlotTable.Members::name);
        }

        void add(SlotTable.Members owner) {
            entries += owner.heldEntries();
            bytes += owner.heldBytes();
            if (owner.heldEntries() > 0) {
                byEntries.add(owner);
                byBytes.add(owner);
            }
        }

        void remove(SlotTable.Members owner) {
            entries -= owner.heldEntries();
            bytes -= owner.heldBytes();
            byEntries.remove(owner);
            byBytes.remove(owner);
        }

        long held(Room room) {
            return room == Room.ENTRIES ? entries : bytes;
        }

        SlotTable.@Nullable Members largest(Room room) {
            NavigableSet<SlotTable.Members> owners = room == Room.ENTRIES ? byEntries : byBytes;
            return owners.isEmpty() ? null : owners.last();
        }

        /** The largest, unless it is within its share of this room; alone, it has only itself to blame. */
        SlotTable.@Nullable Members aboveItsShare(Room room, long bound) {
            SlotTable.Members largest = largest(room);
            boolean above = largest != null && (byEntries.size() == 1 || room.of(largest) > bound / byEntries.size());
            return above ? largest : null;
        }
    }

    private final Side proven = new Side();
    private final Side pool = new Side();

    /** Changes what an owner holds. */
    void change(SlotTable.Members owner, int entries, long bytes) {
        Side side = owner.proven() ? proven : pool;
        side.remove(owner);
        owner.hold(entries, bytes);
        side.add(owner);
    }

    /** Takes an owner out of the pool. */
    void prove(SlotTable.Members owner) {
        if (!owner.proven()) {
            pool.remove(owner);
            owner.prove();
            proven.add(owner);
        }
    }

    /** Whether the pool holds more than its part while anybody else holds something. */
    boolean isPoolOver(Room room, long bound) {
        return bound > 0 && proven.entries > 0 && pool.held(room) > poolPart(bound);
    }

    /** Of whom something goes, when all hold too much; null where everybody is within its share. */
    SlotTable.@Nullable Members payer(Room room, long bound) {
        if (isPoolOver(room, bound)) {
            return pool.largest(room);
        }
        if (proven.entries == 0) {
            return pool.aboveItsShare(room, bound);
        }
        return proven.aboveItsShare(room, bound - pool.held(room));
    }

    private static long poolPart(long bound) {
        return bound / POOL_PART;
    }
}
