package io.reprise.index;

import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An index in memory that compares with every entry: the truth that other indexes are measured against, and enough for a few thousand
 * entries that need not last.
 *
 * <p>Thread-safe by one lock.
 */
public final class FlatIndex implements EntryIndex {

    private record Stored(Entry entry, float @Nullable [] vector, byte @Nullable [] sketch) {

        long bytes() {
            long vectorBytes = vector == null ? 0 : (long) vector.length * Float.BYTES;
            return entry.payload().length
                    + 2L * entry.text().length()
                    + vectorBytes
                    + (sketch == null ? 0 : sketch.length);
        }
    }

    private static final Comparator<Neighbour> NEAREST_FIRST =
            Comparator.comparingDouble(Neighbour::cosine).reversed().thenComparing(Neighbour::id);

    private final VectorSpace space;
    private final Clock clock;
    private final Words words = new Words();
    private final Map<String, Stored> entries = new HashMap<>();

    /**
     * @param dimension floats in each vector
     * @param clock decides which entries have expired when they are replaced or removed
     */
    public FlatIndex(int dimension, Clock clock) {
        this.space = new VectorSpace(dimension);
        this.clock = clock;
    }

    @Override
    public synchronized boolean put(Entry entry, float @Nullable [] vector, byte @Nullable [] sketch) {
        EntryLimits.check(entry);
        Stored stored = new Stored(entry, vector == null ? null : space.checked(vector), sketch);
        Stored before = entries.put(entry.id(), stored);
        return before != null && before.entry().expiresAtMillis() > clock.millis();
    }

    @Override
    public synchronized Optional<Entry> get(String id, long nowMillis) {
        return Optional.ofNullable(entries.get(id))
                .map(Stored::entry)
                .filter(entry -> entry.expiresAtMillis() > nowMillis);
    }

    @Override
    public synchronized List<Neighbour> search(float[] vector, SearchScope scope, int k) {
        EntryLimits.checkK(k);
        space.checked(vector);
        return entries.values().stream()
                .filter(stored -> stored.entry().scope().equals(scope.scope())
                        && stored.entry().expiresAtMillis() > scope.nowMillis()
                        && stored.entry().createdAtMillis() >= scope.notBeforeMillis())
                .flatMap(stored -> neighbour(stored, vector))
                .sorted(NEAREST_FIRST)
                .limit(k)
                .toList();
    }

    @Override
    public synchronized boolean remove(String id) {
        Stored before = entries.remove(id);
        return before != null && before.entry().expiresAtMillis() > clock.millis();
    }

    @Override
    public synchronized List<String> removeAll(EntryFilter filter, long nowMillis) {
        List<String> ids = matching(filter, nowMillis).map(Entry::id).toList();
        ids.forEach(entries::remove);
        return ids;
    }

    @Override
    public synchronized EntryPage list(EntryFilter filter, long nowMillis, int limit, @Nullable String cursor) {
        EntryLimits.checkLimit(limit);
        ListCursor after = ListCursor.decoded(cursor);
        List<Entry> rest = matching(filter, nowMillis)
                .filter(entry -> after == null || ListCursor.after(entry).compareTo(after) > 0)
                .sorted(Comparator.comparing(ListCursor::after))
                .limit(limit + 1L)
                .toList();
        if (rest.size() <= limit) {
            return new EntryPage(rest, null);
        }
        List<Entry> page = rest.subList(0, limit);
        return new EntryPage(page, ListCursor.after(page.getLast()).encoded());
    }

    @Override
    public synchronized long count(EntryFilter filter, long nowMillis) {
        return matching(filter, nowMillis).count();
    }

    @Override
    public synchronized long sizeBytes() {
        return entries.values().stream().mapToLong(Stored::bytes).sum();
    }

    @Override
    public synchronized void close() {
        entries.clear();
    }

    private Stream<Entry> matching(EntryFilter filter, long nowMillis) {
        EntryMatcher matcher = new EntryMatcher(filter, words);
        return entries.values().stream()
                .map(Stored::entry)
                .filter(entry -> entry.expiresAtMillis() > nowMillis && matcher.matches(entry));
    }

    private static Stream<Neighbour> neighbour(Stored stored, float[] vector) {
        float[] other = stored.vector();
        if (other == null) {
            return Stream.empty();
        }
        Entry entry = stored.entry();
        float cosine = VectorSpace.cosine(vector, other);
        return Stream.of(new Neighbour(entry.id(), entry.text(), cosine, entry.createdAtMillis(), stored.sketch()));
    }
}
