package io.reprise.index;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.store.Directory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries on disk: one Lucene index, whose commits say in their user data what they contain.
 *
 * <p>Not thread-safe: the background thread owns it.
 */
final class LuceneStore implements Closeable {

    private static final Logger log = LoggerFactory.getLogger(LuceneStore.class);

    private static final String SEQUENCE_KEY = "reprise.sequence";

    private static final double WRITE_BUFFER_MIB = 128;
    /**
     * Each segment is a graph search of its own, so there should be few. A merge keeps its largest graph and only inserts the others'
     * vectors; with a high floor, flushed segments mostly join one growing graph, and are inserted once where a low floor and wide
     * tiers insert them at every level. 50,000 entries settled in 2 segments at 64 MiB and in 4 at 16 MiB; the median search took
     * half as long in the former.
     */
    private static final double FLOOR_SEGMENT_MIB = 64;

    private static final double SEGMENTS_PER_TIER = 2;
    private static final long MAX_SEGMENT_BYTES = 5L << 30;
    /** As a multiple of the index: its copy, and what is stored meanwhile. */
    private static final double ROOM_TO_CONSOLIDATE = 1.5;

    private final Path folder;
    private final Analyzer analyzer;
    private final Directory directory;
    private final LongAdder failedMerges = new LongAdder();
    private IndexWriter writer;
    private long committed;
    private Generations generations;

    /**
     * Opens what the folder holds, under the model of its last commit, or makes it an empty index of the model of the options.
     *
     * @throws IndexException when it holds an index of another format
     */
    static LuceneStore open(Path folder, IndexOptions options, Analyzer analyzer, Disk disk) throws IOException {
        OwnerOnly.createFolder(folder);
        Directory directory = disk.luceneFiles().open(folder);
        try {
            Map<String, String> commit = DirectoryReader.indexExists(directory)
                    ? SegmentInfos.readLatestCommit(directory).getUserData()
                    : Map.of();
            Generations generations = commit.isEmpty() ? Generations.first(options) : Generations.of(folder, commit);
            long sequence = Long.parseLong(commit.getOrDefault(SEQUENCE_KEY, "0"));
            LuceneStore store = new LuceneStore(folder, generations, analyzer, directory, sequence);
            if (commit.isEmpty()) {
                store.commit(0);
            }
            return store;
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private LuceneStore(Path folder, Generations generations, Analyzer analyzer, Directory directory, long committed)
            throws IOException {
        this.folder = folder;
        this.generations = generations;
        this.analyzer = analyzer;
        this.directory = directory;
        this.committed = committed;
        this.writer = newWriter();
    }

    /** The last write that the last commit holds. */
    long committed() {
        return committed;
    }

    /** Whose vectors are added and committed. */
    Generations generations() {
        return generations;
    }

    /** Goes over to another model: all that was added before keeps its own, whatever comes after is of this one. For good at the next commit. */
    void turnTo(Generations next) {
        generations = next;
    }

    /** Carries over the last version of each id of a tier. Doing so twice does no harm. */
    void add(RecentTier tier) throws IOException {
        for (RecentWrite write : tier.latest()) {
            JournalRecord.Put put = write.put();
            if (put == null) {
                writer.deleteDocuments(EntryDocuments.idTerm(write.id()));
            } else {
                add(put);
            }
        }
    }

    void add(JournalRecord record) throws IOException {
        switch (record) {
            case JournalRecord.Put put ->
                writer.updateDocument(
                        EntryDocuments.idTerm(put.entry().id()), EntryDocuments.toDocument(put, generations.current()));
            case JournalRecord.Remove remove -> {
                for (String id : remove.ids()) {
                    writer.deleteDocuments(EntryDocuments.idTerm(id));
                }
            }
        }
    }

    void deleteExpired(long nowMillis) throws IOException {
        writer.deleteDocuments(EntryDocuments.expiredAt(nowMillis));
    }

    /** Every document added so far, durably. */
    void commit(long sequence) throws IOException {
        Map<String, String> commit = generations.asCommit();
        commit.put(SEQUENCE_KEY, Long.toString(sequence));
        writer.setLiveCommitData(commit.entrySet());
        writer.commit();
        committed = sequence;
    }

    /**
     * Begins to merge all segments into as few as may be, in the background, where they are scattered; nothing where that is under way
     * already, or might fill the disk: until it is done and committed, old and new files take their room side by side.
     */
    void consolidate(Snapshot snapshot) throws IOException {
        long bytes = FolderSize.of(folder);
        int segments = (int) Math.max(1, bytes / MAX_SEGMENT_BYTES);
        if (snapshot.isScattered(segments)
                && Files.getFileStore(folder).getUsableSpace() > ROOM_TO_CONSOLIDATE * bytes) {
            writer.forceMerge(segments, false);
        }
    }

    /** Whether a commit would change the disk: merges count too, because the segments they replace stay until then. */
    boolean hasUncommitted() {
        return writer.isOpen() && writer.hasUncommittedChanges();
    }

    /** A reader of every document added so far. */
    DirectoryReader newReader() throws IOException {
        return DirectoryReader.open(writer);
    }

    /**
     * A reader of every document added so far that shares segments with an earlier one, which stays open; the earlier one itself,
     * with a reference more, when nothing changed.
     */
    DirectoryReader newReader(DirectoryReader earlier) throws IOException {
        DirectoryReader changed = DirectoryReader.openIfChanged(earlier, writer);
        if (changed != null) {
            return changed;
        }
        earlier.incRef();
        return earlier;
    }

    /** Merges that failed; any thread may ask. */
    long failedMerges() {
        return failedMerges.sum();
    }

    /**
     * Whether a failure has closed the writer, so that only {@link #restart} helps. Lucene closes a writer by itself when a flush, a
     * merge or the end of a commit fails, since its memory may no longer agree with the disk (a "tragic event").
     */
    boolean isBroken() {
        return !writer.isOpen();
    }

    /** Goes back to the last commit. Readers opened before stay readable. */
    void abandon() {
        try {
            writer.rollback();
        } catch (IOException | RuntimeException e) {
            log.debug("Rolling back {} failed", folder, e);
        }
    }

    /** Opens the last commit again; what came after it must be added again. */
    void restart() throws IOException {
        writer = newWriter();
    }

    /** Frees the folder. What was not committed is lost, and merges under way are given up. */
    @Override
    public void close() throws IOException {
        try (directory) {
            writer.rollback();
        }
    }

    private IndexWriter newWriter() throws IOException {
        TieredMergePolicy merges = new TieredMergePolicy();
        merges.setSegmentsPerTier(SEGMENTS_PER_TIER);
        merges.setFloorSegmentMB(FLOOR_SEGMENT_MIB);
        merges.setNoCFSRatio(0);
        ConcurrentMergeScheduler scheduler = new ConcurrentMergeScheduler() {
            @Override
            protected void handleMergeException(Throwable exception) {
                failedMerges.increment();
                log.warn(
                        "A merge in {} failed (is the disk full?). Nothing is lost: Lucene closes its writer then,"
                                + " which is opened again from the last commit and the journal.",
                        folder,
                        exception);
            }
        };
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        scheduler.setMaxMergesAndThreads(threads + 5, threads);
        IndexWriterConfig config = new IndexWriterConfig(analyzer)
                .setMergePolicy(merges)
                .setMergeScheduler(scheduler)
                .setRAMBufferSizeMB(WRITE_BUFFER_MIB)
                .setUseCompoundFile(false)
                // A hand-over need not wait for merges: the next one, or the one after it, uses what they made.
                .setMaxFullFlushMergeWaitMillis(0)
                .setCommitOnClose(false)
                .setCodec(new Lucene104Codec() {
                    private final KnnVectorsFormat vectors = new FlatFlushVectorsFormat();

                    @Override
                    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                        return vectors;
                    }
                });
        return new IndexWriter(directory, config);
    }
}
