package io.reprise.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.jspecify.annotations.Nullable;

/** Listings, counts and bulk selections of one {@link Reading}: scans of what a filter matches. */
final class Listing {

    /** An entry of the page to be, with what is needed to read it. */
    private record Row(
            ListCursor place,
            @Nullable Entry entry,
            @Nullable SegmentView segment,
            int document) implements Comparable<Row> {
        @Override
        public int compareTo(Row other) {
            return place.compareTo(other.place);
        }
    }

    /** Sees each visible document of a filter, segment by segment, in rising order within each. */
    @FunctionalInterface
    interface DocumentVisitor {
        void visit(SegmentView segment, BinaryDocValues ids, int document) throws IOException;
    }

    private final Reading reading;
    private final EntrySelection selection;
    private final long nowMillis;

    Listing(Reading reading, EntrySelection selection, long nowMillis) {
        this.reading = reading;
        this.selection = selection;
        this.nowMillis = nowMillis;
    }

    EntryPage page(int limit, @Nullable ListCursor after) throws IOException {
        // The last of the page on top; one row more than the page, to know whether another follows.
        PriorityQueue<Row> rows = new PriorityQueue<>(limit + 2, Collections.reverseOrder());
        forEachDocument((segment, ids, document) -> {
            long created = segment.columns().createdAtMillis(document);
            Row last = rows.size() > limit ? rows.peek() : null;
            if (last == null || created >= last.place().createdAtMillis()) {
                ListCursor place = new ListCursor(created, EntryDocuments.id(ids, document));
                offer(rows, limit, after, new Row(place, null, segment, document));
            }
        });
        forEachRecent(entry -> offer(rows, limit, after, new Row(ListCursor.after(entry), entry, null, -1)));

        List<Row> page = new ArrayList<>(rows);
        Collections.sort(page);
        List<Entry> entries = new ArrayList<>(limit);
        for (Row row : page.subList(0, Math.min(limit, page.size()))) {
            Entry entry = row.entry();
            SegmentView segment = row.segment();
            if (entry != null) {
                entries.add(entry);
            } else if (segment != null) {
                entries.add(EntryDocuments.read(segment, row.document()));
            }
        }
        boolean more = page.size() > limit;
        return new EntryPage(entries, more ? ListCursor.after(entries.getLast()).encoded() : null);
    }

    long count() throws IOException {
        long[] count = {0};
        Weight weight = reading.snapshot().matcher(selection.query());
        for (int i = 0; i < reading.snapshot().segments().size(); i++) {
            SegmentView segment = reading.snapshot().segments().get(i);
            int known = segment.showsAll() && segment.columns().noneExpired(nowMillis)
                    ? weight.count(reading.snapshot().leaf(i))
                    : -1;
            if (known >= 0) {
                count[0] += known;
            } else {
                forEachDocument(weight, i, (ignored, ids, document) -> count[0]++);
            }
        }
        forEachRecent(entry -> count[0]++);
        return count[0];
    }

    List<String> ids() throws IOException {
        List<String> found = new ArrayList<>();
        forEachDocument((segment, ids, document) -> found.add(EntryDocuments.id(ids, document)));
        forEachRecent(entry -> found.add(entry.id()));
        return found;
    }

    /** As {@link EntryIndex#resembling}. */
    List<Neighbour> resembling(Resemblance what, int limit) throws IOException {
        ResemblanceScan scan = new ResemblanceScan(what, limit);
        forEachDocument(scan);
        reading.forEachRecent(write -> {
            Entry entry = write.entry();
            if (entry != null && isWanted(entry)) {
                scan.visit(write, entry);
            }
        });
        return scan.best();
    }

    private static void offer(PriorityQueue<Row> rows, int limit, @Nullable ListCursor after, Row row) {
        if (after == null || row.place().compareTo(after) > 0) {
            rows.add(row);
            if (rows.size() > limit + 1) {
                rows.poll();
            }
        }
    }

    private void forEachRecent(Consumer<Entry> consumer) {
        reading.forEachRecent(write -> {
            Entry entry = write.entry();
            if (entry != null && isWanted(entry)) {
                consumer.accept(entry);
            }
        });
    }

    private boolean isWanted(Entry entry) {
        return entry.expiresAtMillis() > nowMillis && selection.matches(entry);
    }

    /** Newest segments first, because they mostly hold the newest entries. */
    private void forEachDocument(DocumentVisitor visitor) throws IOException {
        Weight weight = reading.snapshot().matcher(selection.query());
        for (int i = reading.snapshot().segments().size() - 1; i >= 0; i--) {
            forEachDocument(weight, i, visitor);
        }
    }

    private void forEachDocument(Weight weight, int index, DocumentVisitor visitor) throws IOException {
        Scorer scorer = weight.scorer(reading.snapshot().leaf(index));
        if (scorer == null) {
            return;
        }
        SegmentView segment = reading.snapshot().segments().get(index);
        BinaryDocValues ids = EntryDocuments.ids(segment.reader());
        DocIdSetIterator documents = scorer.iterator();
        for (int document = documents.nextDoc();
                document != DocIdSetIterator.NO_MORE_DOCS;
                document = documents.nextDoc()) {
            if (segment.columns().expiresAtMillis(document) > nowMillis
                    && segment.isVisible(document, reading.sequence())) {
                visitor.visit(segment, ids, document);
            }
        }
    }
}
