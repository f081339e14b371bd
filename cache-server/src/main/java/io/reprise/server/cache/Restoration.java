package io.reprise.server.cache;

import io.reprise.index.Entry;
import io.reprise.server.cache.SemanticCache.Restored;
import io.reprise.server.protocol.Completion;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/** Stores entries that were stored before, as {@link SemanticCache#restore} says. Thread-safe; computes on the calling thread. */
final class Restoration {
    private final ExactTier exact;
    private final SemanticTier semantic;
    private final Duration maxTtl;
    private final Clock clock;
    private final Lock noDeletion;

    /** @param noDeletion held while an entry is written, so that it does not slip past a bulk delete */
    Restoration(ExactTier exact, SemanticTier semantic, Duration maxTtl, Clock clock, Lock noDeletion) {
        this.exact = exact;
        this.semantic = semantic;
        this.maxTtl = maxTtl;
        this.clock = clock;
        this.noDeletion = noDeletion;
    }

    Restored restore(Entry entry, boolean byMeaning, float @Nullable [] vector) {
        long now = clock.millis();
        long expires = Math.min(entry.expiresAtMillis(), now + maxTtl.toMillis());
        if (expires <= now) {
            return Restored.EXPIRED;
        }
        Entry restored = withTimes(entry, Math.min(entry.createdAtMillis(), now), expires);
        // Before the text is embedded, which is what an import that is sent again must not pay for.
        if (exact.hasAsNew(restored)) {
            return Restored.KEPT;
        }
        float[] found = byMeaning && semantic.mayServe(Completion.decode(entry.payload()))
                ? vector(entry.text(), vector)
                : null;
        noDeletion.lock();
        try {
            return exact.restore(restored, found) ? Restored.STORED : Restored.KEPT;
        } finally {
            noDeletion.unlock();
        }
    }

    private float @Nullable [] vector(String text, float @Nullable [] brought) {
        return brought != null && semantic.suits(brought, text) ? brought : semantic.vector(text);
    }

    private static Entry withTimes(Entry entry, long createdAtMillis, long expiresAtMillis) {
        return new Entry(
                entry.id(),
                entry.scope(),
                entry.principal(),
                entry.namespace(),
                entry.model(),
                entry.text(),
                entry.payload(),
                entry.tags(),
                createdAtMillis,
                expiresAtMillis);
    }
}
