package io.reprise.index;

import static io.reprise.index.TestEntries.LATER;
import static io.reprise.index.TestEntries.NOW;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that opens a folder of another model, renews it in one thread and stores and removes in another is killed, and the next is of
 * another model again: what was acknowledged stands, and every vector is of the model asked and of the very entry.
 */
class ModelChangeKillTest {

    private static final EntryFilter ALL = EntryFilter.ofPrincipal(null);
    private static final List<IndexOptions> MODELS = List.of(of("model-a", 8), of("model-b", 6), of("model-c", 8));
    private static final int[] MODEL_OF_ROUND = {0, 1, 0, 2};
    private static final int LINES = 1200;
    private static final String REMOVED = "removed";

    @TempDir
    Path folder;

    private final Map<String, String> acknowledged = new HashMap<>();
    private final Map<String, String> begun = new HashMap<>();

    @Test
    void killedAtAnyMoment_losesNothingAndMixesNoVectors() throws IOException, InterruptedException {
        for (int round = 0; round < MODEL_OF_ROUND.length; round++) {
            KilledProcess.run(Writer.class, List.of(folder.toString(), Integer.toString(round)), LINES, this::note);
            verify(MODELS.get(MODEL_OF_ROUND[round]));
        }
    }

    private void note(String line) {
        String[] parts = line.split(" ", -1);
        if (parts.length < 4) {
            return; // Cut off by the kill.
        }
        if (parts[0].equals("begin")) {
            begun.put(parts[1], parts[2]);
        } else if (parts[0].equals("end")) {
            acknowledged.put(parts[1], parts[2]);
            begun.remove(parts[1]);
        } // Else it is of the log, which goes the same way.
    }

    private void verify(IndexOptions options) {
        try (LuceneIndex index = LuceneIndex.open(folder, options, new TestEntries.ManualClock())) {
            Set<String> ids = new HashSet<>(acknowledged.keySet());
            ids.addAll(begun.keySet());
            for (String id : ids) {
                String there = index.get(id, NOW)
                        .map(entry -> new String(entry.payload(), StandardCharsets.UTF_8))
                        .orElse(REMOVED);
                String last = acknowledged.getOrDefault(id, REMOVED);
                if (!there.equals(begun.get(id))) {
                    assertEquals(last, there, id);
                }
                acknowledged.put(id, there);
            }
            begun.clear();
            List<StoredEntry> entries =
                    index.scan(ALL, NOW, null, 1000, Long.MAX_VALUE).entries();
            int vectors = 0;
            for (StoredEntry each : entries) {
                assertTrue(each.byNearness());
                if (each.vector() != null) {
                    vectors++;
                    assertArrayEquals(vectorOf(each.entry(), options), each.vector());
                }
            }
            assertEquals(entries.size() - vectors, index.countStale(NOW));
        }
    }

    private static IndexOptions of(String model, int dimension) {
        return IndexOptions.of(dimension, model).withRecentEntries(16).withCommitInterval(Duration.ofMillis(20));
    }

    /** By which a vector tells of which model, entry and version it is. */
    private static float[] vectorOf(Entry entry, IndexOptions options) {
        String seed = options.modelName() + entry.id() + new String(entry.payload(), StandardCharsets.UTF_8);
        return TestEntries.randomUnit(new SplittableRandom(seed.hashCode()), options.dimension());
    }

    /** The process that is killed. */
    static final class Writer {

        private Writer() {}

        public static void main(String[] arguments) {
            PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
            int round = Integer.parseInt(arguments[1]);
            IndexOptions options = MODELS.get(MODEL_OF_ROUND[round]);
            SplittableRandom random = new SplittableRandom(round);
            try (LuceneIndex index = LuceneIndex.open(Path.of(arguments[0]), options, new TestEntries.ManualClock())) {
                Thread.ofPlatform().daemon().start(() -> renew(index, options));
                for (int i = 0; ; i++) {
                    String id = "id-" + random.nextInt(300);
                    boolean removes = random.nextInt(6) == 0;
                    String version = removes ? REMOVED : round + "." + i;
                    out.println("begin " + id + " " + version + " .");
                    if (removes) {
                        index.remove(id);
                    } else {
                        Entry entry = entry(id, version);
                        index.put(entry, vectorOf(entry, options));
                    }
                    out.println("end " + id + " " + version + " .");
                }
            }
        }

        private static void renew(LuceneIndex index, IndexOptions options) {
            while (true) {
                for (StoredEntry each :
                        index.stale(NOW, null, 8, Long.MAX_VALUE).entries()) {
                    index.renew(each, vectorOf(each.entry(), options));
                }
            }
        }

        private static Entry entry(String id, String version) {
            byte[] payload = version.getBytes(StandardCharsets.UTF_8);
            return new Entry(id, "scope", "principal", "n", null, "text", payload, List.of(), NOW, LATER);
        }
    }
}
