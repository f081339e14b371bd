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

    private static final Comparator<Neighbour> NEAREST_FIRST =
            Comparator.comparingDouble(Neighbour::cosine).reversed().thenComparing(Neighbour::id);

    private final VectorSpace space;
    private final Clock clock;
    private final Words words = new Words();
    private final Map<String, StoredEntry> entries = new HashMap<>();

    /**
     * @param dimension floats in each vector
     * @param clock decides which entries have expired when they are replaced or removed
     */
    public FlatIndex(int dimension, Clock clock) {
        this.space = new VectorSpace(dimension);
        this.clock = clock;
    }

    @Override
    public synchronized boolean put(Entry entry, float @Nullable [] vector) {
        EntryLimits.check(entry);
        StoredEntry stored = new StoredEntry(entry, vector == null ? null : space.checked(vector));
        StoredEntry before = entries.put(entry.id(), stored);
        return before != null && before.entry().expiresAtMillis() > clock.millis();
    }

    @Override
    public synchronized Optional<Entry> get(String id, long nowMillis) {
        return Optional.ofNullable(entries.get(id))
                .map(StoredEntry::entry)
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
        StoredEntry before = entries.remove(id);
        return before != null && before.entry().expiresAtMillis() > clock.millis();
    }

    @Override
    public synchronized List<String> removeAll(EntryFilter filter, long nowMillis) {
        List<String> ids =
                matching(filter, nowMillis).map(stored -> stored.entry().id()).toList();
        ids.forEach(entries::remove);
        return ids;
    }

    @Override
    public synchronized List<String> removeAll(List<String> ids) {
        return ids.stream().filter(this::remove).toList();
    }

    @Override
    public synchronized ScanPage scan(
            EntryFilter filter, long nowMillis, @Nullable String afterId, int maxEntries, long maxBytes) {
        EntryLimits.checkLimit(maxEntries);
        List<StoredEntry> rest = matching(filter, nowMillis)
                .filter(stored -> afterId == null || stored.entry().id().compareTo(afterId) > 0)
                .sorted(Comparator.comparing(stored -> stored.entry().id()))
                .limit(maxEntries + 1L)
                .toList();
        int size = 0;
        for (long bytes = 0; size < Math.min(maxEntries, rest.size()) && (size == 0 || bytes < maxBytes); size++) {
            bytes += rest.get(size).bytes();
        }
        return new ScanPage(rest.subList(0, size), size == rest.size());
    }

    @Override
    public synchronized List<Neighbour> resembling(Resemblance what, EntryFilter filter, long nowMillis, int limit) {
        EntryLimits.checkLimit(limit);
        float[] vector = what.vector() == null ? null : space.checked(what.vector());
        Ranking ranking = new Ranking(what.text(), limit);
        matching(filter, nowMillis).forEach(stored -> {
            Entry entry = stored.entry();
            float[] other = stored.vector();
            float cosine = vector == null || other == null ? Float.NaN : VectorSpace.cosine(vector, other);
            if (entry.text().equals(what.text()) || cosine >= what.minCosine()) {
                ranking.offer(new Neighbour(entry.id(), entry.text(), cosine, entry.createdAtMillis()));
            }
        });
        return ranking.best();
    }

    @Override
    public synchronized EntryPage list(EntryFilter filter, long nowMillis, int limit, @Nullable String cursor) {
        EntryLimits.checkLimit(limit);
        ListCursor after = ListCursor.decoded(cursor);
        List<Entry> rest = matching(filter, nowMillis)
                .map(StoredEntry::entry)
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
        return entries.values().stream().mapToLong(StoredEntry::bytes).sum();
    }

    @Override
    public synchronized void close() {
        entries.clear();
    }

    private Stream<StoredEntry> matching(EntryFilter filter, long nowMillis) {
        EntryMatcher matcher = new EntryMatcher(filter, words);
        return entries.values().stream()
                .filter(stored -> stored.entry().expiresAtMillis() > nowMillis && matcher.matches(stored.entry()));
    }

    private static Stream<Neighbour> neighbour(StoredEntry stored, float[] vector) {
        float[] other = stored.vector();
        if (other == null) {
            return Stream.empty();
        }
        Entry entry = stored.entry();
        float cosine = VectorSpace.cosine(vector, other);
        return Stream.of(new Neighbour(entry.id(), entry.text(), cosine, entry.createdAtMillis()));
    }
}
