package io.reprise.server.cache;

import io.reprise.index.Entry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hears of every entry that is stored, answers or is removed. Thread-safe and quick; for one id, told in the order of the index. */
interface EntryWatch {
    /** Whom nothing interests. */
    EntryWatch NONE = new EntryWatch() {
        @Override
        public void stored(Entry entry, CachedEntry answer, float @Nullable [] vector) {}

        @Override
        public void renewed(Entry entry, float @Nullable [] vector) {}

        @Override
        public void answered(String id) {}

        @Override
        public void removed(List<String> ids) {}
    };

    /**
     * An entry was stored.
     *
     * @param answer the same entry, decoded
     */
    void stored(Entry entry, CachedEntry answer, float @Nullable [] vector);

    /** An entry has another vector, and is otherwise as it was. */
    void renewed(Entry entry, float @Nullable [] vector);

    /** An entry answered. */
    void answered(String id);

    /** Entries were removed, whether or not they were there. */
    void removed(List<String> ids);
}
