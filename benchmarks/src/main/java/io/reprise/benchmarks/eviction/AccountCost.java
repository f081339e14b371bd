package io.reprise.benchmarks.eviction;

import io.reprise.server.cache.eviction.Bounds;
import io.reprise.server.cache.eviction.Resident;
import io.reprise.server.cache.eviction.Residents;
import io.reprise.server.cache.eviction.Victim;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * What the server's account takes at a million entries.
 *
 * @param bytesPerEntry of heap, without a bound on namespaces
 * @param bytesApart the same with one
 * @param storeNanos counting a stored entry in
 * @param hitNanos noting a hit, and counting it in the background
 * @param victimNanos choosing one that goes
 */
record AccountCost(double bytesPerEntry, double bytesApart, double storeNanos, double hitNanos, double victimNanos) {
    private static final int ENTRIES = 1_000_000;
    private static final int HITS = 1_000_000;
    private static final int BATCH = 256;
    private static final int RING = 2_000;
    private static final int COLLECTIONS = 3;

    static AccountCost measured() {
        String[] ids = new String[ENTRIES];
        for (int i = 0; i < ENTRIES; i++) {
            ids[i] = OfTheServer.id(i);
        }
        long apart = heapOf(ids, new Bounds(0, 0, ENTRIES));
        long plain = heapOf(ids, new Bounds(ENTRIES, 0, 0));
        var residents = new Residents(new Bounds(ENTRIES, 0, 0), Clock.systemUTC(), new Random(1));
        long start = System.nanoTime();
        fill(residents, ids);
        long stored = System.nanoTime();
        var random = new Random(2);
        for (int i = 0; i < HITS; i++) {
            residents.hit(ids[random.nextInt(ENTRIES)]);
            if (i % RING == 0) {
                residents.countHits();
            }
        }
        long hit = System.nanoTime();
        residents.stored(resident(OfTheServer.id(ENTRIES)));
        int dropped = 0;
        long choosing = 0;
        while (true) {
            long before = System.nanoTime();
            List<Victim> victims = residents.victims(BATCH);
            choosing += System.nanoTime() - before;
            if (victims.isEmpty()) {
                break;
            }
            dropped += victims.size();
            residents.removed(victims.stream().map(Victim::id).toList());
        }
        return new AccountCost(
                (double) plain / ENTRIES,
                (double) apart / ENTRIES,
                (double) (stored - start) / ENTRIES,
                (double) (hit - stored) / HITS,
                (double) choosing / dropped);
    }

    String sentence() {
        return String.format(
                Locale.ROOT,
                "At a million entries the account takes %.0f bytes of heap an entry, and %.0f with a bound on namespaces (a thousand of them). Counting a store in takes %.0f ns,"
                        + " a hit %.0f ns (noting it, and counting it in the background), choosing one that goes %.0f ns.",
                bytesPerEntry,
                bytesApart,
                storeNanos,
                hitNanos,
                victimNanos);
    }

    private static long heapOf(String[] ids, Bounds bounds) {
        long before = usedHeap();
        var residents = new Residents(bounds, Clock.systemUTC(), new Random(1));
        fill(residents, ids);
        long after = usedHeap();
        if (residents.entries() != ids.length) {
            throw new IllegalStateException("some are missing");
        }
        return after - before;
    }

    private static void fill(Residents residents, String[] ids) {
        for (String id : ids) {
            residents.stored(resident(id));
        }
    }

    private static Resident resident(String id) {
        long now = System.currentTimeMillis();
        return new Resident(id, "p", id.substring(0, 2) + id.charAt(2) % 4, 4_000, 1_000_000, now, now + 3_600_000);
    }

    private static long usedHeap() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
