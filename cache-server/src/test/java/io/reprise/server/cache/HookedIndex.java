package io.reprise.server.cache;

import io.reprise.index.Entry;
import io.reprise.index.EntryFilter;
import io.reprise.index.EntryIndex;
import io.reprise.index.EntryPage;
import io.reprise.index.Neighbour;
import io.reprise.index.Resemblance;
import io.reprise.index.ScanPage;
import io.reprise.index.SearchScope;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An index between whose answers and their reader something happens. */
final class HookedIndex implements EntryIndex {
    private final EntryIndex index;
    private volatile Runnable afterSearch = () -> {};
    private volatile Runnable afterGet = () -> {};
    private volatile Runnable afterPut = () -> {};
    private volatile Runnable beforeRemoval = () -> {};

    HookedIndex(EntryIndex index) {
        this.index = index;
    }

    void afterSearch(Runnable hook) {
        afterSearch = hook;
    }

    void afterGet(Runnable hook) {
        afterGet = hook;
    }

    void beforeRemoval(Runnable hook) {
        beforeRemoval = hook;
    }

    void afterPut(Runnable hook) {
        afterPut = hook;
    }

    @Override
    public boolean put(Entry entry, float @Nullable [] vector) {
        boolean replaced = index.put(entry, vector);
        afterPut.run();
        return replaced;
    }

    @Override
    public Optional<Entry> get(String id, long nowMillis) {
        Optional<Entry> entry = index.get(id, nowMillis);
        afterGet.run();
        return entry;
    }

    @Override
    public List<Neighbour> search(float[] vector, SearchScope scope, int k) {
        List<Neighbour> found = index.search(vector, scope, k);
        afterSearch.run();
        return found;
    }

    @Override
    public boolean remove(String id) {
        return index.remove(id);
    }

    @Override
    public List<String> removeAll(EntryFilter filter, long nowMillis) {
        return index.removeAll(filter, nowMillis);
    }

    @Override
    public List<String> removeAll(List<String> ids) {
        beforeRemoval.run();
        return index.removeAll(ids);
    }

    @Override
    public ScanPage scan(EntryFilter filter, long nowMillis, @Nullable String afterId, int maxEntries, long maxBytes) {
        return index.scan(filter, nowMillis, afterId, maxEntries, maxBytes);
    }

    @Override
    public List<Neighbour> resembling(Resemblance what, EntryFilter filter, long nowMillis, int limit) {
        return index.resembling(what, filter, nowMillis, limit);
    }

    @Override
    public EntryPage list(EntryFilter filter, long nowMillis, int limit, @Nullable String cursor) {
        return index.list(filter, nowMillis, limit, cursor);
    }

    @Override
    public long count(EntryFilter filter, long nowMillis) {
        return index.count(filter, nowMillis);
    }

    @Override
    public long sizeBytes() {
        return index.sizeBytes();
    }

    @Override
    public void close() {
        index.close();
    }
}
