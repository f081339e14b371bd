package io.reprise.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The graphs against the flat scan, on clustered vectors. */
class LuceneIndexRecallTest {

    private static final int DIMENSION = 384;
    private static final int CLUSTERS = 250;
    private static final int ENTRIES = 5000;
    private static final int QUERIES = 400;

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(11);

    @Test
    void graphsOfSeveralSegments_findTheNearest() {
        TestEntries.ManualClock clock = new TestEntries.ManualClock();
        List<float[]> centres = new ArrayList<>();
        for (int i = 0; i < CLUSTERS; i++) {
            centres.add(TestEntries.randomUnit(random, DIMENSION));
        }
        IndexOptions options =
                IndexOptions.of(DIMENSION, "model").withRecentEntries(250).withCommitInterval(Duration.ofDays(1));
        try (LuceneIndex lucene = LuceneIndex.open(folder, options, clock);
                FlatIndex flat = new FlatIndex(DIMENSION, clock)) {
            for (int i = 0; i < ENTRIES; i++) {
                float[] vector = TestEntries.near(centre(centres), 0.7, random);
                // Two scopes, so that the graphs are walked with a filter.
                Entry entry = TestEntries.entry("id-" + i, i % 10 == 0 ? "small" : "large");
                lucene.put(entry, vector);
                flat.put(entry, vector);
            }
            awaitGraph(lucene);
            assertRecall(lucene, flat, "large", centres);
            assertRecall(lucene, flat, "small", centres);
        }
    }

    private void assertRecall(EntryIndex lucene, EntryIndex flat, String scope, List<float[]> centres) {
        int found = 0;
        for (int i = 0; i < QUERIES; i++) {
            float[] query = TestEntries.near(centre(centres), 0.7, random);
            List<Neighbour> expected = flat.search(query, TestEntries.within(scope), 16);
            List<Neighbour> actual = lucene.search(query, TestEntries.within(scope), 16);
            assertEquals(16, actual.size());
            found += expected.getFirst().equals(actual.getFirst()) ? 1 : 0;
        }
        double recall = (double) found / QUERIES;
        assertTrue(recall >= 0.99, () -> "recall@1 of scope " + scope + " is " + recall);
    }

    /** Graphs are built by merges, in the background: waits for one that a search of the large scope walks through. */
    private static void awaitGraph(LuceneIndex lucene) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (Collections.max(lucene.segmentSizes()) < 1000) {
            assertTrue(System.nanoTime() < deadline, () -> "not merged: " + lucene.segmentSizes());
            lucene.refresh();
        }
    }

    private float[] centre(List<float[]> centres) {
        return centres.get(random.nextInt(centres.size()));
    }
}
