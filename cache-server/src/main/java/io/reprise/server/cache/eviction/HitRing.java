package io.reprise.server.cache.eviction;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hits on their way into the account, of which some may be lost.
 *
 * <p>A lookup claims the next place and writes its entry's id there; it waits for nobody. One drainer at a time takes out what has come.
 * When it falls a whole round behind, new hits overwrite the oldest: what is lost is one of many signs that an entry is in demand.
 * The idea is that of Caffeine's read buffers, without their stripes.
 */
final class HitRing {
    private static final int SIZE = 1 << 12;
    private static final int MASK = SIZE - 1;

    private final AtomicReferenceArray<@Nullable String> ids = new AtomicReferenceArray<>(SIZE);
    private final AtomicLong next = new AtomicLong();
    private long drained;

    /** Adds a hit, and says whether it is time to drain: twice each round. Thread-safe. */
    boolean add(String id) {
        long place = next.getAndIncrement();
        ids.setRelease((int) place & MASK, id);
        return (place & (MASK >> 1)) == MASK >> 1;
    }

    /** Takes out what has come, oldest first. For one thread at a time. */
    void drain(Consumer<String> each) {
        long end = next.get();
        for (long place = Math.max(drained, end - SIZE); place < end; place++) {
            // Null where another thread has claimed the place and not yet written.
            String id = ids.getAndSet((int) place & MASK, null);
            if (id != null) {
                each.accept(id);
            }
        }
        drained = end;
    }
}
