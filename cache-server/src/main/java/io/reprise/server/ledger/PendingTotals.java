package io.reprise.server.ledger;

import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The totals that are not yet on disk, in bounded memory.
 *
 * <p>How it works: {@code pending} maps a bucket to an immutable sum. Adding replaces the sum by {@code merge}, draining takes it out
 * by {@code remove}; both are atomic for one bucket, so every call is in exactly one drained sum, whole. The buckets drained
 * come back with every later call, so what bounds memory is a second set, {@code admitted}: all buckets of the current day, and
 * those of earlier days until they are written. A bucket that does not fit in it is counted under a coarser one.
 *
 * <p>Thread-safe. Adding locks one bin of a hash table for the time of an addition; the first call of a bucket also takes
 * this object's lock for an insertion.
 */
final class PendingTotals {
    private final int maxBuckets;
    private final ConcurrentHashMap<BucketKey, SavingsTotals> pending = new ConcurrentHashMap<>();
    private final Set<BucketKey> admitted = ConcurrentHashMap.newKeySet();
    private final LongAdder foldedCalls = new LongAdder();

    PendingTotals(int maxBuckets) {
        this.maxBuckets = maxBuckets;
    }

    void add(BucketKey key, SavingsTotals totals) {
        BucketKey bucket = admitted.contains(key) ? key : admit(key);
        pending.merge(bucket, totals, SavingsTotals::plus);
    }

    /** Buckets that are on disk already, so that the bound holds over a restart. */
    synchronized void admitKnown(Collection<BucketKey> keys) {
        admitted.addAll(keys);
    }

    /** Takes out all totals. A call added meanwhile is either in the result or stays. */
    Map<BucketKey, SavingsTotals> drain() {
        Map<BucketKey, SavingsTotals> drained = HashMap.newHashMap(pending.size());
        for (BucketKey key : pending.keySet()) {
            SavingsTotals totals = pending.remove(key);
            if (totals != null) {
                drained.put(key, totals);
            }
        }
        return drained;
    }

    /** Puts drained totals back that could not be written. */
    void restore(Map<BucketKey, SavingsTotals> drained) {
        drained.forEach((key, totals) -> pending.merge(key, totals, SavingsTotals::plus));
    }

    /** Forgets the buckets of earlier days that have nothing to write. */
    synchronized void forgetBefore(LocalDate today) {
        admitted.removeIf(key -> key.day().isBefore(today) && !pending.containsKey(key));
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    long bucketCount() {
        return pending.mappingCount();
    }

    long foldedCalls() {
        return foldedCalls.sum();
    }

    private synchronized BucketKey admit(BucketKey key) {
        if (fits(key, maxBuckets)) {
            return key;
        }
        foldedCalls.increment();
        BucketKey withoutModel = key.withoutModel();
        // The coarsest bucket is one a day and needs no admission.
        return fits(withoutModel, 2 * maxBuckets) ? withoutModel : key.withoutCaller();
    }

    private boolean fits(BucketKey key, int bound) {
        if (admitted.contains(key)) {
            return true;
        }
        return admitted.size() < bound && admitted.add(key);
    }
}
