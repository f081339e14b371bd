package io.reprise.index;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/**
 * Lucene's HNSW format over vectors of a byte per component, beside which the floats are kept to score candidates with. It leaves the
 * graph out when it flushes recent writes, and builds it when segments merge.
 *
 * <p>A flushed segment is small and short-lived: scanning it whole is about as fast as walking its graph, and the graph would be built
 * again by the merge. What is written is plain {@link Lucene104HnswScalarQuantizedVectorsFormat}, by whose name it is read; segments
 * of another format are read by theirs, and become this one when they merge.
 */
final class FlatFlushVectorsFormat extends KnnVectorsFormat {

    /** 32 lose half as many of the nearest neighbours as 16 do, in the same time, for 13 bytes more of each entry. */
    private static final int MAX_CONNECTIONS = 32;

    private static final int BEAM_WIDTH = 100;
    /** Lucene builds a graph where more than this times ln(n) of n documents meet. */
    private static final int NO_GRAPH = Integer.MAX_VALUE;

    /** Some 5,500 documents: their scan takes a third of a millisecond, and finds all. */
    private static final int SMALL_WITHOUT_GRAPH = 600;

    private final KnnVectorsFormat merged = format(SMALL_WITHOUT_GRAPH);
    private final KnnVectorsFormat flushed = format(NO_GRAPH);

    FlatFlushVectorsFormat() {
        super(Lucene104HnswScalarQuantizedVectorsFormat.NAME);
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

    private static KnnVectorsFormat format(int withoutGraph) {
        return new Lucene104HnswScalarQuantizedVectorsFormat(
                ScalarEncoding.UNSIGNED_BYTE, MAX_CONNECTIONS, BEAM_WIDTH, 1, null, withoutGraph);
    }
}
