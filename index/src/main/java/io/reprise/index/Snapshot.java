package io.reprise.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Lucene's segments as of one sequence number, with the masks of later writes.
 *
 * <p>Counted by references: the index holds one, each read holds one while it lasts, and the last to {@link #release} closes the files.
 */
final class Snapshot {

    /** An entry's place in a snapshot. */
    record Place(SegmentView segment, int document) {}

    private static final double SCATTERED = 0.1;

    private final DirectoryReader reader;
    private final IndexSearcher searcher;
    private final Generations generations;
    private final List<SegmentView> segments;
    private final Map<IndexReader.CacheKey, SegmentColumns> columns;
    private final long sequence;

    /**
     * The first one of an index.
     *
     * @param reader owned by the snapshot from now on, and closed when this fails
     * @param sequence the last write that the reader contains
     */
    static Snapshot first(DirectoryReader reader, Generations generations, long sequence) throws IOException {
        return of(reader, generations, Map.of(), sequence);
    }

    /**
     * One behind another, which loads what that does not have yet.
     *
     * @param reader owned by the snapshot from now on, and closed when this fails
     * @param sequence the last write that the reader contains
     */
    static Snapshot next(DirectoryReader reader, Snapshot predecessor, long sequence) throws IOException {
        return of(reader, predecessor.generations, predecessor.columns, sequence);
    }

    private static Snapshot of(
            DirectoryReader reader,
            Generations generations,
            Map<IndexReader.CacheKey, SegmentColumns> loaded,
            long sequence)
            throws IOException {
        Map<IndexReader.CacheKey, SegmentColumns> columns = new HashMap<>();
        List<SegmentView> segments = new ArrayList<>();
        try {
            for (LeafReaderContext leaf : reader.leaves()) {
                IndexReader.CacheKey key = leaf.reader().getCoreCacheHelper().getKey();
                SegmentColumns known = loaded.get(key);
                SegmentColumns own = known == null ? SegmentColumns.load(leaf.reader()) : known;
                columns.put(key, own);
                segments.add(new SegmentView(leaf.reader(), generations, own));
            }
        } catch (IOException | RuntimeException e) {
            reader.decRef();
            throw e;
        }
        return new Snapshot(reader, generations, segments, columns, sequence);
    }

    private Snapshot(
            DirectoryReader reader,
            Generations generations,
            List<SegmentView> segments,
            Map<IndexReader.CacheKey, SegmentColumns> columns,
            long sequence) {
        this.reader = reader;
        this.searcher = new IndexSearcher(reader);
        this.searcher.setQueryCache(null);
        this.generations = generations;
        this.columns = columns;
        this.sequence = sequence;
        this.segments = List.copyOf(segments);
    }

    DirectoryReader reader() {
        return reader;
    }

    /** The models that the index has had. */
    Generations generations() {
        return generations;
    }

    /** In the order of {@link DirectoryReader#leaves()}. */
    List<SegmentView> segments() {
        return segments;
    }

    LeafReaderContext leaf(int segment) {
        return reader.leaves().get(segment);
    }

    long sequence() {
        return sequence;
    }

    /** How the query's documents are found in each segment, deleted and masked ones included. */
    Weight matcher(Query query) throws IOException {
        return searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE_NO_SCORES, 1);
    }

    /** Where the entry is, masked or not. */
    @Nullable Place find(String id) throws IOException {
        BytesRef term = new BytesRef(id);
        for (SegmentView segment : segments.reversed()) {
            int document = segment.find(term);
            if (document >= 0) {
                return new Place(segment, document);
            }
        }
        return null;
    }

    /** Live entries that have expired and not been swept. */
    long expired(long nowMillis) {
        long expired = 0;
        for (SegmentView segment : segments) {
            if (!segment.columns().noneExpired(nowMillis)) {
                for (int document = 0; document < segment.maxDoc(); document++) {
                    if (segment.columns().expiresAtMillis(document) <= nowMillis
                            && segment.isVisible(document, Long.MAX_VALUE)) {
                        expired++;
                    }
                }
            }
        }
        return expired;
    }

    /**
     * Whether a good part of the documents is outside the largest graphs, or deleted in them, so that this many graphs of all would be
     * searched in much less time.
     */
    boolean isScattered(int graphs) {
        int all = segments.stream().mapToInt(SegmentView::maxDoc).sum();
        int inLargest = segments.stream()
                .map(segment -> segment.reader().numDocs())
                .sorted(Comparator.reverseOrder())
                .limit(graphs)
                .mapToInt(Integer::intValue)
                .sum();
        return all - inLargest > SCATTERED * all;
    }

    /** False when the files are closed already. */
    boolean tryAcquire() {
        return reader.tryIncRef();
    }

    void release() {
        try {
            reader.decRef();
        } catch (IOException e) {
            throw new IndexException("Closing segments failed", e);
        }
    }
}
