package io.reprise.server.cache;

import io.reprise.index.Entry;
import io.reprise.index.EntryFilter;
import io.reprise.index.EntryIndex;
import io.reprise.index.ScanPage;
import io.reprise.index.StoredEntry;
import io.reprise.server.cache.eviction.EvictionMeter;
import io.reprise.server.cache.eviction.Resident;
import io.reprise.server.cache.eviction.Residents;
import io.reprise.server.cache.eviction.Victim;
import java.io.IOException;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the cache within its bounds, on one thread of its own.
 *
 * <p>At the start it reads what the index holds, page by page, beside everything else; the bounds hold meanwhile for what it has seen. Then it drops what
 * is worth least whenever a store finds that there is too much, some hundred at a time: a store never waits for it, but for the moment in
 * which such a batch is removed. So there may be more than the bound by what is stored while it drops. When it cannot drop, because the
 * disk is full, it tries again at the next store, and every minute. Thread-safe.
 */
final class Evictor implements EntryWatch, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Evictor.class);
    private static final int BATCH = 256;
    private static final int PAGE = 256;
    private static final long PAGE_BYTES = 4L << 20;
    private static final int SWEPT_AT_ONCE = 1 << 14;
    private static final long TICK_SECONDS = 60;
    private static final int TICKS_PER_SAVE = 10;
    private static final long PATIENCE_SECONDS = 10;
    /**
     * What the index takes on disk for an entry beside its text, answer and vector: keys and times, terms, links of the
     * graph. Some 150 in {@code benchmarks/results/scale.md}; more where owners, models and tags are many.
     */
    private static final int INDEX_BYTES = 200;

    /** A component of a vector is kept as a float and as a byte. */
    private static final int COMPONENT_BYTES = Float.BYTES + 1;

    private final Keeping keeping;
    private final EntryIndex index;
    private final Clock clock;
    private final Residents residents;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("reprise-evict").factory());
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile boolean closing;
    /** Whether the account holds all that the index does. */
    private volatile boolean complete;

    private @Nullable Removals removals;
    private int ticks;
    private boolean failing;

    Evictor(Keeping keeping, EntryIndex index, Clock clock) {
        this.keeping = keeping;
        this.index = index;
        this.clock = clock;
        this.residents = new Residents(
                keeping.bounds(),
                Residents.SAMPLE,
                keeping.principals(),
                clock,
                RandomGenerator.of("L64X128MixRandom"));
    }

    /** Begins, once there is something to remove through. */
    void start(Removals through) {
        removals = through;
        thread.execute(this::recount);
        var unused = thread.scheduleWithFixedDelay(this::tick, TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
    }

    /** What is stored, as far as it is accounted for. */
    Residents residents() {
        return residents;
    }

    @Override
    public void stored(Entry entry, CachedEntry answer, float @Nullable [] vector) {
        if (residents.stored(resident(entry, answer, vector))) {
            wake();
        }
    }

    @Override
    public void renewed(Entry entry, float @Nullable [] vector) {
        if (residents.resized(resident(entry, CachedEntry.of(entry), vector))) {
            wake();
        }
    }

    @Override
    public void answered(String id) {
        if (residents.hit(id)) {
            wake();
        }
    }

    @Override
    public void removed(List<String> ids) {
        residents.removed(ids);
    }

    /** Returns when all that was stored before is accounted for, and all bounds are kept. For tests. */
    void await() {
        try {
            thread.submit(() -> {
                        sweep();
                        evict();
                    })
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the evictor does not come to an end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        closing = true;
        // No interrupt: it would close the file that a removal is being written to.
        thread.shutdown();
        try {
            if (!thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                log.warn("the evictor is still at work after {} seconds", PATIENCE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        save();
    }

    private void wake() {
        if (asked.compareAndSet(false, true)) {
            try {
                thread.execute(this::evict);
            } catch (RejectedExecutionException e) {
                log.debug("Closing: what is too much goes after the next start.");
            }
        }
    }

    private void evict() {
        asked.set(false);
        try {
            residents.countHits();
            while (!closing && evictSome()) {
                // One batch after the other, so that stores get in between.
            }
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                log.warn("what is too much could not be dropped, it is tried again: {}", e.toString());
            }
            failing = true;
        }
    }

    private boolean evictSome() {
        // Asked first, because a removal holds up every store, and mostly there are only hits to be counted.
        if (removals == null || !residents.isAnyToGo()) {
            return false;
        }
        Removals.Evicted evicted = removals.evict(() -> residents.victims(BATCH));
        Map<Victim.Reason, long[]> sums = new EnumMap<>(Victim.Reason.class);
        for (Victim victim : evicted.there()) {
            long[] sum = sums.computeIfAbsent(victim.reason(), reason -> new long[2]);
            sum[0]++;
            sum[1] += victim.bytes();
        }
        EvictionMeter meter = keeping.meter();
        sums.forEach((reason, sum) -> meter.evicted(reason, sum[0], sum[1]));
        return evicted.chosen() > 0;
    }

    /** Counts in what former runs have stored. */
    private void recount() {
        try {
            residents.recall(keeping.hits());
        } catch (IOException e) {
            log.warn("how often entries were asked for is forgotten: {}", e.toString());
        }
        try {
            String after = null;
            boolean last = false;
            while (!last && !closing) {
                long begun = System.nanoTime();
                ScanPage page = found(after);
                last = page.last();
                after = page.entries().isEmpty()
                        ? after
                        : page.entries().getLast().entry().id();
                // As long a rest as the work was: nobody waits for the end, and lookups need the disk.
                LockSupport.parkNanos(last ? 0 : System.nanoTime() - begun);
            }
            complete = last;
            if (last) {
                residents.foundAll();
            }
        } catch (RuntimeException e) {
            log.warn("the stored entries could not be counted, it is tried again: {}", e.toString());
        }
        residents.forgetRecalled();
    }

    private ScanPage found(@Nullable String after) {
        if (removals == null) {
            throw new IllegalStateException("not started");
        }
        boolean tooMuch = false;
        ScanPage page;
        // Stores may come between, they are known before; a removal must not, it would be forgotten again.
        removals.storing().lock();
        try {
            page = index.scan(EntryFilter.ofPrincipal(null), clock.millis(), after, PAGE, PAGE_BYTES);
            for (StoredEntry stored : page.entries()) {
                tooMuch |= residents.found(resident(stored));
            }
        } finally {
            removals.storing().unlock();
        }
        if (tooMuch) {
            evict();
        }
        return page;
    }

    private void tick() {
        sweep();
        evict();
        if (!complete) {
            recount();
        }
        if (++ticks % TICKS_PER_SAVE == 0) {
            save();
        }
    }

    private void sweep() {
        for (int above = Integer.MAX_VALUE; above > 0 && !closing; ) {
            above = residents.sweep(above, SWEPT_AT_ONCE);
        }
        if (removals != null) {
            removals.sweep();
        }
    }

    private void save() {
        if (!complete) {
            // Else those that were not counted yet would be forgotten.
            return;
        }
        try {
            residents.save(keeping.hits());
        } catch (IOException e) {
            log.warn("how often entries were asked for is not on disk: {}", e.toString());
        }
    }

    private Resident resident(StoredEntry stored) {
        return resident(stored.entry(), CachedEntry.of(stored.entry()), stored.vector());
    }

    private Resident resident(Entry entry, CachedEntry answer, float @Nullable [] vector) {
        long bytes = (long) INDEX_BYTES + entry.text().length() + entry.payload().length;
        if (vector != null) {
            bytes += (long) COMPONENT_BYTES * vector.length;
        }
        return new Resident(
                entry.id(),
                entry.principal(),
                entry.namespace(),
                bytes,
                keeping.saving().picoDollars(entry.model(), entry.text(), answer.completion()),
                entry.createdAtMillis(),
                entry.expiresAtMillis());
    }
}
