package io.reprise.index;

import static io.reprise.index.TestEntries.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fixed set of entries is replaced without pause: every read must see each of them exactly once. */
class LuceneIndexConcurrencyTest {

    private static final int DIMENSION = 16;
    private static final int ENTRIES = 60;
    private static final int WRITERS = 3;
    private static final int WRITES = 5000;
    private static final EntryFilter ALL = EntryFilter.ofPrincipal(null);

    @TempDir
    Path folder;

    private final List<float[]> vectors = new ArrayList<>();

    @Test
    void replacedWithoutPause_everyReadSeesEachEntryOnce() throws InterruptedException, ExecutionException {
        SplittableRandom random = new SplittableRandom(5);
        IndexOptions options =
                IndexOptions.of(DIMENSION, "model").withRecentEntries(300).withCommitInterval(Duration.ofMillis(5));
        try (LuceneIndex index = LuceneIndex.open(folder, options, new TestEntries.ManualClock());
                ExecutorService threads = Executors.newCachedThreadPool()) {
            for (int i = 0; i < ENTRIES; i++) {
                vectors.add(TestEntries.randomUnit(random, DIMENSION));
                index.put(TestEntries.entry("id-" + i), vectors.get(i));
            }
            AtomicInteger writing = new AtomicInteger(WRITERS);
            List<Future<?>> work = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                work.add(threads.submit(writer(index, writer, writing)));
            }
            work.add(threads.submit(searcher(index, writing)));
            work.add(threads.submit(counter(index, writing)));
            for (Future<?> each : work) {
                each.get();
            }
        }
    }

    private Callable<Void> writer(LuceneIndex index, int writer, AtomicInteger writing) {
        return () -> {
            SplittableRandom random = new SplittableRandom(writer);
            try {
                for (int i = 0; i < WRITES; i++) {
                    int which = random.nextInt(ENTRIES);
                    assertTrue(index.put(TestEntries.entry("id-" + which), vectors.get(which)));
                }
            } finally {
                writing.decrementAndGet();
            }
            return null;
        };
    }

    private Callable<Void> searcher(LuceneIndex index, AtomicInteger writing) {
        return () -> {
            SplittableRandom random = new SplittableRandom(99);
            while (writing.get() > 0) {
                int which = random.nextInt(ENTRIES);
                assertTrue(index.get("id-" + which, NOW).isPresent());
                List<Neighbour> found = index.search(vectors.get(which), TestEntries.within("scope"), ENTRIES);
                assertEquals("id-" + which, found.getFirst().id());
                Set<String> ids = new HashSet<>();
                found.forEach(neighbour -> ids.add(neighbour.id()));
                assertEquals(ENTRIES, ids.size());
            }
            return null;
        };
    }

    private static Callable<Void> counter(LuceneIndex index, AtomicInteger writing) {
        return () -> {
            while (writing.get() > 0) {
                assertEquals(ENTRIES, index.count(ALL, NOW));
                assertEquals(ENTRIES, index.list(ALL, NOW, 1000, null).entries().size());
            }
            return null;
        };
    }
}
