package io.reprise.index;

import static io.reprise.index.TestEntries.LATER;
import static io.reprise.index.TestEntries.NOW;
import static io.reprise.index.TestEntries.axis;
import static io.reprise.index.TestEntries.entry;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scans of an index on disk; {@link LuceneIndexModelTest} compares them with the flat index at random. */
class IdScanTest {

    private static final int DIMENSION = 4;
    private static final EntryFilter ALL = EntryFilter.ofPrincipal(null);

    @TempDir
    Path folder;

    private LuceneIndex index;

    @BeforeEach
    void open() {
        index = LuceneIndex.open(
                folder,
                IndexOptions.of(DIMENSION, "model-a").withCommitInterval(Duration.ofDays(1)),
                new TestEntries.ManualClock());
    }

    @AfterEach
    void close() {
        index.close();
    }

    @Test
    void segmentsAndRecentWrites_areOneOrder() {
        for (String id : List.of("d", "b", "a")) {
            index.put(entry(id), axis(0, DIMENSION));
        }
        index.refresh();
        index.put(entry("c"), axis(1, DIMENSION));
        index.put(entry("b"), axis(1, DIMENSION));
        index.refresh();
        index.put(entry("e"), axis(2, DIMENSION));
        index.put(entry("a"), axis(2, DIMENSION));
        index.remove("d");

        assertEquals(List.of("a", "b", "c", "e"), scanned(ALL, 2));
    }

    @Test
    void vector_comesAlong() {
        index.put(entry("a"), axis(1, DIMENSION));
        index.put(entry("b"), null);
        index.refresh();

        List<StoredEntry> entries =
                index.scan(ALL, NOW, null, 10, Long.MAX_VALUE).entries();

        assertArrayEquals(axis(1, DIMENSION), entries.getFirst().vector());
        assertNull(entries.getLast().vector());
    }

    @Test
    void expired_isPassedOver() {
        index.put(entry("a", "scope", NOW, NOW + 1), axis(0, DIMENSION));
        index.put(entry("b"), axis(0, DIMENSION));
        index.refresh();

        assertEquals(List.of("b"), ids(index.scan(ALL, NOW + 1, null, 10, Long.MAX_VALUE)));
    }

    @Test
    void bytes_endAPageButNeverBeforeItsFirstEntry() {
        index.put(entry("a"), axis(0, DIMENSION));
        index.put(entry("b"), axis(0, DIMENSION));

        ScanPage page = index.scan(ALL, NOW, null, 10, 1);

        assertEquals(List.of("a"), ids(page));
        assertFalse(page.last());
        assertTrue(index.scan(ALL, NOW, "a", 10, 1).last());
    }

    @Test
    void idThatIsNotThere_isAPlaceToGoOnFrom() {
        index.put(entry("a"), axis(0, DIMENSION));
        index.put(entry("c"), axis(0, DIMENSION));
        index.refresh();

        assertEquals(List.of("c"), ids(index.scan(ALL, NOW, "b", 10, Long.MAX_VALUE)));
        assertEquals(List.of(), ids(index.scan(ALL, NOW, "c", 10, Long.MAX_VALUE)));
    }

    @Test
    void entriesWrittenMeanwhile_neitherHideNorRepeatOthers() {
        for (int i = 0; i < 50; i++) {
            index.put(entry(id(2 * i)), axis(0, DIMENSION));
        }
        index.refresh();
        List<String> seen = new ArrayList<>();
        String after = null;
        ScanPage page;
        int round = 0;
        do {
            page = index.scan(ALL, NOW, after, 3, Long.MAX_VALUE);
            seen.addAll(ids(page));
            after = seen.getLast();
            index.put(entry(id(1)), axis(1, DIMENSION));
            index.put(entry(id(2 * round)), axis(1, DIMENSION));
            index.refresh();
            round++;
        } while (!page.last());

        assertEquals(
                50, seen.stream().filter(id -> !id.equals(id(1))).distinct().count());
        assertEquals(seen.size(), seen.stream().distinct().count());
    }

    @Test
    void filterOfFewAmongMany_findsThem() {
        for (int i = 0; i < 500; i++) {
            index.put(of(id(i), i % 100 == 0 ? "rare" : "common"), axis(0, DIMENSION));
        }
        index.refresh();
        EntryFilter rare = new EntryFilter(null, "rare", null, null, null);

        assertEquals(List.of(id(0), id(100), id(200), id(300), id(400)), scanned(rare, 2));
        assertEquals(
                495,
                scanned(new EntryFilter(null, "common", null, null, null), 20).size());
    }

    @Test
    void createdBefore_isAFilter() {
        index.put(entry("old", "scope", NOW - 10, LATER), axis(0, DIMENSION));
        index.put(entry("new", "scope", NOW, LATER), axis(0, DIMENSION));
        EntryFilter old = new EntryFilter(null, null, null, null, null, NOW);

        assertEquals(List.of("old"), scanned(old, 10));
        index.refresh();
        assertEquals(List.of("old"), scanned(old, 10));
        assertEquals(List.of("old"), index.removeAll(old, NOW));
        assertEquals(List.of("new"), scanned(ALL, 10));
    }

    @Test
    void resembling_takesTheSameTextOfAnyVectorAndTheNearest() {
        index.put(entry("same"), null);
        index.put(entry("near", "other scope"), axis(0, DIMENSION));
        index.put(entry("far"), axis(1, DIMENSION));
        for (boolean refreshed : new boolean[] {false, true}) {
            if (refreshed) {
                index.refresh();
            }
            var what = new Resemblance("The prompt of same", axis(0, DIMENSION), 0.9f);

            assertEquals(
                    List.of("same", "near"),
                    index.resembling(what, ALL, NOW, 10).stream()
                            .map(Neighbour::id)
                            .toList());
            assertEquals("same", index.resembling(what, ALL, NOW, 1).getFirst().id());
        }
    }

    @Test
    void removeAll_takesWhatIsThere() {
        index.put(entry("a"), axis(0, DIMENSION));
        index.put(entry("b"), axis(0, DIMENSION));

        assertEquals(List.of("b"), index.removeAll(List.of("b", "none", "b")));
        assertEquals(List.of("a"), scanned(ALL, 10));
    }

    @Test
    void pageOfNothing_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> index.scan(ALL, NOW, null, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> index.scan(ALL, NOW, null, 1001, 1));
    }

    private List<String> scanned(EntryFilter filter, int limit) {
        List<String> all = new ArrayList<>();
        ScanPage page;
        String after = null;
        do {
            page = index.scan(filter, NOW, after, limit, Long.MAX_VALUE);
            all.addAll(ids(page));
            after = all.isEmpty() ? null : all.getLast();
        } while (!page.last());
        return all;
    }

    private static List<String> ids(ScanPage page) {
        return page.entries().stream().map(stored -> stored.entry().id()).toList();
    }

    private static String id(int number) {
        return String.format(Locale.ROOT, "id-%04d", number);
    }

    private static Entry of(String id, String namespace) {
        return new Entry(id, "scope", "principal", namespace, null, "text", new byte[0], List.of(), NOW, LATER);
    }
}
