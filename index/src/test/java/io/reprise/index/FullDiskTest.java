package io.reprise.index;

import static io.reprise.index.TestEntries.NOW;
import static io.reprise.index.TestEntries.axis;
import static io.reprise.index.TestEntries.entry;
import static io.reprise.index.TestEntries.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.index.FaultyDisk.LuceneStep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk that fails at any step loses nothing acknowledged, shows nothing refused, and is forgiven once it is well. */
class FullDiskTest {
    private static final int DIMENSION = 8;
    private static final EntryFilter ALL = EntryFilter.ofPrincipal(null);
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path home;

    private final TestEntries.ManualClock clock = new TestEntries.ManualClock();
    private final FaultyDisk disk = new FaultyDisk();
    private IndexOptions options =
            IndexOptions.of(DIMENSION, "model").withRecentEntries(1000).withCommitInterval(Duration.ofDays(1));
    private LuceneIndex index;

    @BeforeEach
    void open() {
        index = LuceneIndex.open(home.resolve("index"), options, clock, disk.disk());
    }

    @AfterEach
    void close() {
        disk.heal();
        index.close();
    }

    @Test
    void fullJournal_refusesWritesAndRecovers() {
        put("before");
        disk.failAppendsAfter(10);
        assertThrows(WriteRefusedException.class, () -> put("lost"));
        assertThrows(WriteRefusedException.class, () -> index.remove("before"));
        assertThrows(WriteRefusedException.class, () -> index.removeAll(ALL, NOW));
        assertEquals(List.of("before"), found(index));
        assertEquals(3, index.faults().refusedWrites());
        disk.heal();
        put("after");
        assertEquals(List.of("after", "before"), found(index));
        assertEquals(List.of("after", "before"), foundAfterAKill());
    }

    @Test
    void removalOfManyThatIsRefusedHalfway_saysWhatIsGone() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 1300; i++) {
            // The second part of the removal is the longer record.
            ids.add(i < 1024 ? "a" + i : "b".repeat(55) + i);
            put(ids.getLast());
        }
        index.refresh();
        disk.failAppendsAfter(15_000);
        WriteRefusedException refused = assertThrows(WriteRefusedException.class, () -> index.removeAll(ids));
        assertEquals(ids.subList(0, 1024), refused.removed());
        assertEquals(276, index.count(ALL, NOW));
        disk.heal();
        assertEquals(ids.subList(1024, 1300), index.removeAll(ids));
    }

    @Test
    void failedSyncOfAWrite_isToldAndLeavesNoTrace() {
        index.close();
        options = options.withFsyncInterval(Duration.ZERO);
        open();
        put("before");
        disk.failSyncs();
        assertThrows(WriteRefusedException.class, () -> put("lost"));
        assertThrows(WriteRefusedException.class, () -> index.remove("before"));
        assertEquals(List.of("before"), found(index));
        disk.heal();
        put("after");
        assertEquals(List.of("after", "before"), foundAfterAKill());
    }

    @Test
    void failedSyncInTheBackground_isMadeGoodByACommit() {
        index.close();
        options = options.withFsyncInterval(Duration.ofMillis(5));
        open();
        disk.failSyncs();
        put("before");
        await(() -> index.faults().failedSyncs() > 0);
        assertEquals(List.of("before"), found(index));
        disk.heal();
        await(() -> !index.segmentSizes().isEmpty());
        assertEquals(List.of("before"), foundAfterAKill());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MERGE")
    void failedCommit_losesNothing(LuceneStep step) {
        put("committed");
        index.commit();
        put("refreshed");
        index.refresh();
        put("recent");
        disk.fail(step);
        assertThrows(IndexException.class, index::commit);
        put("meanwhile");
        index.remove("refreshed");
        List<String> expected = List.of("committed", "meanwhile", "recent");
        assertEquals(expected, found(index));
        assertEquals(expected, foundAfterAKill());
        assertTrue(index.faults().failedHandOvers() > 0);
        disk.heal();
        index.commit();
        assertEquals(expected, found(index));
        assertEquals(expected, foundAfterAKill());
    }

    @Test
    void failedMerge_closesLucenesWriterAndLosesNothing() {
        disk.fail(LuceneStep.MERGE);
        List<String> stored = new ArrayList<>();
        while (index.faults().failedMerges() == 0) {
            assertTrue(stored.size() < 200, "Lucene never merged");
            String id = "entry-%03d".formatted(stored.size());
            put(id);
            stored.add(id);
            try {
                index.commit();
            } catch (IndexException e) {
                // The merge that failed took the writer with it while the commit used it: the next one opens it again.
                assertTrue(index.faults().failedHandOvers() > 0, e::toString);
            }
        }
        assertEquals(stored.size(), index.count(ALL, NOW));
        disk.heal();
        put("after");
        stored.addFirst("after");
        index.commit();
        assertEquals(stored.size(), index.count(ALL, NOW));
        try (LuceneIndex other = openImage()) {
            assertEquals(
                    stored,
                    other.scan(ALL, NOW, null, 1000, Long.MAX_VALUE).entries().stream()
                            .map(each -> each.entry().id())
                            .toList());
        }
    }

    @Test
    void fullDisk_refusesAtOnceWhatMemoryHasNoRoomFor() {
        reopenWithLittleRoom();
        List<String> stored = storedUntilRefused();
        assertEquals(stored.size(), index.count(ALL, NOW));
        assertTrue(index.remove(stored.getFirst()));
        assertFalse(index.get(stored.getFirst(), NOW).isPresent());
        assertEquals(stored.size() - 1, index.count(ALL, NOW));
    }

    @Test
    void spaceThatReturns_isNoticedWithoutARestart() {
        reopenWithLittleRoom();
        List<String> stored = storedUntilRefused();
        disk.heal();
        await(() -> isStored("after"));
        assertEquals(stored.size() + 1, index.count(ALL, NOW));
        try (LuceneIndex other = openImage()) {
            assertEquals(stored.size() + 1, other.count(ALL, NOW));
        }
    }

    private void reopenWithLittleRoom() {
        index.close();
        options = options.withRecentEntries(4).withCommitInterval(Duration.ofMillis(5));
        open();
        disk.fail(LuceneStep.CREATE);
    }

    private List<String> storedUntilRefused() {
        List<String> stored = new ArrayList<>();
        while (isStored("entry-" + stored.size())) {
            stored.add("entry-" + stored.size());
            assertTrue(stored.size() < 1000, "nothing was ever refused");
        }
        return stored;
    }

    private boolean isStored(String id) {
        try {
            put(id);
            return true;
        } catch (WriteRefusedException e) {
            return false;
        }
    }

    private void put(String id) {
        index.put(entry(id), axis(0, DIMENSION));
    }

    private static List<String> found(LuceneIndex index) {
        return index.search(axis(0, DIMENSION), within("scope"), 9).stream()
                .map(Neighbour::id)
                .toList();
    }

    /** What another process would find if this one were killed now. */
    private List<String> foundAfterAKill() {
        try (LuceneIndex other = openImage()) {
            return found(other);
        }
    }

    private LuceneIndex openImage() {
        try {
            Path image = image();
            // Lucene may end a merge meanwhile, and delete what is being copied.
            while (image == null) {
                image = image();
            }
            return LuceneIndex.open(image, options, clock);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A copy of the folder, or null where something of it went away meanwhile. */
    private @Nullable Path image() throws IOException {
        Path image = Files.createTempDirectory(home, "image");
        Path from = home.resolve("index");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path to = image.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
            return image;
        } catch (NoSuchFileException | UncheckedIOException gone) {
            return null;
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "did not come to be within " + SOON);
            LockSupport.parkNanos(5_000_000);
        }
    }
}
