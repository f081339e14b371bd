package io.reprise.index;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.FilteredDocIdSetIterator;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.search.knn.MultiLeafKnnCollector;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.hnsw.BlockingFloatHeap;
import org.jspecify.annotations.Nullable;

/**
 * The nearest documents of each segment, one segment after the other, for one query.
 *
 * <p>Lucene's own {@code KnnFloatVectorQuery} first collects the whole scope into a bit set, on every query. Here a document is tested
 * against the segment's columns only when the walk through the graph reaches it, and a scope of few documents is scored whole from its
 * postings instead. Segments share what they found: a later graph is left early when it cannot compete.
 */
final class SegmentSearch {

    private final float[] vector;
    private final SearchScope scope;
    private final BytesRef scopeTerm;
    private final long readSequence;
    private final int beam;
    private final BlockingFloatHeap bestOfAllSegments;

    SegmentSearch(float[] vector, SearchScope scope, long readSequence, int beam) {
        this.vector = vector;
        this.scope = scope;
        this.scopeTerm = new BytesRef(scope.scope());
        this.readSequence = readSequence;
        this.beam = beam;
        this.bestOfAllSegments = new BlockingFloatHeap(beam);
    }

    /** At most {@code beam} documents, all of them visible and in scope. */
    int[] documents(SegmentView segment) throws IOException {
        LeafReader reader = segment.reader();
        Terms terms = reader.terms(EntryDocuments.SCOPE);
        TermsEnum cursor = terms == null ? null : terms.iterator();
        if (cursor == null || !cursor.seekExact(scopeTerm)) {
            return new int[0];
        }
        Accepted accepted = new Accepted(segment, cursor, scopeOrdinal(segment));
        KnnCollector collector = new MultiLeafKnnCollector(
                beam, bestOfAllSegments, new TopKnnCollector(beam, Integer.MAX_VALUE, KnnSearchStrategy.Hnsw.DEFAULT));
        if (isScanCheaper(accepted.cost(), segment.maxDoc())) {
            scoreAll(segment, accepted, collector);
        } else {
            reader.searchNearestVectors(segment.generations().current().vectorField(), vector, collector, accepted);
        }
        return Arrays.stream(collector.topDocs().scoreDocs)
                .mapToInt(hit -> hit.doc)
                .toArray();
    }

    /**
     * Whether scoring the scope's m documents beats the walk through a graph of n, which visits some beam ln n nodes, and n/m times as
     * many when only m of n may be collected. Over segments of 29,437 and 20,563 documents with a beam of 32, in one run each on a
     * shared machine: 2.5 % in scope took 0.5 ms by scan and 5 to 9 ms by walk; 10 % took 1.8 and 1.8 to 2.1 ms.
     */
    private boolean isScanCheaper(int inScope, int all) {
        return (double) inScope * inScope <= beam * Math.log(all) * all;
    }

    private void scoreAll(SegmentView segment, Accepted accepted, KnnCollector collector) throws IOException {
        FloatVectorValues vectors = segment.vectors();
        VectorScorer scorer = vectors == null ? null : vectors.scorer(vector);
        if (scorer == null) {
            return;
        }
        DocIdSetIterator documents = accepted.iterator();
        DocIdSetIterator places = scorer.iterator();
        for (int document = documents.nextDoc();
                document != DocIdSetIterator.NO_MORE_DOCS;
                document = documents.nextDoc()) {
            int place = places.docID() < document ? places.advance(document) : places.docID();
            if (place == document) {
                collector.collect(document, scorer.score());
            }
        }
    }

    private int scopeOrdinal(SegmentView segment) throws IOException {
        if (segment.columns().hasOneScope()) {
            return 0;
        }
        SortedDocValues scopes = DocValues.getSorted(segment.reader(), EntryDocuments.SCOPE);
        return scopes.lookupTerm(scopeTerm);
    }

    /** The documents of one segment that may be neighbours, tested one by one when asked about. */
    private final class Accepted extends AcceptDocs implements Bits {

        private final SegmentView segment;
        private final SegmentColumns columns;
        private final TermsEnum scopeCursor;
        private final int scopeOrdinal;

        Accepted(SegmentView segment, TermsEnum scopeCursor, int scopeOrdinal) {
            this.segment = segment;
            this.columns = segment.columns();
            this.scopeCursor = scopeCursor;
            this.scopeOrdinal = scopeOrdinal;
        }

        @Override
        public boolean get(int document) {
            return columns.hasScope(document, scopeOrdinal)
                    && columns.within(document, scope)
                    && segment.isVisible(document, readSequence);
        }

        @Override
        public int length() {
            return segment.maxDoc();
        }

        /** Null, which stands for every document, where that is known without asking. */
        @Override
        public @Nullable Bits bits() {
            return columns.hasOneScope() && columns.allWithin(scope) && segment.showsAll() ? null : this;
        }

        /** Of a small scope in a large segment, each column that is asked costs a miss of the processor's caches: none is that need not be. */
        @Override
        public DocIdSetIterator iterator() throws IOException {
            DocIdSetIterator inScope = scopeCursor.postings(null, PostingsEnum.NONE);
            boolean allWithin = columns.allWithin(scope);
            boolean showsAll = segment.showsAll();
            if (allWithin && showsAll) {
                return inScope;
            }
            return new FilteredDocIdSetIterator(inScope) {
                @Override
                protected boolean match(int document) {
                    return (allWithin || columns.within(document, scope))
                            && (showsAll || segment.isVisible(document, readSequence));
                }
            };
        }

        /** An upper bound: the scope's documents, whatever their age. */
        @Override
        public int cost() throws IOException {
            return scopeCursor.docFreq();
        }
    }
}
