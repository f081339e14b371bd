package io.reprise.index;

import java.io.IOException;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SortedDocValues;

/**
 * What a search filters by, of every document of one segment, in arrays: 20 bytes a document, 16 where the segment has one scope.
 *
 * <p>Immutable, like the segment it was read from, and shared by every snapshot that contains it.
 */
final class SegmentColumns {

    private static final int[] ONE_SCOPE = {};

    private final long[] createdAtMillis;
    private final long[] expiresAtMillis;
    private final int[] scopeOrdinals;
    private final long firstExpiryMillis;
    private final long firstCreationMillis;

    private SegmentColumns(
            long[] createdAtMillis,
            long[] expiresAtMillis,
            int[] scopeOrdinals,
            long firstExpiryMillis,
            long firstCreationMillis) {
        this.createdAtMillis = createdAtMillis;
        this.expiresAtMillis = expiresAtMillis;
        this.scopeOrdinals = scopeOrdinals;
        this.firstExpiryMillis = firstExpiryMillis;
        this.firstCreationMillis = firstCreationMillis;
    }

    static SegmentColumns load(LeafReader reader) throws IOException {
        long[] created = longs(reader, EntryDocuments.CREATED);
        long[] expires = longs(reader, EntryDocuments.EXPIRES);
        return new SegmentColumns(created, expires, ordinals(reader), min(expires), min(created));
    }

    long createdAtMillis(int document) {
        return createdAtMillis[document];
    }

    long expiresAtMillis(int document) {
        return expiresAtMillis[document];
    }

    boolean hasOneScope() {
        return scopeOrdinals == ONE_SCOPE;
    }

    /** Whether times alone exclude no document of this segment. */
    boolean allWithin(SearchScope scope) {
        return firstExpiryMillis > scope.nowMillis() && firstCreationMillis >= scope.notBeforeMillis();
    }

    boolean noneExpired(long nowMillis) {
        return firstExpiryMillis > nowMillis;
    }

    boolean within(int document, SearchScope scope) {
        return expiresAtMillis[document] > scope.nowMillis() && createdAtMillis[document] >= scope.notBeforeMillis();
    }

    boolean hasScope(int document, int scopeOrdinal) {
        return scopeOrdinals == ONE_SCOPE || scopeOrdinals[document] == scopeOrdinal;
    }

    private static long[] longs(LeafReader reader, String field) throws IOException {
        long[] values = new long[reader.maxDoc()];
        NumericDocValues column = DocValues.getNumeric(reader, field);
        for (int document = column.nextDoc(); document < values.length; document = column.nextDoc()) {
            values[document] = column.longValue();
        }
        return values;
    }

    private static int[] ordinals(LeafReader reader) throws IOException {
        SortedDocValues column = DocValues.getSorted(reader, EntryDocuments.SCOPE);
        if (column.getValueCount() <= 1) {
            return ONE_SCOPE;
        }
        int[] ordinals = new int[reader.maxDoc()];
        for (int document = column.nextDoc(); document < ordinals.length; document = column.nextDoc()) {
            ordinals[document] = column.ordValue();
        }
        return ordinals;
    }

    private static long min(long[] values) {
        long min = Long.MAX_VALUE;
        for (long value : values) {
            min = Math.min(min, value);
        }
        return min;
    }
}
