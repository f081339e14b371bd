package io.reprise.index;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A write that could not be made durable, as on a full disk. Nothing of it is stored or removed, but for {@link #removed}; reads go on,
 * and the same write may be tried again: the index recovers by itself once the disk does.
 */
public final class WriteRefusedException extends IndexException {
    private final transient List<String> removed;

    /** @param removed as {@link #removed} */
    WriteRefusedException(String message, @Nullable Throwable cause, List<String> removed) {
        super(message, cause);
        this.removed = List.copyOf(removed);
    }

    /** Of a removal of many entries, those that are gone: it is carried out in parts, and was refused after some of them. */
    public List<String> removed() {
        return removed;
    }
}
