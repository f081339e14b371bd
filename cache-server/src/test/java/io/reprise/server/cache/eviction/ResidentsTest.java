package io.reprise.server.cache.eviction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.reprise.server.cache.eviction.Victim.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResidentsTest {
    private static final long CENT = 10_000_000_000L;
    private static final int MANY = 1000;

    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void resized_keepsItsHitsAndTheirTime() {
        Residents residents = residents(new Bounds(1, 0, 0));
        residents.stored(entry(1, 100, CENT));
        IntStream.range(0, 5).forEach(i -> residents.hit(Ids.of(1)));
        residents.countHits();
        pass(3600);
        assertFalse(residents.resized(entry(1, 150, CENT)));
        assertEquals(6, residents.hits(Ids.of(1)));
        assertEquals(150, residents.bytes());
        residents.stored(entry(2, 150, CENT));
        pass(1);
        assertEquals(Set.of(Ids.of(1)), evicted(residents));
    }

    @Test
    void resizedBeforeItWasFound_isFound() {
        Residents residents = residents(new Bounds(0, 1000, 0));
        residents.resized(entry(1, 150, CENT));
        residents.found(entry(1, 100, CENT));
        assertEquals(1, residents.entries());
        assertEquals(150, residents.bytes());
    }

    // ---- who goes

    @Test
    void asLongAsABoundIsKept_nobodyGoes() {
        Residents residents = residents(new Bounds(3, 0, 0));
        store(residents, 3);
        assertEquals(List.of(), residents.victims(MANY));
    }

    @Test
    void whatWasNotAskedForLongest_goesFirst() {
        Residents residents = residents(new Bounds(3, 0, 0));
        for (int i = 0; i < 4; i++) {
            residents.stored(entry(i));
            pass(10);
        }
        assertEquals(Set.of(Ids.of(0)), evicted(residents));
    }

    @Test
    void whatIsAskedForOften_staysWhenItIsOlder() {
        Residents residents = residents(new Bounds(3, 0, 0));
        for (int i = 0; i < 4; i++) {
            residents.stored(entry(i));
            pass(10);
            residents.hit(Ids.of(0));
            residents.hit(Ids.of(0));
            residents.countHits();
        }
        pass(10);
        assertEquals(Set.of(Ids.of(1)), evicted(residents));
    }

    @Test
    void whatWasAskedForOftenLongAgo_goesBeforeWhatIsAskedForNow() {
        Residents residents = residents(new Bounds(1, 0, 0));
        residents.stored(entry(1));
        IntStream.range(0, 20).forEach(i -> residents.hit(Ids.of(1)));
        residents.countHits();
        pass(3600);
        residents.stored(entry(2));
        pass(60);
        assertEquals(Set.of(Ids.of(1)), evicted(residents));
    }

    @Test
    void whatSavesMore_stays() {
        Residents residents = residents(new Bounds(1, 0, 0));
        residents.stored(entry(1, 100, 5 * CENT));
        residents.stored(entry(2, 100, CENT));
        assertEquals(Set.of(Ids.of(2)), evicted(residents));
    }

    @Test
    void boundOnBytes_dropsWhatSavesLessForItsSize() {
        Residents residents = residents(new Bounds(0, 1000, 0));
        residents.stored(entry(1, 900, 2 * CENT));
        residents.stored(entry(2, 100, CENT));
        residents.stored(entry(3, 100, CENT));
        assertEquals(Set.of(Ids.of(1)), evicted(residents));
    }

    @Test
    void boundOnEntries_asksNobodyForItsSize() {
        Residents residents = residents(new Bounds(1, 0, 0));
        residents.stored(entry(1, 900, 2 * CENT));
        residents.stored(entry(2, 100, CENT));
        assertEquals(Set.of(Ids.of(2)), evicted(residents));
    }

    @Test
    void expired_goBeforeAllOthers() {
        Residents residents = residents(new Bounds(2, 0, 0));
        residents.stored(new Resident(Ids.of(0), "ann", "a", 100, 100 * CENT, now.toEpochMilli(), inSeconds(5)));
        residents.stored(entry(1));
        residents.stored(entry(2));
        pass(6);
        assertEquals(Set.of(Ids.of(0)), evicted(residents));
    }

    @Test
    void sample_isEnoughToKeepWhatIsInDemand() {
        Residents residents = residents(new Bounds(1000, 0, 0));
        for (int i = 0; i < 5000; i++) {
            residents.stored(entry(i));
            pass(1);
            for (int popular = 0; popular < Math.min(i, 50); popular++) {
                residents.hit(Ids.of(popular));
            }
            evicted(residents);
        }
        long kept = IntStream.range(0, 50)
                .filter(i -> !Float.isNaN(residents.hits(Ids.of(i))))
                .count();
        assertEquals(50, kept);
    }

    // ---- how many go

    @Test
    void onceThereIsTooMuch_aHundredthMoreGoes() {
        Residents residents = residents(new Bounds(1000, 0, 0));
        store(residents, 1001);
        assertEquals(11, evicted(residents).size());
        assertEquals(990, residents.entries());
    }

    @Test
    void victims_areAtMostSoManyAndAllDifferent() {
        Residents residents = residents(new Bounds(10, 0, 0));
        store(residents, 100);
        List<Victim> victims = residents.victims(20);
        assertEquals(20, victims.stream().map(Victim::id).distinct().count());
        assertEquals(100, residents.entries());
    }

    @Test
    void victimsThatWereNotRemoved_areChosenAgain() {
        Residents residents = residents(new Bounds(1, 0, 0));
        residents.stored(entry(1, 100, CENT));
        residents.stored(entry(2, 100, 2 * CENT));
        residents.victims(MANY);
        assertEquals(Set.of(Ids.of(1)), evicted(residents));
    }

    @Test
    void entryLargerThanTheBound_goesItself() {
        Residents residents = residents(new Bounds(0, 1000, 0));
        residents.stored(entry(1, 2000, CENT));
        assertEquals(Set.of(Ids.of(1)), evicted(residents));
        assertEquals(0, residents.bytes());
    }

    @Test
    void reason_isTheBound() {
        Residents entries = residents(new Bounds(1, 0, 0));
        store(entries, 2);
        assertEquals(Reason.ENTRIES, entries.victims(MANY).getFirst().reason());
        Residents bytes = residents(new Bounds(0, 150, 0));
        store(bytes, 2);
        assertEquals(Reason.BYTES, bytes.victims(MANY).getFirst().reason());
        Residents namespace = residents(new Bounds(0, 0, 1));
        store(namespace, 2);
        assertEquals(Reason.NAMESPACE, namespace.victims(MANY).getFirst().reason());
    }

    // ---- namespaces

    @Test
    void boundOnANamespace_takesOnlyItsOwn() {
        Residents residents = residents(new Bounds(0, 0, 2));
        residents.stored(entry(1, "ann", "b"));
        pass(100);
        for (int i = 2; i < 5; i++) {
            assertEquals(i == 4, residents.stored(entry(i, "ann", "a")));
            pass(10);
        }
        assertEquals(Set.of(Ids.of(2)), evicted(residents));
    }

    @Test
    void namespacesOfTwoPrincipals_areTwo() {
        Residents residents = residents(new Bounds(0, 0, 1));
        assertFalse(residents.stored(entry(1, "ann", "a")));
        assertFalse(residents.stored(entry(2, "bob", "a")));
        assertEquals(List.of(), residents.victims(MANY));
    }

    @Test
    void manyCrowdedNamespaces_areAllCutDown() {
        Residents residents = residents(new Bounds(0, 0, 10));
        for (int i = 0; i < 3000; i++) {
            residents.stored(entry(i, "ann", "n" + i % 100));
        }
        while (!evicted(residents).isEmpty()) {
            // One namespace after the other.
        }
        assertEquals(1000, residents.entries());
    }

    // ---- the account

    @Test
    void replacement_takesThePlaceAndKeepsTheHits() {
        Residents residents = residents(new Bounds(10, 0, 0));
        residents.stored(entry(1, 100, CENT));
        residents.hit(Ids.of(1));
        residents.countHits();
        residents.stored(entry(1, 300, CENT));
        assertEquals(1, residents.entries());
        assertEquals(300, residents.bytes());
        assertEquals(2f, residents.hits(Ids.of(1)));
    }

    @Test
    void removed_isCountedOut() {
        Residents residents = residents(new Bounds(10, 0, 0));
        store(residents, 3);
        residents.removed(List.of(Ids.of(0), Ids.of(2), Ids.of(77)));
        assertEquals(1, residents.entries());
        assertEquals(100, residents.bytes());
    }

    @Test
    void hitOnWhatIsNotThere_isNothing() {
        Residents residents = residents(new Bounds(10, 0, 0));
        residents.hit(Ids.of(1));
        residents.countHits();
        assertEquals(0, residents.entries());
    }

    @Test
    void expired_areSwept() {
        Residents residents = residents(new Bounds(10_000, 0, 0));
        for (int i = 0; i < 6000; i++) {
            residents.stored(new Resident(
                    Ids.of(i), "ann", "a", 100, CENT, now.toEpochMilli(), inSeconds(i % 3 == 0 ? 1000 : 5)));
        }
        pass(5);
        int slices = 0;
        for (int above = Integer.MAX_VALUE; above > 0; slices++) {
            above = residents.sweep(above, 1000);
        }
        assertEquals(2000, residents.entries());
        assertEquals(200_000, residents.bytes());
        assertEquals(6, slices);
    }

    @Test
    void whatIsFoundAndStoredAlready_isNotCountedTwice() {
        Residents residents = residents(new Bounds(10, 0, 0));
        residents.stored(entry(1, 100, CENT));
        residents.found(entry(1, 900, CENT));
        assertEquals(100, residents.bytes());
    }

    @Test
    void hits_areKnownToTheNextRun() throws IOException {
        Path file = folder.resolve("hits.bin");
        Residents before = residents(new Bounds(10, 0, 0));
        store(before, 3);
        IntStream.range(0, 7).forEach(i -> before.hit(Ids.of(1)));
        before.save(file);
        pass(60);
        Residents after = residents(new Bounds(10, 0, 0));
        after.recall(file);
        IntStream.range(0, 3).forEach(i -> after.found(entry(i)));
        assertEquals(8, after.hits(Ids.of(1)), 0.3);
        assertEquals(1f, after.hits(Ids.of(2)));
    }

    @Test
    void withoutAFile_theNextRunCountsFromTheStore() {
        Residents residents = residents(new Bounds(1, 0, 0));
        Resident old = entry(1);
        pass(100);
        residents.found(entry(2));
        residents.found(old);
        assertEquals(Set.of(Ids.of(1)), evicted(residents));
    }

    @Test
    void anyToGo_isSoFromAboveTheBoundDownToTheLowMark_andNotAgainBelowTheBound() {
        Residents residents = residents(new Bounds(200, 0, 0));
        store(residents, 200);
        assertFalse(residents.isAnyToGo());
        store(residents, 201);
        int batches = 0;
        while (residents.isAnyToGo()) {
            residents.removed(residents.victims(1).stream().map(Victim::id).toList());
            batches++;
        }
        assertEquals(3, batches);
        residents.stored(entry(1000));
        assertFalse(residents.isAnyToGo());
    }

    // ---- means

    private Residents residents(Bounds bounds) {
        return new Residents(bounds, () -> now, new Random(1));
    }

    private void pass(int seconds) {
        now = now.plus(Duration.ofSeconds(seconds));
    }

    private long inSeconds(int seconds) {
        return now.plusSeconds(seconds).toEpochMilli();
    }

    private void store(Residents residents, int count) {
        IntStream.range(0, count).forEach(i -> residents.stored(entry(i)));
    }

    private Resident entry(int number) {
        return entry(number, 100, CENT);
    }

    private Resident entry(int number, long bytes, long saving) {
        return new Resident(Ids.of(number), "ann", "a", bytes, saving, now.toEpochMilli(), inSeconds(1_000_000));
    }

    private Resident entry(int number, String principal, String namespace) {
        return new Resident(Ids.of(number), principal, namespace, 100, CENT, now.toEpochMilli(), inSeconds(1_000_000));
    }

    /** Chooses once, as many as there are, and removes them. */
    private static Set<String> evicted(Residents residents) {
        Set<String> ids = residents.victims(MANY).stream().map(Victim::id).collect(Collectors.toSet());
        residents.removed(ids);
        return ids;
    }
}
