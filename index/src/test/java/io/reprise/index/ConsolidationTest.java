package io.reprise.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What steady writes leave behind in many segments, once they end. */
class ConsolidationTest {

    private static final int DIMENSION = 8;
    private static final int ENTRIES = 60;

    @TempDir
    Path folder;

    private final TestEntries.ManualClock clock = new TestEntries.ManualClock();

    @Test
    void quietIndex_becomesOneSegmentWithoutWhatWasDeleted() {
        IndexOptions steady = IndexOptions.of(DIMENSION, "model").withCommitInterval(Duration.ofDays(1));
        try (LuceneIndex index = LuceneIndex.open(folder, steady, clock)) {
            store(index);
            assertTrue(index.segmentSizes().size() > 1, () -> "all in " + index.segmentSizes());
        }
        IndexOptions quiet = steady.withCommitInterval(Duration.ofMillis(20));
        try (LuceneIndex index = LuceneIndex.open(folder, quiet, clock)) {
            awaitOneSegment(index);
            assertEquals(ENTRIES / 2, index.segmentSizes().getFirst());
            assertEquals(ENTRIES / 2, index.count(EntryFilter.ofPrincipal(null), TestEntries.NOW));
        }
    }

    private static void store(LuceneIndex index) {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < ENTRIES; i++) {
            index.put(TestEntries.entry("id-" + i), TestEntries.randomUnit(random, DIMENSION));
            if (i % 10 == 9) {
                index.refresh();
            }
        }
        for (int i = 1; i < ENTRIES; i += 2) {
            index.remove("id-" + i);
        }
    }

    private static void awaitOneSegment(LuceneIndex index) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (index.segmentSizes().size() != 1 || index.segmentSizes().getFirst() != ENTRIES / 2) {
            assertTrue(System.nanoTime() < deadline, () -> "still in " + index.segmentSizes());
            Thread.onSpinWait();
        }
    }
}
