package io.reprise.index;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.IOContext;

/**
 * Lucene's HNSW format, which leaves the graph out when it flushes recent writes and builds it when segments merge.
 *
 * <p>A flushed segment is small and short-lived: scanning it whole is about as fast as walking its graph, and the graph would be built
 * again by the merge. What is written is plain {@link Lucene99HnswVectorsFormat}, by whose name it is read.
 */
final class FlatFlushVectorsFormat extends KnnVectorsFormat {

    private static final int MAX_CONNECTIONS = 16;
    private static final int BEAM_WIDTH = 100;
    /** Lucene builds a graph where more than this times ln(n) documents meet: never, for an {@code int} of documents. */
    private static final int NO_GRAPH = Integer.MAX_VALUE;

    private final KnnVectorsFormat merged = new Lucene99HnswVectorsFormat(MAX_CONNECTIONS, BEAM_WIDTH);
    private final KnnVectorsFormat flushed =
            new Lucene99HnswVectorsFormat(MAX_CONNECTIONS, BEAM_WIDTH, 1, null, NO_GRAPH);

    FlatFlushVectorsFormat() {
        super(new Lucene99HnswVectorsFormat().getName());
    }

    @Override
    public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
        boolean isMerge = state.context.context() == IOContext.Context.MERGE;
        return (isMerge ? merged : flushed).fieldsWriter(state);
    }

    @Override
    public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
        return merged.fieldsReader(state);
    }

    @Override
    public int getMaxDimensions(String field) {
        return merged.getMaxDimensions(field);
    }
}
