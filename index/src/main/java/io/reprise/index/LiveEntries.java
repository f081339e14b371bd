package io.reprise.index;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the index holds right now: a snapshot of Lucene, and a chain of tiers with every write since.
 *
 * <p>Each write has a sequence number and takes effect for reads when {@link #publish} announces it. A read ({@link #read}) fixes the
 * last announced number S and sees, of each id, the version current at S: documents of the snapshot unless masked at or before S, and
 * versions in the chain stored at or before S and not superseded by then. So reads take no lock and block no write, and a replaced
 * entry is neither missed nor seen twice.
 *
 * <p>Hand-over, by one background thread: {@link #freeze} ends the newest tier, its writes go into Lucene, and {@link #replace} puts a
 * snapshot that contains them in the place of the old snapshot and the frozen tiers, after masking in it what was written meanwhile.
 *
 * <p>{@link #apply}, {@link #publish}, {@link #freeze} and the last step of {@link #replace} need the index's write lock.
 */
final class LiveEntries implements Closeable {

    /** A snapshot, and the tier where the writes begin that it does not contain. */
    private record View(Snapshot snapshot, RecentTier oldestTier) {}

    /** What was frozen: tiers from {@code oldest} up to, without, {@code next}, holding every write up to {@code sequence}. */
    record Frozen(RecentTier oldest, RecentTier next, long sequence) {

        List<RecentTier> tiers() {
            List<RecentTier> tiers = new ArrayList<>();
            for (RecentTier tier = oldest; tier != null && tier != next; tier = tier.next()) {
                tiers.add(tier);
            }
            return tiers;
        }
    }

    private volatile View view;
    private volatile long published;
    private volatile boolean closed;
    private RecentTier newest = new RecentTier();

    LiveEntries(Snapshot snapshot) {
        this.view = new View(snapshot, newest);
        this.published = snapshot.sequence();
    }

    /** Opens a reading of everything published. */
    Reading read() {
        while (!closed) {
            // First the number, then the view: every write up to the number is in this view or in one that replaced it.
            long sequence = published;
            View current = view;
            if (current.snapshot().tryAcquire()) {
                return new Reading(
                        current.snapshot(),
                        current.oldestTier(),
                        Math.max(sequence, current.snapshot().sequence()));
            }
        }
        throw new IllegalStateException("the index is closed");
    }

    /** The last write that reads see. */
    long sequence() {
        return published;
    }

    Snapshot snapshot() {
        return view.snapshot();
    }

    /** Writes that no snapshot holds yet. */
    int recentWrites() {
        int writes = 0;
        for (RecentTier tier = view.oldestTier(); tier != null; tier = tier.next()) {
            writes += tier.size();
        }
        return writes;
    }

    /** Heap bytes of the writes that no snapshot holds yet. */
    long recentBytes() {
        long bytes = 0;
        for (RecentTier tier = view.oldestTier(); tier != null; tier = tier.next()) {
            bytes += tier.bytes();
        }
        return bytes;
    }

    /** Where the snapshot holds the ids of a record: all the reading that {@link #apply} would otherwise have to do. */
    List<Snapshot.@Nullable Place> locate(JournalRecord record) throws IOException {
        List<String> ids =
                switch (record) {
                    case JournalRecord.Put put -> List.of(put.entry().id());
                    case JournalRecord.Remove remove -> remove.ids();
                };
        List<Snapshot.@Nullable Place> places = new ArrayList<>(ids.size());
        for (String id : ids) {
            places.add(latest(id) == null ? view.snapshot().find(id) : null);
        }
        return places;
    }

    /** Whether the entry is there and stale, nothing having been written to its id. Needs the index's write lock. */
    boolean isStale(String id) throws IOException {
        Snapshot.Place place = latest(id) == null ? view.snapshot().find(id) : null;
        return place != null && place.segment().isStale(place.document());
    }

    /**
     * Makes a record part of memory; reads see it once its sequence number is published.
     *
     * @param places what {@link #locate} found, no freeze or replacement since
     * @return how many unexpired entries it replaced or removed
     */
    int apply(long sequence, JournalRecord record, List<Snapshot.@Nullable Place> places, long nowMillis) {
        return switch (record) {
            case JournalRecord.Put put -> {
                String id = put.entry().id();
                boolean replaced = supersede(id, places.getFirst(), sequence, nowMillis);
                newest.add(RecentWrite.stored(sequence, put, newest.latest(id)));
                yield replaced ? 1 : 0;
            }
            case JournalRecord.Remove remove -> {
                int removed = 0;
                for (int i = 0; i < remove.ids().size(); i++) {
                    String id = remove.ids().get(i);
                    Snapshot.Place place = places.get(i);
                    RecentWrite latest = latest(id);
                    if (latest == null ? place != null : latest.entry() != null) {
                        removed += supersede(id, place, sequence, nowMillis) ? 1 : 0;
                        newest.add(RecentWrite.removed(sequence, id, newest.latest(id)));
                    }
                }
                yield removed;
            }
        };
    }

    /** Lets reads see every write up to this number. */
    void publish(long sequence) {
        published = sequence;
    }

    /** Ends the newest tier, unless it is empty: attempts that fail one after the other must not make reads walk a long chain. */
    Frozen freeze() {
        RecentTier oldest = view.oldestTier();
        if (newest.size() > 0) {
            newest = newest.freeze();
        }
        return new Frozen(oldest, newest, published);
    }

    /** Masks in a new snapshot what was written from this position of the tier on; returns where to go on. */
    int mask(Snapshot next, RecentTier tier, int from) throws IOException {
        int end = tier.size();
        for (int i = from; i < end; i++) {
            RecentWrite write = tier.at(i);
            Snapshot.Place place = next.find(write.id());
            if (place != null) {
                place.segment().mask(place.document(), write.sequence());
            }
        }
        return end;
    }

    /** Puts a snapshot that contains what was frozen in place of the old one, which is released. */
    void replace(Snapshot next, Frozen frozen) {
        Snapshot old = view.snapshot();
        view = new View(next, frozen.next());
        old.release();
    }

    @Override
    public void close() {
        closed = true;
        view.snapshot().release();
    }

    /** Whether an unexpired version was there to be superseded. */
    private boolean supersede(String id, Snapshot.@Nullable Place place, long sequence, long nowMillis) {
        RecentWrite latest = latest(id);
        if (latest != null) {
            latest.supersede(sequence);
            Entry entry = latest.entry();
            return entry != null && entry.expiresAtMillis() > nowMillis;
        }
        if (place == null) {
            return false;
        }
        place.segment().mask(place.document(), sequence);
        return place.segment().columns().expiresAtMillis(place.document()) > nowMillis;
    }

    private @Nullable RecentWrite latest(String id) {
        RecentWrite latest = null;
        for (RecentTier tier = view.oldestTier(); tier != null; tier = tier.next()) {
            RecentWrite here = tier.latest(id);
            latest = here == null ? latest : here;
        }
        return latest;
    }
}
