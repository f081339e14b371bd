package io.reprise.server.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PendingTotalsTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 2);
    private static final SavingsTotals CALL = new SavingsTotals(1, 0, 0, 1, 0, 0, 0, 3, 4, 0, 0, 5, 0);

    private final PendingTotals pending = new PendingTotals(2);

    @Test
    void callsOfABucket_areAddedUp() {
        add(DAY, "p", "m");
        add(DAY, "p", "m");
        assertEquals(Map.of(key(DAY, "p", "m"), CALL.plus(CALL)), pending.drain());
    }

    @Test
    void drain_leavesNothing() {
        add(DAY, "p", "m");
        pending.drain();
        assertTrue(pending.isEmpty());
        assertEquals(Map.of(), pending.drain());
    }

    @Test
    void restoredTotals_areAddedToWhatCameMeanwhile() {
        add(DAY, "p", "m");
        Map<BucketKey, SavingsTotals> drained = pending.drain();
        add(DAY, "p", "m");
        pending.restore(drained);
        assertEquals(Map.of(key(DAY, "p", "m"), CALL.plus(CALL)), pending.drain());
    }

    @Test
    void newModelsPastTheBound_areFoldedWithinTheirCaller() {
        add(DAY, "p", "m1");
        add(DAY, "p", "m2");
        add(DAY, "p", "m3");
        add(DAY, "p", "m4");
        add(DAY, "p", "m1");
        assertEquals(
                Map.of(
                        key(DAY, "p", "m1"), CALL.plus(CALL),
                        key(DAY, "p", "m2"), CALL,
                        key(DAY, "p", "other"), CALL.plus(CALL)),
                pending.drain());
        assertEquals(2, pending.foldedCalls());
    }

    @Test
    void newCallersPastTwiceTheBound_areFoldedIntoOneBucketADay() {
        for (int i = 0; i < 100; i++) {
            add(DAY, "p" + i, "m");
        }
        Map<BucketKey, SavingsTotals> drained = pending.drain();
        assertEquals(5, drained.size());
        assertEquals(
                96,
                drained.getOrDefault(new BucketKey(DAY, "*", "*", "other"), SavingsTotals.ZERO)
                        .calls());
    }

    @Test
    void boundCountsBucketsAlreadyWrittenToday() {
        add(DAY, "p", "m1");
        add(DAY, "p", "m2");
        pending.drain();
        pending.forgetBefore(DAY);
        add(DAY, "p", "m3");
        assertEquals(Map.of(key(DAY, "p", "other"), CALL), pending.drain());
    }

    @Test
    void knownBuckets_countTowardsTheBound() {
        pending.admitKnown(List.of(key(DAY, "p", "m1"), key(DAY, "p", "m2")));
        add(DAY, "p", "m2");
        add(DAY, "p", "m3");
        assertEquals(Map.of(key(DAY, "p", "m2"), CALL, key(DAY, "p", "other"), CALL), pending.drain());
    }

    @Test
    void writtenBucketsOfEarlierDays_makeRoom() {
        add(DAY, "p", "m1");
        add(DAY, "p", "m2");
        pending.drain();
        pending.forgetBefore(DAY.plusDays(1));
        add(DAY.plusDays(1), "p", "m3");
        assertEquals(Map.of(key(DAY.plusDays(1), "p", "m3"), CALL), pending.drain());
    }

    @Test
    void unwrittenBucketsOfEarlierDays_keepTheirRoom() {
        add(DAY, "p", "m1");
        add(DAY, "p", "m2");
        pending.forgetBefore(DAY.plusDays(1));
        add(DAY.plusDays(1), "p", "m3");
        assertEquals(3, pending.bucketCount());
        assertEquals(1, pending.foldedCalls());
    }

    private void add(LocalDate day, String principal, String model) {
        pending.add(key(day, principal, model), CALL);
    }

    private static BucketKey key(LocalDate day, String principal, String model) {
        return new BucketKey(day, principal, "default", model);
    }
}
