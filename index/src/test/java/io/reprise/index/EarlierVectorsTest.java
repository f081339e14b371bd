package io.reprise.index;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index whose graphs are of float vectors, as they were before they were of a byte per component. */
class EarlierVectorsTest {

    private static final int DIMENSION = 32;
    private static final int ENTRIES = 2000;

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(5);
    private final TestEntries.ManualClock clock = new TestEntries.ManualClock();
    private final IndexOptions options = IndexOptions.of(DIMENSION, "model");

    @Test
    void itsEntries_areFoundAmongNewOnes() throws IOException {
        List<float[]> vectors = new ArrayList<>();
        for (int i = 0; i < 2 * ENTRIES; i++) {
            vectors.add(TestEntries.randomUnit(random, DIMENSION));
        }
        writeAsBefore(vectors.subList(0, ENTRIES));
        try (LuceneIndex index = LuceneIndex.open(folder, options, clock)) {
            for (int i = ENTRIES; i < 2 * ENTRIES; i++) {
                index.put(TestEntries.entry("id-" + i, "scope"), vectors.get(i));
            }
            index.commit();
            assertEachIsItsNearest(index, vectors);
        }
        try (LuceneIndex index = LuceneIndex.open(folder, options, clock)) {
            assertEachIsItsNearest(index, vectors);
        }
    }

    private static void assertEachIsItsNearest(LuceneIndex index, List<float[]> vectors) {
        for (int i = 0; i < vectors.size(); i += 7) {
            Neighbour nearest =
                    index.search(vectors.get(i), TestEntries.within("scope"), 3).getFirst();
            assertEquals("id-" + i, nearest.id());
            assertEquals(1, nearest.cosine(), 1e-5);
        }
    }

    private void writeAsBefore(List<float[]> vectors) throws IOException {
        try (Words words = new Words();
                FSDirectory directory = FSDirectory.open(folder.resolve("lucene"));
                IndexWriter writer = new IndexWriter(
                        directory, new IndexWriterConfig(words.analyzer()).setCodec(new Lucene104Codec() {
                                    private final KnnVectorsFormat graphs = new Lucene99HnswVectorsFormat(16, 100);

                                    @Override
                                    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                                        return graphs;
                                    }
                                }))) {
            Generations generations = Generations.first(options);
            for (int i = 0; i < vectors.size(); i++) {
                writer.addDocument(EntryDocuments.toDocument(
                        new JournalRecord.Put(TestEntries.entry("id-" + i, "scope"), vectors.get(i), true),
                        generations.current()));
            }
            Map<String, String> commit = generations.asCommit();
            commit.put("reprise.sequence", Integer.toString(vectors.size()));
            writer.setLiveCommitData(commit.entrySet());
            writer.commit();
        }
    }
}
