package io.reprise.index;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An index on disk: entries and float vectors in Lucene (HNSW), recent writes in memory, acknowledged writes in a journal.
 *
 * <p>How a write goes: {@link WriteLane} appends it to the {@link Journal}, adds it to {@link LiveEntries} and acknowledges it, visible
 * at once; {@link Maintenance} later carries it into the {@link LuceneStore}. An acknowledged write survives the death of the process,
 * and a power cut after at most {@link IndexOptions#fsyncInterval}.
 *
 * <p>A folder of another model is opened all the same: its entries are then {@link StaleEntries}, until they are renewed.
 *
 * <p>How a read goes: it takes a {@link Reading}, which shows one moment of the whole index, without a lock.
 *
 * <p>The folder holds {@code lucene/}, {@code journal/} and {@code reprise.lock}, and belongs to one process at a time. Thread-safe.
 */
public final class LuceneIndex implements EntryIndex, StaleEntries {

    private static final Logger log = LoggerFactory.getLogger(LuceneIndex.class);

    private static final String LOCK = "reprise.lock";
    /** Unindexed writes, as a multiple of {@link IndexOptions#recentEntries}, from which on writers wait. */
    private static final int BACKLOG = 4;

    private final Path folder;
    private final Clock clock;
    private final VectorSpace space;
    private final Words words;
    private final LiveEntries live;
    private final WriteLane lane;
    private final Maintenance maintenance;
    /** What {@link #close} frees, in that order. */
    private final List<Closeable> resources;

    /**
     * Opens the index in a folder, which is created when absent, and replays what was acknowledged after its last commit. From then on
     * the folder is of the model that the options name; what it holds of another one is stale.
     *
     * @param clock decides which entries have expired when they are replaced, removed or swept
     * @throws IndexException when another process has the folder, or it holds an index of another format, or is damaged
     */
    public static LuceneIndex open(Path folder, IndexOptions options, Clock clock) {
        return open(folder, options, clock, Disk.real());
    }

    static LuceneIndex open(Path folder, IndexOptions options, Clock clock, Disk disk) {
        Deque<Closeable> opened = new ArrayDeque<>();
        try {
            LuceneIndex index = new LuceneIndex(folder, options, clock, disk, opened);
            index.maintenance.start();
            return index;
        } catch (IOException e) {
            IOUtils.closeWhileHandlingException(opened);
            throw explained(folder, e);
        } catch (RuntimeException e) {
            IOUtils.closeWhileHandlingException(opened);
            throw e;
        }
    }

    /** @param opened gets whatever must be closed, last opened first, even when this fails halfway */
    private LuceneIndex(Path folder, IndexOptions options, Clock clock, Disk disk, Deque<Closeable> opened)
            throws IOException {
        this.folder = OwnerOnly.createFolder(folder);
        this.clock = clock;
        this.space = new VectorSpace(options.dimension());
        Directory locks = FSDirectory.open(folder);
        opened.push(locks);
        opened.push(locks.obtainLock(LOCK));
        this.words = new Words();
        opened.push(words);
        LuceneStore store = LuceneStore.open(folder.resolve("lucene"), options, words.analyzer(), disk);
        opened.push(store);
        Journal journal = Journal.open(
                folder.resolve("journal"),
                store.committed(),
                disk.journalFiles(),
                (sequence, record) -> store.add(JournalRecord.decoded(record)));
        opened.push(journal);
        turnTo(store.generations().under(options), store, journal);
        this.live = new LiveEntries(Snapshot.first(store.newReader(), store.generations(), journal.lastSequence()));
        opened.push(live);
        this.lane = new WriteLane(
                journal, live, clock, options.fsyncInterval().isZero(), BACKLOG * options.recentEntries());
        this.maintenance = new Maintenance(options, clock, store, journal, live, lane);
        this.resources = List.copyOf(opened);
    }

    /**
     * Makes the folder one of another model, before anything is written under it. A journal does not say whose its vectors are: they are
     * of the last commit's model. So what it holds must be replayed under that one, and committed together with the new one's name; from
     * then on its sequence numbers lie behind the commit's, and it is never replayed again, whether or not it is deleted. Before that
     * commit the folder is as it was.
     */
    private void turnTo(Generations generations, LuceneStore store, Journal journal) throws IOException {
        Generation before = store.generations().current();
        Generation now = generations.current();
        if (before.equals(now)) {
            return;
        }
        store.turnTo(generations);
        store.commit(journal.lastSequence());
        journal.deleteThrough(journal.lastSequence());
        log.info(
                "The index in {} held vectors of {} (dimension {}) and is of {} (dimension {}) now: other entries are"
                        + " found by their ids alone until their texts are embedded anew.",
                folder,
                before.model(),
                before.dimension(),
                now.model(),
                now.dimension());
    }

    @Override
    public boolean put(Entry entry, float @Nullable [] vector) {
        EntryLimits.check(entry);
        return write(new JournalRecord.Put(entry, vector == null ? null : space.checked(vector))) > 0;
    }

    @Override
    public Optional<Entry> get(String id, long nowMillis) {
        try (Reading reading = live.read()) {
            return Optional.ofNullable(reading.get(id)).filter(entry -> entry.expiresAtMillis() > nowMillis);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public List<Neighbour> search(float[] vector, SearchScope scope, int k) {
        EntryLimits.checkK(k);
        space.checked(vector);
        try (Reading reading = live.read()) {
            return new NeighbourSearch(reading, vector, scope, k).run();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public boolean remove(String id) {
        // What is absent already leaves no trace in the journal.
        return get(id, clock.millis()).isPresent() && write(new JournalRecord.Remove(List.of(id))) > 0;
    }

    @Override
    public List<String> removeAll(EntryFilter filter, long nowMillis) {
        List<String> found;
        RecentTier oldestTier;
        long sequence;
        try (Reading reading = live.read()) {
            found = new Listing(reading, new EntryMatcher(filter, words), nowMillis).ids();
            oldestTier = reading.oldestTier();
            sequence = reading.sequence();
        } catch (IOException e) {
            throw unreadable(e);
        }
        List<String> removed = lane.removeUnchanged(found, id -> !isWrittenAfter(sequence, id, oldestTier));
        maintenance.noticeWrite();
        return removed;
    }

    @Override
    public List<String> removeAll(List<String> ids) {
        long now = clock.millis();
        List<String> there =
                ids.stream().distinct().filter(id -> get(id, now).isPresent()).toList();
        List<String> removed = lane.removeUnchanged(there, id -> true);
        maintenance.noticeWrite();
        return removed;
    }

    @Override
    public ScanPage scan(EntryFilter filter, long nowMillis, @Nullable String afterId, int maxEntries, long maxBytes) {
        EntryLimits.checkLimit(maxEntries);
        EntryMatcher matcher = new EntryMatcher(filter, words);
        try (Reading reading = live.read()) {
            return new IdScan(reading, matcher, nowMillis, maxEntries).page(afterId, maxBytes);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public long countStale(long nowMillis) {
        try (Reading reading = live.read()) {
            return new Listing(reading, reading.snapshot().generations().stale(), nowMillis).count();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public ScanPage stale(long nowMillis, @Nullable String afterId, int maxEntries, long maxBytes) {
        EntryLimits.checkLimit(maxEntries);
        try (Reading reading = live.read()) {
            EntrySelection stale = reading.snapshot().generations().stale();
            return new IdScan(reading, stale, nowMillis, maxEntries).page(afterId, maxBytes);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public boolean renew(StoredEntry stale, float @Nullable [] vector) {
        Entry entry = stale.entry();
        var renewed = new JournalRecord.Put(
                entry, vector == null ? null : space.checked(vector), vector != null || stale.byNearness());
        boolean written;
        try {
            written = lane.writeIf(renewed, () -> entry.expiresAtMillis() > clock.millis() && live.isStale(entry.id()));
        } catch (IOException e) {
            throw unreadable(e);
        }
        maintenance.noticeWrite();
        return written;
    }

    @Override
    public List<Neighbour> resembling(Resemblance what, EntryFilter filter, long nowMillis, int limit) {
        EntryLimits.checkLimit(limit);
        if (what.vector() != null) {
            space.checked(what.vector());
        }
        EntryMatcher matcher = new EntryMatcher(filter, words);
        try (Reading reading = live.read()) {
            return new Listing(reading, matcher, nowMillis).resembling(what, limit);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public EntryPage list(EntryFilter filter, long nowMillis, int limit, @Nullable String cursor) {
        EntryLimits.checkLimit(limit);
        ListCursor after = ListCursor.decoded(cursor);
        EntryMatcher matcher = new EntryMatcher(filter, words);
        try (Reading reading = live.read()) {
            return new Listing(reading, matcher, nowMillis).page(limit, after);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public long count(EntryFilter filter, long nowMillis) {
        EntryMatcher matcher = new EntryMatcher(filter, words);
        try (Reading reading = live.read()) {
            return new Listing(reading, matcher, nowMillis).count();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public long sizeBytes() {
        try {
            return FolderSize.of(folder);
        } catch (IOException e) {
            throw new IndexException("The size of " + folder + " could not be read: " + e, e);
        }
    }

    /** What the disk has refused since this was opened. */
    public IndexFaults faults() {
        return maintenance.faults();
    }

    /** Documents in each segment, deleted ones included. */
    List<Integer> segmentSizes() {
        return live.snapshot().segments().stream().map(SegmentView::maxDoc).toList();
    }

    /** Takes every write before this call over into Lucene, and returns when searches use it. */
    void refresh() {
        maintenance.refresh();
    }

    /** As {@link #refresh}; also commits, sweeps what has expired, and shortens the journal. */
    void commit() {
        maintenance.commit();
    }

    @Override
    public void close() {
        if (!lane.close()) {
            return;
        }
        maintenance.close();
        try {
            IOUtils.close(resources);
        } catch (IOException e) {
            throw new IndexException("The index in " + folder + " was not closed cleanly: " + e, e);
        }
    }

    private int write(JournalRecord record) {
        int affected = lane.write(record);
        maintenance.noticeWrite();
        return affected;
    }

    private static boolean isWrittenAfter(long sequence, String id, RecentTier oldestTier) {
        for (RecentTier tier = oldestTier; tier != null; tier = tier.next()) {
            RecentWrite latest = tier.latest(id);
            if (latest != null && latest.sequence() > sequence) {
                return true;
            }
        }
        return false;
    }

    private IndexException unreadable(IOException cause) {
        return new IndexException("The index in " + folder + " could not be read: " + cause, cause);
    }

    private static IndexException explained(Path folder, IOException e) {
        if (e instanceof LockObtainFailedException) {
            return new IndexException(
                    "The data folder " + folder
                            + " is in use by another process: stop that one, or name another folder.",
                    e);
        }
        if (e instanceof CorruptIndexException
                || e instanceof IndexFormatTooOldException
                || e instanceof IndexFormatTooNewException) {
            return new IndexException(
                    "The index in " + folder
                            + " is damaged or of another version: restore it, or move the folder away to begin an"
                            + " empty one. "
                            + e.getMessage(),
                    e);
        }
        return new IndexException("The index in " + folder + " could not be opened (is the disk full?): " + e, e);
    }
}
