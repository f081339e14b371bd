package io.reprise.index;

import static io.reprise.index.TestEntries.NOW;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes is killed: what it had acknowledged must be there, what it had removed must not. */
class LuceneIndexKillTest {

    private static final int DIMENSION = 8;
    private static final IndexOptions OPTIONS =
            IndexOptions.of(DIMENSION, "model").withRecentEntries(16).withCommitInterval(Duration.ofMillis(20));
    private static final int ROUNDS = 3;

    @TempDir
    Path folder;

    private final Set<String> stored = new HashSet<>();
    private final Set<String> removalStarted = new HashSet<>();
    private final Set<String> removed = new HashSet<>();

    @Test
    void killedWriter_losesNothingAcknowledged() throws IOException, InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            KilledProcess.run(Writer.class, List.of(folder.toString(), "round" + round), 700 + 300 * round, this::note);
            verify();
        }
    }

    private void note(String line) {
        String[] parts = line.split(" ", -1);
        if (parts.length < 3) {
            return; // Cut off by the kill.
        }
        switch (parts[0]) {
            case "stored" -> stored.add(parts[1]);
            case "removing" -> removalStarted.add(parts[1]);
            case "removed" -> removed.add(parts[1]);
            default -> throw new AssertionError("unknown line: " + line);
        }
    }

    private void verify() {
        try (LuceneIndex index = LuceneIndex.open(folder, OPTIONS, new TestEntries.ManualClock())) {
            for (String id : stored) {
                if (!removalStarted.contains(id)) {
                    assertTrue(index.get(id, NOW).isPresent(), () -> id + " was acknowledged and is lost");
                }
            }
            for (String id : removed) {
                assertTrue(index.get(id, NOW).isEmpty(), () -> id + " was removed and is back");
            }
        }
    }

    /** The process that is killed. */
    static final class Writer {

        private Writer() {}

        public static void main(String[] arguments) {
            PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
            SplittableRandom random = new SplittableRandom(3);
            try (LuceneIndex index = LuceneIndex.open(Path.of(arguments[0]), OPTIONS, new TestEntries.ManualClock())) {
                for (int i = 0; ; i++) {
                    String id = arguments[1] + "-" + i;
                    index.put(TestEntries.entry(id), TestEntries.randomUnit(random, DIMENSION));
                    out.println("stored " + id + " .");
                    if (i % 5 == 4) {
                        String old = arguments[1] + "-" + (i - 3);
                        out.println("removing " + old + " .");
                        index.remove(old);
                        out.println("removed " + old + " .");
                    }
                }
            }
        }
    }
}
