package io.reprise.index;

import java.io.IOException;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Entries as Lucene documents, and back.
 *
 * <p>What a search returns (id, text, times) lies in columns, so that neighbours are read without touching their
 * payloads. The stored field, which is compressed in blocks, holds the rest and is read for the one entry that is
 * served. Nothing is held twice.
 *
 * <p>Documents of earlier versions may have a column of what those kept of a text's tokens ({@code sketch}, with the
 * generation's number where that is not 0). Nothing reads it.
 */
final class EntryDocuments {

    static final String ID = "id";
    static final String SCOPE = "scope";
    static final String PRINCIPAL = "principal";
    static final String NAMESPACE = "namespace";
    static final String MODEL = "model";
    static final String TAG = "tag";
    static final String WORDS = "words";
    static final String TEXT = "text";
    static final String CREATED = "created";
    static final String EXPIRES = "expires";
    /** Of generation 0; see {@link Generation#vectorField}. */
    static final String VECTOR = "vector";
    /** The number of the generation, where it is not 0. */
    static final String GENERATION = "generation";
    /** 1 where an entry is to be found by nearness and its generation's model could make no vector. */
    private static final String COMPARABLE = "comparable";

    private static final String BODY = "body";

    /** Words are matched, never ranked or highlighted: no positions, frequencies or norms. */
    private static final FieldType WORDS_TYPE = wordsType();

    private EntryDocuments() {}

    static Term idTerm(String id) {
        return new Term(ID, id);
    }

    static Query expiredAt(long nowMillis) {
        return LongPoint.newRangeQuery(EXPIRES, Long.MIN_VALUE, nowMillis);
    }

    /** Walks the column, which is only worth it for the rare queries by age. */
    static Query createdBefore(long millis) {
        return millis == Long.MIN_VALUE
                ? MatchNoDocsQuery.INSTANCE
                : NumericDocValuesField.newSlowRangeQuery(CREATED, Long.MIN_VALUE, millis - 1);
    }

    static Document toDocument(JournalRecord.Put put, Generation generation) {
        Entry entry = put.entry();
        Document document = new Document();
        document.add(new StringField(ID, entry.id(), Field.Store.NO));
        document.add(new BinaryDocValuesField(ID, new BytesRef(entry.id())));
        document.add(new StringField(SCOPE, entry.scope(), Field.Store.NO));
        document.add(new SortedDocValuesField(SCOPE, new BytesRef(entry.scope())));
        document.add(new StringField(PRINCIPAL, entry.principal(), Field.Store.NO));
        document.add(new StringField(NAMESPACE, entry.namespace(), Field.Store.NO));
        String model = entry.model();
        if (model != null) {
            document.add(new StringField(MODEL, model, Field.Store.NO));
        }
        entry.tags().forEach(tag -> document.add(new StringField(TAG, tag, Field.Store.NO)));
        document.add(new Field(WORDS, entry.text(), WORDS_TYPE));
        document.add(new BinaryDocValuesField(TEXT, new BytesRef(EntryCodec.encodeString(entry.text()))));
        document.add(new NumericDocValuesField(CREATED, entry.createdAtMillis()));
        document.add(new NumericDocValuesField(EXPIRES, entry.expiresAtMillis()));
        document.add(new LongPoint(EXPIRES, entry.expiresAtMillis()));
        document.add(new StoredField(
                BODY, EntryCodec.encode(entry.payload().length + 128, out -> EntryCodec.writeBody(out, entry))));
        addNearness(document, put, generation);
        return document;
    }

    private static void addNearness(Document document, JournalRecord.Put put, Generation generation) {
        if (generation.number() > 0) {
            document.add(
                    new StringField(GENERATION, Generations.term(generation).text(), Field.Store.NO));
        }
        float[] vector = put.vector();
        if (vector != null) {
            document.add(
                    new KnnFloatVectorField(generation.vectorField(), vector, VectorSimilarityFunction.DOT_PRODUCT));
        } else if (put.byNearness()) {
            document.add(new NumericDocValuesField(COMPARABLE, 1));
        }
    }

    static Entry read(SegmentView segment, int document) throws IOException {
        LeafReader reader = segment.reader();
        String id = id(ids(reader), document);
        String text = text(texts(reader), document);
        SortedDocValues scopes = DocValues.getSorted(reader, SCOPE);
        if (!scopes.advanceExact(document)) {
            throw missing(SCOPE, document);
        }
        String scope = scopes.lookupOrd(scopes.ordValue()).utf8ToString();
        BytesRef body = reader.storedFields().document(document).getBinaryValue(BODY);
        if (body == null) {
            throw missing(BODY, document);
        }
        SegmentColumns columns = segment.columns();
        return EntryCodec.decode(
                body.bytes,
                body.offset,
                body.length,
                in -> EntryCodec.readBody(
                        in, id, scope, text, columns.createdAtMillis(document), columns.expiresAtMillis(document)));
    }

    /** As {@link #read}, with what the entry is found by. */
    static StoredEntry readStored(SegmentView segment, int document) throws IOException {
        Entry entry = read(segment, document);
        FloatVectorValues vectors = segment.vectors();
        int place = place(vectors, document);
        float[] vector =
                vectors == null || place < 0 ? null : vectors.vectorValue(place).clone();
        return new StoredEntry(entry, vector, vector != null || isComparable(segment, document));
    }

    /** Whether a document without a vector of the current generation is to have one. */
    private static boolean isComparable(SegmentView segment, int document) throws IOException {
        LeafReader reader = segment.reader();
        for (Generation each : segment.generations().all()) {
            if (place(reader.getFloatVectorValues(each.vectorField()), document) >= 0) {
                return true;
            }
        }
        return DocValues.getNumeric(reader, COMPARABLE).advanceExact(document);
    }

    /** Where a document's vector is among these, or -1. */
    private static int place(@Nullable FloatVectorValues vectors, int document) throws IOException {
        if (vectors == null) {
            return -1;
        }
        KnnVectorValues.DocIndexIterator places = vectors.iterator();
        return places.advance(document) == document ? places.index() : -1;
    }

    /** The ids of a segment; documents must be asked for in rising order. */
    static BinaryDocValues ids(LeafReader reader) throws IOException {
        return DocValues.getBinary(reader, ID);
    }

    static String id(BinaryDocValues ids, int document) throws IOException {
        if (!ids.advanceExact(document)) {
            throw missing(ID, document);
        }
        return ids.binaryValue().utf8ToString();
    }

    /** The prompts of a segment; documents must be asked for in rising order. */
    static BinaryDocValues texts(LeafReader reader) throws IOException {
        return DocValues.getBinary(reader, TEXT);
    }

    static String text(BinaryDocValues texts, int document) throws IOException {
        if (!texts.advanceExact(document)) {
            throw missing(TEXT, document);
        }
        BytesRef value = texts.binaryValue();
        return EntryCodec.decodeString(value.bytes, value.offset, value.length);
    }

    private static IOException missing(String field, int document) {
        return new IOException("document " + document + " has no " + field);
    }

    private static FieldType wordsType() {
        FieldType type = new FieldType();
        type.setIndexOptions(org.apache.lucene.index.IndexOptions.DOCS);
        type.setTokenized(true);
        type.setOmitNorms(true);
        type.freeze();
        return type;
    }
}
