package io.reprise.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/**
 * One page of the entries of a filter in the order of their ids: a merge of each segment's dictionary of ids, which is sorted, with the
 * recent writes.
 *
 * <p>So a page of a whole index costs what the page costs, wherever it begins. Of a filter each page first marks what matches; where
 * that is little, its ids are sorted here instead of walking past all the others. Memory: a page's entries, a bit for each document
 * where a filter needs one, and the recent writes' references.
 */
final class IdScan {

    /** With fewer matches in a segment than this many pages of them, their ids are sorted rather than looked for in the dictionary. */
    private static final int FEW_PAGES = 4;

    /** Where an entry is: in a segment, or among the recent writes. */
    private record Row(
            String id,
            @Nullable SegmentView segment,
            int document,
            @Nullable RecentWrite write) {

        StoredEntry read() throws IOException {
            if (segment != null) {
                return EntryDocuments.readStored(segment, document);
            }
            if (write == null || write.entry() == null) {
                throw new IllegalStateException("a row is of a segment or of a write that stored");
            }
            return new StoredEntry(write.entry(), write.vector(), write.byNearness());
        }
    }

    /** Rows by rising id; null after the last. */
    @FunctionalInterface
    private interface Rows {
        @Nullable Row next() throws IOException;
    }

    private record Head(Row row, Rows rest) {}

    private final Reading reading;
    private final EntrySelection selection;
    private final long nowMillis;
    private final int maxEntries;

    IdScan(Reading reading, EntrySelection selection, long nowMillis, int maxEntries) {
        this.reading = reading;
        this.selection = selection;
        this.nowMillis = nowMillis;
        this.maxEntries = maxEntries;
    }

    ScanPage page(@Nullable String after, long maxBytes) throws IOException {
        PriorityQueue<Head> heads = new PriorityQueue<>(
                Comparator.comparing((Head head) -> head.row().id()));
        push(heads, recent(after));
        Query query = selection.query();
        Weight weight =
                query instanceof MatchAllDocsQuery ? null : reading.snapshot().matcher(query);
        for (int i = 0; i < reading.snapshot().segments().size(); i++) {
            SegmentView segment = reading.snapshot().segments().get(i);
            FixedBitSet matching = weight == null ? null : matching(weight, i, segment);
            push(
                    heads,
                    matching != null && matching.cardinality() <= FEW_PAGES * maxEntries
                            ? sorted(segment, matching, after)
                            : dictionary(segment, matching, after));
        }
        List<StoredEntry> entries = new ArrayList<>();
        for (long bytes = 0;
                !heads.isEmpty() && entries.size() < maxEntries && (entries.isEmpty() || bytes < maxBytes); ) {
            Head head = heads.remove();
            StoredEntry stored = head.row().read();
            bytes += stored.bytes();
            entries.add(stored);
            push(heads, head.rest());
        }
        return new ScanPage(entries, heads.isEmpty());
    }

    private static void push(PriorityQueue<Head> heads, Rows rows) throws IOException {
        Row first = rows.next();
        if (first != null) {
            heads.add(new Head(first, rows));
        }
    }

    /** The first of the recent writes after the place, one more than a page can hold. */
    private Rows recent(@Nullable String after) {
        PriorityQueue<Row> first = new PriorityQueue<>(Collections.reverseOrder(Comparator.comparing(Row::id)));
        reading.forEachRecent(write -> {
            Entry entry = write.entry();
            if (entry != null
                    && (after == null || entry.id().compareTo(after) > 0)
                    && entry.expiresAtMillis() > nowMillis
                    && selection.matches(entry)) {
                first.add(new Row(entry.id(), null, -1, write));
                if (first.size() > maxEntries + 1) {
                    first.remove();
                }
            }
        });
        return inOrder(new ArrayList<>(first));
    }

    private FixedBitSet matching(Weight weight, int index, SegmentView segment) throws IOException {
        FixedBitSet matching = new FixedBitSet(segment.maxDoc());
        Scorer scorer = weight.scorer(reading.snapshot().leaf(index));
        if (scorer != null) {
            matching.or(scorer.iterator());
        }
        return matching;
    }

    private Rows sorted(SegmentView segment, FixedBitSet matching, @Nullable String after) throws IOException {
        List<Row> rows = new ArrayList<>();
        BinaryDocValues ids = EntryDocuments.ids(segment.reader());
        for (int document = first(matching, 0);
                document != DocIdSetIterator.NO_MORE_DOCS;
                document = first(matching, document + 1)) {
            if (isSeen(segment, document)) {
                String id = EntryDocuments.id(ids, document);
                if (after == null || id.compareTo(after) > 0) {
                    rows.add(new Row(id, segment, document, null));
                }
            }
        }
        return inOrder(rows);
    }

    private Rows dictionary(SegmentView segment, @Nullable FixedBitSet matching, @Nullable String after)
            throws IOException {
        Terms terms = segment.reader().terms(EntryDocuments.ID);
        if (terms == null) {
            return () -> null;
        }
        TermsEnum ids = terms.iterator();
        BytesRef first = new BytesRef(after == null ? "" : after);
        TermsEnum.SeekStatus found = ids.seekCeil(first);
        if (found == TermsEnum.SeekStatus.END) {
            return () -> null;
        }
        boolean[] onFirst = {found == TermsEnum.SeekStatus.NOT_FOUND};
        return () -> {
            PostingsEnum postings = null;
            while (onFirst[0] || ids.next() != null) {
                onFirst[0] = false;
                postings = ids.postings(postings, PostingsEnum.NONE);
                for (int document = postings.nextDoc();
                        document != DocIdSetIterator.NO_MORE_DOCS;
                        document = postings.nextDoc()) {
                    if ((matching == null || matching.get(document)) && isSeen(segment, document)) {
                        return new Row(ids.term().utf8ToString(), segment, document, null);
                    }
                }
            }
            return null;
        };
    }

    private boolean isSeen(SegmentView segment, int document) {
        return segment.columns().expiresAtMillis(document) > nowMillis
                && segment.isVisible(document, reading.sequence());
    }

    private static int first(FixedBitSet bits, int from) {
        return from >= bits.length() ? DocIdSetIterator.NO_MORE_DOCS : bits.nextSetBit(from);
    }

    private static Rows inOrder(List<Row> rows) {
        rows.sort(Comparator.comparing(Row::id));
        Iterator<Row> sorted = rows.iterator();
        return () -> sorted.hasNext() ? sorted.next() : null;
    }
}
