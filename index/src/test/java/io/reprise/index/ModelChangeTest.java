package io.reprise.index;

import static io.reprise.index.TestEntries.LATER;
import static io.reprise.index.TestEntries.NOW;
import static io.reprise.index.TestEntries.axis;
import static io.reprise.index.TestEntries.entry;
import static io.reprise.index.TestEntries.within;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.index.FaultyDisk.LuceneStep;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A folder of one model that is opened with another, of the same dimension or not. */
class ModelChangeTest {

    private static final EntryFilter ALL = EntryFilter.ofPrincipal(null);
    private static final Resemblance LIKE_NOTHING = new Resemblance("no such text", axis(0, 6), -1);
    private static final IndexOptions A = of("model-a", 4);
    private static final IndexOptions B = of("model-b", 6);

    @TempDir
    Path home;

    private final TestEntries.ManualClock clock = new TestEntries.ManualClock();
    private final FaultyDisk disk = new FaultyDisk();
    private Path folder;
    private LuceneIndex index;

    @BeforeEach
    void begin() {
        folder = home.resolve("index");
        index = LuceneIndex.open(folder, A, clock, disk.disk());
    }

    @AfterEach
    void close() {
        disk.heal();
        index.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void otherModel_findsByIdAtOnceAndNothingByVector(int dimension) {
        index.put(entry("a"), axis(0, 4));
        index.put(entry("b"), axis(1, 4));
        open(of("model-b", dimension));

        assertEquals("answer of a", answer("a"));
        assertEquals(2, index.count(ALL, NOW));
        assertEquals(2, index.list(ALL, NOW, 10, null).entries().size());
        assertEquals(2, index.countStale(NOW));
        assertEquals(List.of(), index.search(axis(0, dimension), within("scope"), 5));
        assertEquals(List.of(), index.resembling(new Resemblance("no such text", axis(0, dimension), -1), ALL, NOW, 5));
        for (StoredEntry each : index.scan(ALL, NOW, null, 10, Long.MAX_VALUE).entries()) {
            assertNull(each.vector());
            assertTrue(each.byNearness());
        }
    }

    @Test
    void sameNameOfAnotherDimension_isAnotherModel() {
        index.put(entry("a"), axis(0, 4));
        open(of("model-a", 6));
        assertEquals(1, index.countStale(NOW));
        assertEquals(List.of(), index.search(axis(0, 6), within("scope"), 5));
    }

    @Test
    void text_isStillFoundByItself() {
        index.put(entry("a"), axis(0, 4));
        open(B);
        Neighbour found = index.resembling(new Resemblance("The prompt of a", axis(0, 6), 0.9f), ALL, NOW, 5)
                .getFirst();
        assertEquals("a", found.id());
        assertTrue(Float.isNaN(found.cosine()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void renewed_isFoundByItsNewVectorAndIsOtherwiseAsItWas(boolean refreshed) {
        Entry stored = new Entry(
                "a", "scope", "ann", "n", null, "text", new byte[] {7}, List.of("t", "u"), NOW - 9, LATER + 9);
        index.put(stored, axis(0, 4));
        index.put(entry("b"), axis(0, 4));
        open(B);
        assertTrue(renew("a", axis(5, 6)));
        if (refreshed) {
            index.refresh();
        }
        Neighbour found = index.search(axis(5, 6), within("scope"), 5).getFirst();
        assertEquals("a", found.id());
        assertEquals(1f, found.cosine());
        assertEquals(1, index.search(axis(5, 6), within("scope"), 5).size());
        assertEquals(List.of("a"), ids(index.resembling(LIKE_NOTHING, ALL, NOW, 5)));
        assertEquals(1, index.countStale(NOW));
        Entry after = index.get("a", NOW).orElseThrow();
        assertArrayEquals(stored.payload(), after.payload());
        assertEquals(
                new Entry(
                        "a", "scope", "ann", "n", null, "text", after.payload(), List.of("t", "u"), NOW - 9, LATER + 9),
                after);
        assertFalse(renew("a", axis(4, 6)));
    }

    @Test
    void renewedAmongStale_areSearchedByScanAndByGraph() {
        for (int i = 0; i < 400; i++) {
            index.put(entry("id-%03d".formatted(i)), axis(i % 4, 4));
        }
        open(B);
        for (int i = 0; i < 400; i += 2) {
            assertTrue(renew("id-%03d".formatted(i), axis(i % 6, 6)));
        }
        index.commit();
        List<Neighbour> found = index.search(axis(2, 6), within("scope"), 128);
        assertEquals(128, found.size());
        assertTrue(found.stream().allMatch(each -> Integer.parseInt(each.id().substring(3)) % 2 == 0));
        assertEquals(200, index.countStale(NOW));
    }

    @Test
    void stalePages_goOnBehindAnId() {
        for (int i = 0; i < 25; i++) {
            index.put(entry("id-%02d".formatted(i)), axis(0, 4));
        }
        open(B);
        renew("id-03", axis(0, 6));
        index.remove("id-04");
        index.put(entry("id-05"), axis(0, 6));
        index.put(entry("new"), axis(0, 6));
        List<String> seen = new ArrayList<>();
        ScanPage page;
        do {
            page = index.stale(NOW, seen.isEmpty() ? null : seen.getLast(), 10, Long.MAX_VALUE);
            page.entries().forEach(each -> seen.add(each.entry().id()));
        } while (!page.last());
        assertEquals(22, seen.size());
        assertEquals(22, index.countStale(NOW));
        assertEquals(seen.stream().sorted().toList(), seen);
        assertFalse(seen.contains("id-03") || seen.contains("id-04") || seen.contains("id-05"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWasWrittenSince_isNotRenewed(boolean refreshed) {
        for (String id : List.of("removed", "replaced", "back", "expired")) {
            index.put(entry(id, "scope", NOW - 10, id.equals("expired") ? NOW + 1 : LATER), axis(0, 4));
        }
        open(B);
        Map<String, StoredEntry> read = new HashMap<>();
        index.stale(NOW, null, 10, Long.MAX_VALUE)
                .entries()
                .forEach(each -> read.put(each.entry().id(), each));
        assertEquals(4, read.size());
        index.remove("removed");
        index.put(newer("replaced"), axis(1, 6));
        index.remove("back");
        index.put(newer("back"), axis(1, 6));
        clock.setMillis(NOW + 1);
        if (refreshed) {
            index.commit();
        }
        for (StoredEntry each : read.values()) {
            assertFalse(index.renew(each, axis(0, 6)), () -> each.entry().id());
        }
        assertEquals(List.of("back", "replaced"), ids(index.search(axis(1, 6), within("scope"), 5)));
        assertEquals("newer", answer("replaced"));
        assertEquals("newer", answer("back"));
        assertTrue(index.get("removed", NOW).isEmpty());
        assertTrue(index.get("expired", NOW + 1).isEmpty());
        assertEquals(0, index.countStale(NOW + 1));
    }

    @Test
    void journalOfTheOtherModel_isReplayedUnderItsOwn() throws IOException {
        index.put(entry("committed"), axis(0, 4));
        index.commit();
        index.put(entry("late"), axis(1, 4));
        index.remove("committed");
        openImage(B);
        assertEquals("answer of late", answer("late"));
        assertTrue(index.get("committed", NOW).isEmpty());
        assertEquals(List.of(), index.search(axis(1, 6), within("scope"), 5));
        openImage(A);
        assertEquals(List.of("late"), ids(index.search(axis(1, 4), within("scope"), 5)));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MERGE")
    void changeThatFails_leavesTheFolderToEither(LuceneStep step) throws IOException {
        index.put(entry("committed"), axis(0, 4));
        index.commit();
        index.put(entry("late"), axis(1, 4));
        folder = image();
        disk.fail(step);
        assertThrows(IndexException.class, () -> LuceneIndex.open(folder, B, clock, disk.disk()));
        disk.heal();
        Path failed = folder;
        openImage(A);
        assertEquals(List.of("late", "committed"), ids(index.search(axis(1, 4), within("scope"), 5)));
        assertEquals(0, index.countStale(NOW));
        index.close();
        folder = failed;
        openImage(B);
        assertEquals(List.of(), index.search(axis(1, 6), within("scope"), 5));
        assertEquals(2, index.countStale(NOW));
        assertTrue(renew("late", axis(2, 6)));
        assertEquals(List.of("late"), ids(index.search(axis(1, 6), within("scope"), 5)));
    }

    @Test
    void journalThatIsStillThereBehindTheChange_isNotReplayed() throws IOException {
        index.put(entry("removed"), axis(0, 4));
        index.put(entry("renewed"), axis(0, 4));
        folder = image();
        Path journal = folder.resolve("journal");
        List<Path> old = files(journal);
        Path kept = Files.createDirectory(home.resolve("kept"));
        for (Path file : old) {
            Files.copy(file, kept.resolve(file.getFileName()));
        }
        open(B);
        assertTrue(old.stream().noneMatch(Files::exists));
        // A power cut may bring files back whose deletion had not reached the disk.
        for (Path file : old) {
            Files.copy(kept.resolve(file.getFileName()), file);
        }
        openImage(B);
        assertEquals(2, index.countStale(NOW));
        index.remove("removed");
        assertTrue(renew("renewed", axis(3, 6)));
        openImage(B);
        assertTrue(index.get("removed", NOW).isEmpty());
        assertEquals(List.of("renewed"), ids(index.search(axis(3, 6), within("scope"), 5)));
        assertEquals(0, index.countStale(NOW));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void killInTheMiddle_goesOnWhereItWas(boolean committed) throws IOException {
        for (int i = 0; i < 10; i++) {
            index.put(entry("id-" + i), axis(0, 4));
        }
        open(B);
        for (int i = 0; i < 5; i++) {
            renew("id-" + i, axis(1, 6));
        }
        if (committed) {
            index.commit();
        }
        renew("id-5", axis(1, 6));
        index.remove("id-9");
        openImage(B);
        assertEquals(3, index.countStale(NOW));
        assertEquals(6, index.search(axis(1, 6), within("scope"), 10).size());
        for (int i = 6; i < 9; i++) {
            assertTrue(renew("id-" + i, axis(1, 6)));
        }
        assertEquals(0, index.countStale(NOW));
        assertTrue(index.stale(NOW, null, 10, Long.MAX_VALUE).entries().isEmpty());
        openImage(B);
        assertEquals(0, index.countStale(NOW));
        assertEquals(9, index.search(axis(1, 6), within("scope"), 10).size());
    }

    @Test
    void failedCommitBehindTheChange_losesNothing() throws IOException {
        index.put(entry("a"), axis(0, 4));
        index.put(entry("b"), axis(0, 4));
        open(B);
        renew("a", axis(1, 6));
        disk.fail(LuceneStep.SYNC);
        assertThrows(IndexException.class, index::commit);
        index.remove("b");
        openImage(B);
        assertEquals(List.of("a"), ids(index.search(axis(1, 6), within("scope"), 10)));
        assertEquals(1, index.count(ALL, NOW));
        assertEquals(0, index.countStale(NOW));
    }

    @Test
    void refusedRenewal_leavesTheEntryStale() {
        index.put(entry("a"), axis(0, 4));
        open(B);
        disk.failAppendsAfter(10);
        assertThrows(WriteRefusedException.class, () -> renew("a", axis(1, 6)));
        assertEquals(1, index.countStale(NOW));
        assertEquals("answer of a", answer("a"));
        disk.heal();
        assertTrue(renew("a", axis(1, 6)));
        assertEquals(0, index.countStale(NOW));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void modelThatComesBack_findsWhatWasNotRenewed(boolean committed) {
        index.put(entry("kept"), axis(0, 4));
        index.put(entry("renewed"), axis(0, 4));
        open(B);
        renew("renewed", axis(1, 6));
        index.put(entry("new"), axis(1, 6));
        if (committed) {
            index.commit();
        }
        open(A);
        Neighbour found = index.search(axis(0, 4), within("scope"), 5).getFirst();
        assertEquals("kept", found.id());
        assertEquals(1, index.search(axis(0, 4), within("scope"), 5).size());
        assertEquals(
                List.of("new", "renewed"),
                index.stale(NOW, null, 5, Long.MAX_VALUE).entries().stream()
                        .map(each -> each.entry().id())
                        .toList());
        assertTrue(renew("new", axis(1, 4)));
        assertEquals(1, index.countStale(NOW));
        open(of("model-c", 5));
        assertEquals(3, index.countStale(NOW));
        open(B);
        assertEquals(List.of("renewed"), ids(index.search(axis(1, 6), within("scope"), 5)));
        assertEquals(2, index.countStale(NOW));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void entryThatNoModelHasCompared_saysWhetherOneMay(boolean committed) throws IOException {
        index.put(entry("by-id"), null);
        index.put(entry("by-vector"), axis(0, 4));
        open(B);
        assertEquals(2, index.countStale(NOW));
        for (StoredEntry each : index.stale(NOW, null, 5, Long.MAX_VALUE).entries()) {
            assertTrue(index.renew(each, null));
        }
        assertEquals(0, index.countStale(NOW));
        if (committed) {
            index.commit();
        }
        assertSaid();
        openImage(B);
        assertSaid();
        assertEquals(0, index.countStale(NOW));
        open(of("model-c", 5));
        assertSaid();
        assertTrue(renew("by-vector", axis(0, 5)));
        assertSaid();
    }

    private void assertSaid() {
        List<StoredEntry> entries =
                index.scan(ALL, NOW, null, 5, Long.MAX_VALUE).entries();
        assertFalse(entries.get(0).byNearness());
        assertTrue(entries.get(1).byNearness());
    }

    @Test
    void oldVectors_goWithTheirSegments() {
        for (int i = 0; i < 50; i++) {
            index.put(entry("id-" + i), axis(0, 4));
        }
        open(B);
        for (int i = 0; i < 50; i++) {
            renew("id-" + i, axis(0, 6));
        }
        index.commit();
        assertEquals(List.of(50), index.segmentSizes());
    }

    @Test
    void foldersOfSeveralModels_haveAFormatThatOlderProgramsRefuse() throws IOException {
        assertEquals("1", userData().get("reprise.format"));
        open(B);
        assertEquals("2", userData().get("reprise.format"));
        open(A);
        assertEquals("2", userData().get("reprise.format"));
    }

    @Test
    void folderOfALaterProgram_isRefusedAndNotHarmed() throws IOException {
        index.put(entry("a"), axis(0, 4));
        index.close();
        Map<String, String> before = userData();
        commit(Map.of("reprise.format", "3"));
        IndexException e = assertThrows(IndexException.class, () -> LuceneIndex.open(folder, A, clock));
        assertTrue(String.valueOf(e.getMessage()).contains("format version 3"), e::getMessage);
        commit(before);
        open(A);
        assertEquals("answer of a", answer("a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reprise.model.1", "reprise.dimension.0", "reprise.generation", "reprise.generations"})
    void commitThatDoesNotSayItsModels_isDamaged(String key) throws IOException {
        open(B);
        index.close();
        Map<String, String> said = new HashMap<>(userData());
        said.remove(key);
        commit(said);
        IndexException e = assertThrows(IndexException.class, () -> LuceneIndex.open(folder, B, clock));
        assertTrue(String.valueOf(e.getMessage()).contains("damaged"), e::getMessage);
    }

    private static IndexOptions of(String model, int dimension) {
        return IndexOptions.of(dimension, model).withRecentEntries(1000).withCommitInterval(Duration.ofDays(1));
    }

    private static Entry newer(String id) {
        return new Entry(
                id,
                "scope",
                "principal",
                "default",
                null,
                "text",
                "newer".getBytes(StandardCharsets.UTF_8),
                List.of(),
                NOW,
                LATER);
    }

    /** Closes what is open, and opens the folder. */
    private void open(IndexOptions options) {
        index.close();
        index = LuceneIndex.open(folder, options, clock, disk.disk());
    }

    /** Opens what another process would find if this one were killed now. */
    private void openImage(IndexOptions options) throws IOException {
        folder = image();
        disk.heal();
        open(options);
    }

    private Path image() throws IOException {
        Path image = attemptedImage();
        // Lucene may end a merge meanwhile, and delete what is being copied.
        while (image == null) {
            image = attemptedImage();
        }
        return image;
    }

    private @Nullable Path attemptedImage() throws IOException {
        Path image = Files.createTempDirectory(home, "image");
        try {
            for (String part : List.of("lucene", "journal")) {
                Path to = Files.createDirectory(image.resolve(part));
                for (Path file : files(folder.resolve(part))) {
                    Files.copy(file, to.resolve(file.getFileName()));
                }
            }
            return image;
        } catch (NoSuchFileException gone) {
            return null;
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private Map<String, String> userData() throws IOException {
        try (FSDirectory lucene = FSDirectory.open(folder.resolve("lucene"))) {
            return SegmentInfos.readLatestCommit(lucene).getUserData();
        }
    }

    private void commit(Map<String, String> userData) throws IOException {
        try (FSDirectory lucene = FSDirectory.open(folder.resolve("lucene"));
                IndexWriter writer = new IndexWriter(lucene, new IndexWriterConfig())) {
            writer.setLiveCommitData(userData.entrySet());
            writer.commit();
        }
    }

    private boolean renew(String id, float[] vector) {
        return index.stale(NOW, null, 1000, Long.MAX_VALUE).entries().stream()
                .filter(each -> each.entry().id().equals(id))
                .anyMatch(each -> index.renew(each, vector));
    }

    private String answer(String id) {
        return new String(index.get(id, NOW).orElseThrow().payload(), StandardCharsets.UTF_8);
    }

    private static List<String> ids(List<Neighbour> neighbours) {
        return neighbours.stream().map(Neighbour::id).toList();
    }
}
