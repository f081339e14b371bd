package io.reprise.index;

import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The writes of a stretch of time, in memory and in order.
 *
 * <p>Tiers form a chain: when the background takes one over to index it, it is frozen, and later writes go to {@link #next()}. One
 * thread at a time writes (the holder of the index's write lock); any number read.
 */
final class RecentTier {

    private final ConcurrentHashMap<String, RecentWrite> latest = new ConcurrentHashMap<>();
    private volatile RecentWrite[] writes = new RecentWrite[64];
    /** Published after {@link #writes}, so a reader that sees a size sees that many writes. */
    private volatile int size;

    private final AtomicLong bytes = new AtomicLong();
    private volatile @Nullable RecentTier next;

    void add(RecentWrite write) {
        int at = size;
        RecentWrite[] room = writes;
        if (at == room.length) {
            room = Arrays.copyOf(room, at * 2);
        }
        room[at] = write;
        writes = room;
        latest.put(write.id(), write);
        bytes.addAndGet(write.bytes());
        size = at + 1;
    }

    /** Ends this tier; what is written from now on goes to the one returned. */
    RecentTier freeze() {
        RecentTier tier = new RecentTier();
        next = tier;
        return tier;
    }

    int size() {
        return size;
    }

    long bytes() {
        return bytes.get();
    }

    @Nullable RecentTier next() {
        return next;
    }

    /** The write at this position, below {@link #size()}. */
    RecentWrite at(int position) {
        return writes[position];
    }

    /** The newest version of this id here. */
    @Nullable RecentWrite latest(String id) {
        return latest.get(id);
    }

    /** The newest version of each id here. */
    Collection<RecentWrite> latest() {
        return latest.values();
    }
}
