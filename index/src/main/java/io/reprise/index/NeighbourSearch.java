package io.reprise.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.jspecify.annotations.Nullable;

/**
 * One nearest-neighbour search over one {@link Reading}.
 *
 * <p>Each tier and segment offers its best, found exactly or by its graph ({@link SegmentSearch}); what segments offer is scored again
 * with the stored float vectors, so that cosines of all sources compare. Only the final k are read: id and text, from columns.
 */
final class NeighbourSearch {

    /**
     * The least number of candidates a graph is asked for: {@code k} is also the width of HNSW's beam. In one graph of 100,000 real and
     * crossed questions 48 lost 1.8 % of the nearest neighbours, 64 lost 1.2 %, 96 lost 0.4 % and 128 lost 0.3 %, in 0.45, 0.54, 0.66 and
     * 0.83 ms.
     */
    private static final int MIN_BEAM = 96;

    /** A candidate from a segment or (with an entry) from memory. */
    private static final class Candidate {
        private final float cosine;
        private final @Nullable Entry entry;
        private final @Nullable SegmentView segment;
        private final int document;
        private String id = "";
        private String text = "";
        private long createdAtMillis;

        Candidate(float cosine, @Nullable Entry entry, @Nullable SegmentView segment, int document) {
            this.cosine = cosine;
            this.entry = entry;
            this.segment = segment;
            this.document = document;
        }

        float cosine() {
            return cosine;
        }

        int document() {
            return document;
        }

        Neighbour toNeighbour() {
            return new Neighbour(id, text, cosine, createdAtMillis);
        }
    }

    private static final Comparator<Candidate> NEAREST_FIRST =
            Comparator.comparingDouble(Candidate::cosine).reversed();

    private final Reading reading;
    private final float[] vector;
    private final SearchScope scope;
    private final int k;

    NeighbourSearch(Reading reading, float[] vector, SearchScope scope, int k) {
        this.reading = reading;
        this.vector = vector;
        this.scope = scope;
        this.k = k;
    }

    List<Neighbour> run() throws IOException {
        List<Candidate> candidates = new ArrayList<>(nearestRecent());
        SegmentSearch search = new SegmentSearch(vector, scope, reading.sequence(), Math.max(k, MIN_BEAM));
        for (SegmentView segment : largestFirst(reading.snapshot().segments())) {
            rescore(segment, search.documents(segment), candidates);
        }
        candidates.sort(NEAREST_FIRST);
        List<Candidate> nearest = withTies(candidates);
        describe(nearest);
        return nearest.stream()
                .sorted(NEAREST_FIRST.thenComparing(candidate -> candidate.id))
                .limit(k)
                .map(Candidate::toNeighbour)
                .toList();
    }

    private List<Candidate> nearestRecent() {
        // The farthest on top; of two equally far the one with the later id, which loses a tie.
        PriorityQueue<Candidate> nearest = new PriorityQueue<>(
                k + 1, NEAREST_FIRST.thenComparing(candidate -> candidate.id).reversed());
        reading.forEachRecent(write -> {
            Entry entry = write.entry();
            float[] other = write.vector();
            if (entry == null || other == null || !isIn(entry)) {
                return;
            }
            Candidate candidate = new Candidate(VectorSpace.cosine(vector, other), entry, null, -1);
            candidate.id = entry.id();
            nearest.add(candidate);
            if (nearest.size() > k) {
                nearest.poll();
            }
        });
        return List.copyOf(nearest);
    }

    private boolean isIn(Entry entry) {
        return entry.expiresAtMillis() > scope.nowMillis()
                && entry.createdAtMillis() >= scope.notBeforeMillis()
                && entry.scope().equals(scope.scope());
    }

    private void rescore(SegmentView segment, int[] documents, List<Candidate> candidates) throws IOException {
        FloatVectorValues vectors = segment.vectors();
        if (vectors == null || documents.length == 0) {
            return;
        }
        Arrays.sort(documents);
        KnnVectorValues.DocIndexIterator places = vectors.iterator();
        for (int document : documents) {
            if (places.advance(document) == document) {
                float cosine = VectorSpace.cosine(vector, vectors.vectorValue(places.index()));
                candidates.add(new Candidate(cosine, null, segment, document));
            }
        }
    }

    /** The first k, and what is exactly as near as the last of them. */
    private List<Candidate> withTies(List<Candidate> sorted) {
        int end = Math.min(k, sorted.size());
        while (end > 0
                && end < sorted.size()
                && sorted.get(end).cosine() == sorted.get(end - 1).cosine()) {
            end++;
        }
        return sorted.subList(0, end);
    }

    private static void describe(List<Candidate> candidates) throws IOException {
        for (Candidate candidate : candidates) {
            Entry entry = candidate.entry;
            if (entry != null) {
                candidate.id = entry.id();
                candidate.text = entry.text();
                candidate.createdAtMillis = entry.createdAtMillis();
            }
        }
        // In the order of documents, because columns are read forwards.
        List<Candidate> byDocument = new ArrayList<>(candidates);
        byDocument.sort(Comparator.comparingInt(Candidate::document));
        List<SegmentView> segments = byDocument.stream()
                .map(candidate -> candidate.segment)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        for (SegmentView segment : segments) {
            BinaryDocValues ids = EntryDocuments.ids(segment.reader());
            BinaryDocValues texts = EntryDocuments.texts(segment.reader());
            for (Candidate candidate : byDocument) {
                if (candidate.segment == segment) {
                    candidate.id = EntryDocuments.id(ids, candidate.document);
                    candidate.text = EntryDocuments.text(texts, candidate.document);
                    candidate.createdAtMillis = segment.columns().createdAtMillis(candidate.document);
                }
            }
        }
    }

    /** Large graphs raise the bar for the small ones behind them. */
    private static List<SegmentView> largestFirst(List<SegmentView> segments) {
        return segments.stream()
                .sorted(Comparator.comparingInt(SegmentView::maxDoc).reversed())
                .toList();
    }
}
