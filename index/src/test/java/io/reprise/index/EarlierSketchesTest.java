package io.reprise.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index of a version that kept a sketch of each text's tokens beside its vector, in a column and in the journal. */
class EarlierSketchesTest {

    private static final int DIMENSION = 8;
    private static final byte[] SKETCH = {2, 64, 1, 2, 3};

    @TempDir
    Path folder;

    private final TestEntries.ManualClock clock = new TestEntries.ManualClock();
    private final IndexOptions options = IndexOptions.of(DIMENSION, "model");

    @Test
    void committedEntries_areFoundAmongNewOnesAndMergedWithThem() throws IOException {
        commitAsBefore("old");
        try (LuceneIndex index = LuceneIndex.open(folder, options, clock)) {
            index.put(TestEntries.entry("new", "scope"), TestEntries.axis(1, DIMENSION));
            index.commit();
            assertFinds(index, "old", 0);
            assertFinds(index, "new", 1);
        }
        try (LuceneIndex index = LuceneIndex.open(folder, options, clock)) {
            assertFinds(index, "old", 0);
            assertFinds(index, "new", 1);
        }
    }

    @Test
    void acknowledgedEntries_areReplayed() throws IOException {
        LuceneIndex.open(folder, options, clock).close();
        appendAsBefore("old");
        try (LuceneIndex index = LuceneIndex.open(folder, options, clock)) {
            assertFinds(index, "old", 0);
        }
    }

    private static void assertFinds(LuceneIndex index, String id, int axis) {
        Neighbour nearest = index.search(TestEntries.axis(axis, DIMENSION), TestEntries.within("scope"), 3)
                .getFirst();
        assertEquals(id, nearest.id());
        assertEquals(1f, nearest.cosine());
        StoredEntry scanned =
                index.scan(EntryFilter.ofPrincipal(null), TestEntries.NOW, null, 10, Long.MAX_VALUE).entries().stream()
                        .filter(each -> each.entry().id().equals(id))
                        .findFirst()
                        .orElseThrow();
        assertArrayEquals(TestEntries.axis(axis, DIMENSION), Objects.requireNonNull(scanned.vector()), 1e-6f);
    }

    private void commitAsBefore(String id) throws IOException {
        try (Words words = new Words();
                FSDirectory directory = FSDirectory.open(folder.resolve("lucene"));
                IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(words.analyzer()))) {
            Generations generations = Generations.first(options);
            Document document = EntryDocuments.toDocument(put(id), generations.current());
            document.add(new BinaryDocValuesField("sketch", new BytesRef(SKETCH)));
            writer.addDocument(document);
            Map<String, String> commit = generations.asCommit();
            commit.put("reprise.sequence", "1");
            writer.setLiveCommitData(commit.entrySet());
            writer.commit();
        }
    }

    /**
     * Behind what the journal holds: a record of type 3, which is one of type 1 with a length and the sketch behind its
     * type.
     */
    private void appendAsBefore(String id) throws IOException {
        byte[] plain = put(id).encoded();
        byte[] record = ByteBuffer.allocate(plain.length + Integer.BYTES + SKETCH.length)
                .put((byte) 3)
                .putInt(SKETCH.length)
                .put(SKETCH)
                .put(plain, 1, plain.length - 1)
                .array();
        ByteBuffer bytes = ByteBuffer.allocate(JournalFormat.HEADER_BYTES + JournalFormat.FRAME_BYTES + record.length);
        bytes.put(JournalFormat.header());
        JournalFormat.writeFrame(bytes, 1, record);
        Files.write(journal(), bytes.array());
    }

    private static JournalRecord.Put put(String id) {
        return new JournalRecord.Put(TestEntries.entry(id, "scope"), TestEntries.axis(0, DIMENSION));
    }

    private Path journal() throws IOException {
        List<Path> files;
        try (var listed = Files.list(folder.resolve("journal"))) {
            files = listed.sorted().toList();
        }
        return files.getLast();
    }
}
