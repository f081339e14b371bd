package io.reprise.index;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * One segment in one snapshot: its documents, less those deleted before the snapshot, less those masked since.
 *
 * <p>A mask remembers the sequence number of the write that replaced or removed the document, so that a read sees it or not by the
 * sequence number the read has, whatever is written meanwhile. Masks are set under the index's write lock and read without it.
 */
final class SegmentView {

    private final LeafReader reader;
    private final Generations generations;
    private final SegmentColumns columns;
    private final int maxDoc;
    /** A set bit: deleted, or in {@link #maskedAt}. */
    private final AtomicLongArray hidden;

    private final ConcurrentHashMap<Integer, Long> maskedAt = new ConcurrentHashMap<>();
    private volatile boolean anyHidden;

    SegmentView(LeafReader reader, Generations generations, SegmentColumns columns) {
        this.reader = reader;
        this.generations = generations;
        this.columns = columns;
        this.maxDoc = reader.maxDoc();
        this.hidden = new AtomicLongArray((maxDoc + 63) >>> 6);
        Bits live = reader.getLiveDocs();
        if (live != null) {
            for (int document = 0; document < maxDoc; document++) {
                if (!live.get(document)) {
                    hide(document);
                }
            }
        }
    }

    LeafReader reader() {
        return reader;
    }

    Generations generations() {
        return generations;
    }

    /** The vectors that searches compare, of the current generation; null when no document has one. */
    @Nullable FloatVectorValues vectors() throws IOException {
        return reader.getFloatVectorValues(generations.current().vectorField());
    }

    SegmentColumns columns() {
        return columns;
    }

    int maxDoc() {
        return maxDoc;
    }

    /** Whether no document is deleted or masked, whatever the read's sequence number. */
    boolean showsAll() {
        return !anyHidden;
    }

    boolean isVisible(int document, long readSequence) {
        if ((hidden.getAcquire(document >>> 6) & (1L << document)) == 0) {
            return true;
        }
        Long at = maskedAt.get(document);
        return at != null && at > readSequence;
    }

    /** Hides a document from reads as of this sequence number or later; the first mask of a document counts. */
    void mask(int document, long sequence) {
        // A document whose bit is set without a mask was deleted before this snapshot.
        if ((hidden.getAcquire(document >>> 6) & (1L << document)) == 0) {
            maskedAt.put(document, sequence);
            hide(document);
        }
    }

    /** The live document with this id, masked or not, or -1. */
    int find(BytesRef id) throws IOException {
        Terms terms = reader.terms(EntryDocuments.ID);
        if (terms == null) {
            return -1;
        }
        TermsEnum cursor = terms.iterator();
        if (!cursor.seekExact(id)) {
            return -1;
        }
        PostingsEnum postings = cursor.postings(null, PostingsEnum.NONE);
        Bits live = reader.getLiveDocs();
        for (int document = postings.nextDoc();
                document != DocIdSetIterator.NO_MORE_DOCS;
                document = postings.nextDoc()) {
            if (live == null || live.get(document)) {
                return document;
            }
        }
        return -1;
    }

    /** Whether a document's vector is of another generation than the current one. */
    boolean isStale(int document) throws IOException {
        return generations.isStale(reader, document);
    }

    private void hide(int document) {
        int word = document >>> 6;
        hidden.setRelease(word, hidden.getPlain(word) | (1L << document));
        anyHidden = true;
    }
}
