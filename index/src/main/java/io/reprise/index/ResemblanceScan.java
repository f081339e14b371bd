package io.reprise.index;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.jspecify.annotations.Nullable;

/**
 * Compares every document that it is shown with a text and a vector. No graph is walked: what is to be deleted must not be overlooked,
 * and a graph is of one scope's use only.
 */
final class ResemblanceScan implements Listing.DocumentVisitor {

    private final Resemblance what;
    private final Ranking ranking;
    private @Nullable Columns columns;

    ResemblanceScan(Resemblance what, int limit) {
        this.what = what;
        this.ranking = new Ranking(what.text(), limit);
    }

    @Override
    public void visit(SegmentView segment, BinaryDocValues ids, int document) throws IOException {
        Columns here = columns;
        if (here == null || here.segment != segment) {
            here = new Columns(segment);
            columns = here;
        }
        String text = EntryDocuments.text(here.texts, document);
        float cosine = cosine(here.vector(document));
        if (resembles(text, cosine)) {
            ranking.offer(new Neighbour(
                    EntryDocuments.id(ids, document),
                    text,
                    cosine,
                    segment.columns().createdAtMillis(document)));
        }
    }

    void visit(RecentWrite write, Entry entry) {
        float cosine = cosine(write.vector());
        if (resembles(entry.text(), cosine)) {
            ranking.offer(new Neighbour(entry.id(), entry.text(), cosine, entry.createdAtMillis()));
        }
    }

    List<Neighbour> best() {
        return ranking.best();
    }

    private boolean resembles(String text, float cosine) {
        return text.equals(what.text()) || cosine >= what.minCosine();
    }

    /** NaN, which reaches no cosine, where there is nothing to compare. */
    private float cosine(float @Nullable [] other) {
        float[] vector = what.vector();
        return vector == null || other == null ? Float.NaN : VectorSpace.cosine(vector, other);
    }

    /** Columns of the segment whose documents come. */
    private static final class Columns {
        private final SegmentView segment;
        private final BinaryDocValues texts;
        private final @Nullable FloatVectorValues vectors;
        private final KnnVectorValues.@Nullable DocIndexIterator places;

        Columns(SegmentView segment) throws IOException {
            this.segment = segment;
            this.texts = EntryDocuments.texts(segment.reader());
            this.vectors = segment.vectors();
            this.places = vectors == null ? null : vectors.iterator();
        }

        /** Valid until the next one is asked for. */
        private float @Nullable [] vector(int document) throws IOException {
            if (vectors == null || places == null) {
                return null;
            }
            int place = places.docID() < document ? places.advance(document) : places.docID();
            return place == document ? vectors.vectorValue(places.index()) : null;
        }
    }
}
