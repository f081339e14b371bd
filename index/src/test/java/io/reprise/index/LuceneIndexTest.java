package io.reprise.index;

import static io.reprise.index.TestEntries.LATER;
import static io.reprise.index.TestEntries.NOW;
import static io.reprise.index.TestEntries.axis;
import static io.reprise.index.TestEntries.entry;
import static io.reprise.index.TestEntries.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LuceneIndexTest {

    private static final int DIMENSION = 8;
    private static final EntryFilter ALL = EntryFilter.ofPrincipal(null);

    @TempDir
    Path folder;

    private final TestEntries.ManualClock clock = new TestEntries.ManualClock();
    private final FaultyDisk disk = new FaultyDisk();
    private final IndexOptions options =
            IndexOptions.of(DIMENSION, "model-a").withRecentEntries(1000).withCommitInterval(Duration.ofDays(1));
    private LuceneIndex index;

    @BeforeEach
    void open() {
        index = LuceneIndex.open(folder, options, clock, disk.disk());
    }

    @AfterEach
    void close() {
        disk.heal();
        index.close();
    }

    @Test
    void put_isVisibleAtOnce() {
        assertFalse(index.put(entry("a"), axis(0, DIMENSION)));
        assertEquals(List.of("a"), ids(index.search(axis(0, DIMENSION), within("scope"), 5)));
        assertTrue(index.get("a", NOW).isPresent());
        assertEquals(1, index.count(ALL, NOW));
        assertEquals(1, index.list(ALL, NOW, 10, null).entries().size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void replaced_isFoundByItsNewVectorOnly(boolean refreshed) {
        index.put(entry("a"), axis(0, DIMENSION));
        index.put(entry("b"), axis(1, DIMENSION));
        index.refresh();
        assertTrue(index.put(entry("a"), axis(2, DIMENSION)));
        if (refreshed) {
            index.refresh();
        }
        List<Neighbour> found = index.search(axis(2, DIMENSION), within("scope"), 5);
        assertEquals(List.of("a", "b"), ids(found));
        assertEquals(1f, found.getFirst().cosine());
        assertEquals(
                0f,
                index.search(axis(0, DIMENSION), within("scope"), 5).getFirst().cosine());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void removed_isGone(boolean refreshed) {
        index.put(entry("a"), axis(0, DIMENSION));
        index.refresh();
        assertTrue(index.remove("a"));
        if (refreshed) {
            index.refresh();
        }
        assertFalse(index.remove("a"));
        assertTrue(index.get("a", NOW).isEmpty());
        assertEquals(List.of(), index.search(axis(0, DIMENSION), within("scope"), 5));
        assertEquals(0, index.count(ALL, NOW));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withoutVector_isFoundByIdOnly(boolean refreshed) {
        index.put(entry("a"), null);
        if (refreshed) {
            index.refresh();
        }
        assertTrue(index.get("a", NOW).isPresent());
        assertEquals(List.of(), index.search(axis(0, DIMENSION), within("scope"), 5));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void expiry_isTheFirstMillisecondOfAbsence(boolean refreshed) {
        index.put(entry("a", "scope", NOW, NOW + 100), axis(0, DIMENSION));
        if (refreshed) {
            index.refresh();
        }
        assertTrue(index.get("a", NOW + 99).isPresent());
        assertTrue(index.get("a", NOW + 100).isEmpty());
        assertEquals(
                1,
                index.search(axis(0, DIMENSION), scopeAt(NOW + 99, Long.MIN_VALUE), 5)
                        .size());
        assertEquals(
                0,
                index.search(axis(0, DIMENSION), scopeAt(NOW + 100, Long.MIN_VALUE), 5)
                        .size());
        assertEquals(1, index.count(ALL, NOW + 99));
        assertEquals(0, index.count(ALL, NOW + 100));
        assertEquals(0, index.list(ALL, NOW + 100, 10, null).entries().size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void notBefore_isTheFirstMillisecondThatCounts(boolean refreshed) {
        index.put(entry("a", "scope", NOW - 50, LATER), axis(0, DIMENSION));
        if (refreshed) {
            index.refresh();
        }
        assertEquals(
                1, index.search(axis(0, DIMENSION), scopeAt(NOW, NOW - 50), 5).size());
        assertEquals(
                0, index.search(axis(0, DIMENSION), scopeAt(NOW, NOW - 49), 5).size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void otherScope_neverAnswers(boolean refreshed) {
        index.put(entry("mine", "scope-1"), axis(0, DIMENSION));
        for (int i = 0; i < 200; i++) {
            index.put(entry("theirs-" + i, "scope-2"), axis(1, DIMENSION));
        }
        if (refreshed) {
            index.refresh();
        }
        assertEquals(List.of("mine"), ids(index.search(axis(1, DIMENSION), within("scope-1"), 5)));
        assertEquals(List.of(), index.search(axis(1, DIMENSION), within("scope-3"), 5));
    }

    @Test
    void filters_applyBeforeTheNearestAreTaken() {
        // More than a beam of nearer entries that are expired, replaced, removed or of another scope.
        for (int i = 0; i < 100; i++) {
            index.put(entry("expired-" + i, "scope", NOW - 10, NOW), axis(0, DIMENSION));
            index.put(entry("foreign-" + i, "other"), axis(0, DIMENSION));
            index.put(entry("replaced-" + i), axis(0, DIMENSION));
            index.put(entry("removed-" + i), axis(0, DIMENSION));
        }
        index.put(entry("right"), axis(1, DIMENSION));
        index.refresh();
        for (int i = 0; i < 100; i++) {
            index.put(entry("replaced-" + i, "other"), axis(0, DIMENSION));
            index.remove("removed-" + i);
        }
        assertEquals(List.of("right"), ids(index.search(axis(0, DIMENSION), within("scope"), 1)));
    }

    @Test
    void equallyNear_areOrderedById() {
        for (String id : List.of("c", "a", "d", "b")) {
            index.put(entry(id), axis(0, DIMENSION));
        }
        assertEquals(List.of("a", "b"), ids(index.search(axis(0, DIMENSION), within("scope"), 2)));
        index.refresh();
        assertEquals(List.of("a", "b"), ids(index.search(axis(0, DIMENSION), within("scope"), 2)));
    }

    @Test
    void replacingAnExpiredEntry_isNoReplacement() {
        index.put(entry("a", "scope", NOW - 100, NOW + 1), null);
        index.refresh();
        clock.setMillis(NOW + 1);
        assertFalse(index.put(entry("a"), null));
    }

    @Test
    void reopened_hasEverything() {
        index.put(entry("committed"), axis(0, DIMENSION));
        index.commit();
        index.put(entry("late"), axis(1, DIMENSION));
        index.remove("committed");
        index.close();
        open();
        assertTrue(index.get("committed", NOW).isEmpty());
        Entry late = index.get("late", NOW).orElseThrow();
        assertEquals("answer of late", new String(late.payload(), StandardCharsets.UTF_8));
        assertEquals(List.of("late"), ids(index.search(axis(1, DIMENSION), within("scope"), 5)));
    }

    @Test
    void closedTwice_isClosed() {
        index.close();
        index.close();
        assertThrows(IllegalStateException.class, () -> index.get("a", NOW));
        assertThrows(IndexException.class, () -> index.put(entry("a"), null));
    }

    @Test
    void secondOpening_namesTheFolderAndTheReason() {
        IndexException e = assertThrows(IndexException.class, () -> LuceneIndex.open(folder, options, clock));
        assertTrue(message(e).contains(folder.toString()), message(e));
        assertTrue(message(e).contains("in use by another process"), message(e));
    }

    @Test
    void damagedFolder_isRefusedWithAdvice() throws IOException {
        index.close();
        try (Stream<Path> files = Files.list(folder.resolve("lucene"))) {
            for (Path file : files.toList()) {
                Files.write(file, new byte[100]);
            }
        }
        IndexException e = assertThrows(IndexException.class, () -> LuceneIndex.open(folder, options, clock));
        assertTrue(message(e).contains("move the folder away"), message(e));
    }

    @Test
    void badArguments_areRefused() {
        assertThrows(IllegalArgumentException.class, () -> index.put(entry("a"), new float[DIMENSION]));
        assertThrows(IllegalArgumentException.class, () -> index.put(entry("a"), axis(0, DIMENSION + 1)));
        assertThrows(IllegalArgumentException.class, () -> index.put(entry("a b"), null));
        assertThrows(IllegalArgumentException.class, () -> index.put(entry("a", "x".repeat(40_000)), null));
        assertThrows(IllegalArgumentException.class, () -> index.put(entry("a", "\uD800"), null));
        assertThrows(IllegalArgumentException.class, () -> index.search(axis(0, DIMENSION), within("scope"), 0));
        assertThrows(IllegalArgumentException.class, () -> index.list(ALL, NOW, 0, null));
        assertThrows(IllegalArgumentException.class, () -> index.list(ALL, NOW, 1, "nonsense"));
        assertEquals(0, index.count(ALL, NOW));
    }

    @Test
    void wordsWithoutALetter_matchNothing() {
        index.put(entry("a"), null);
        assertEquals(List.of(), index.removeAll(new EntryFilter(null, null, null, null, "!?"), NOW));
        assertEquals(1, index.count(ALL, NOW));
    }

    @Test
    void interruptedWriter_harmsNobody() {
        Thread.currentThread().interrupt();
        index.put(entry("a"), axis(0, DIMENSION));
        index.commit();
        assertTrue(Thread.interrupted());
        index.put(entry("b"), axis(0, DIMENSION));
        index.commit();
        assertEquals(2, index.count(ALL, NOW));
    }

    @Test
    void sweptEntries_giveTheirDiskBack() {
        SplittableRandom random = new SplittableRandom(1);
        byte[] payload = new byte[20_000];
        for (int i = 0; i < 100; i++) {
            random.nextBytes(payload);
            index.put(
                    new Entry("id-" + i, "s", "p", "n", null, "text", payload.clone(), List.of(), NOW, NOW + 1000),
                    null);
        }
        index.commit();
        long full = index.sizeBytes();
        clock.setMillis(NOW + 1000);
        index.commit();
        assertTrue(index.sizeBytes() < full / 10, () -> full + " -> " + index.sizeBytes());
    }

    private static SearchScope scopeAt(long nowMillis, long notBeforeMillis) {
        return new SearchScope("scope", nowMillis, notBeforeMillis);
    }

    private static String message(Exception e) {
        return String.valueOf(e.getMessage());
    }

    private static List<String> ids(List<Neighbour> neighbours) {
        return neighbours.stream().map(Neighbour::id).toList();
    }
}
