package io.reprise.index;

import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The whole index as of one sequence number: a snapshot of Lucene and the tiers of writes behind it.
 *
 * <p>Whatever is written while it is open, it shows exactly one version of each entry. It must be closed by the thread that uses it.
 */
final class Reading implements AutoCloseable {

    private final Snapshot snapshot;
    private final RecentTier oldestTier;
    private final long sequence;

    /** @param snapshot acquired by the caller, released here */
    Reading(Snapshot snapshot, RecentTier oldestTier, long sequence) {
        this.snapshot = snapshot;
        this.oldestTier = oldestTier;
        this.sequence = sequence;
    }

    Snapshot snapshot() {
        return snapshot;
    }

    long sequence() {
        return sequence;
    }

    RecentTier oldestTier() {
        return oldestTier;
    }

    /** The entry with this id, expired or not. */
    @Nullable Entry get(String id) throws IOException {
        RecentWrite recent = null;
        for (RecentTier tier = oldestTier; tier != null; tier = tier.next()) {
            RecentWrite latest = tier.latest(id);
            RecentWrite seen = latest == null ? null : latest.asOf(sequence);
            recent = seen == null ? recent : seen;
        }
        if (recent != null) {
            return recent.entry();
        }
        Snapshot.Place place = snapshot.find(id);
        if (place == null || !place.segment().isVisible(place.document(), sequence)) {
            return null;
        }
        return EntryDocuments.read(place.segment(), place.document());
    }

    /** Every write that stored an entry and that this reading sees. */
    void forEachRecent(Consumer<RecentWrite> consumer) {
        for (RecentTier tier = oldestTier; tier != null; tier = tier.next()) {
            int size = tier.size();
            for (int i = 0; i < size; i++) {
                RecentWrite write = tier.at(i);
                if (write.entry() != null && write.isCurrentAt(sequence)) {
                    consumer.accept(write);
                }
            }
        }
    }

    @Override
    public void close() {
        snapshot.release();
    }
}
