package io.reprise.index;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way by which writes enter: journal first, memory second, then the acknowledgement.
 *
 * <p>Writers put their record into a queue and ask for the lock. Whoever holds it carries out everything queued as one group: one
 * append, one fsync where each acknowledgement waits for one. The others find their work done when their turn comes (flat combining,
 * Hendler et al. 2010; the same grouping as LevelDB's writer queue). A group whose append fails leaves no trace.
 *
 * <p>While the background cannot take writes over, as on a full disk, memory takes them up to its limit. Past it stores are refused at
 * once, for to wait would be in vain, and removals go on as long as the journal takes them: what is wrong must be deletable.
 */
final class WriteLane {

    private static final Logger log = LoggerFactory.getLogger(WriteLane.class);
    private static final int MAX_GROUP_RECORDS = 256;
    private static final int MAX_GROUP_BYTES = 8 << 20;
    private static final int REMOVALS_PER_RECORD = 1024;
    private static final long MAX_RECENT_BYTES = 256L << 20;
    private static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** A record on its way. All but the first two fields are guarded by the lock. */
    private static final class Pending {
        private final JournalRecord record;
        private final byte[] bytes;
        private List<Snapshot.@Nullable Place> places = List.of();
        private int affected;
        private @Nullable IndexException failure;
        private boolean done;

        Pending(JournalRecord record) {
            this.record = record;
            this.bytes = record.encoded();
        }

        void fail(IndexException why) {
            failure = why;
            done = true;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Queue<Pending> queue = new ConcurrentLinkedQueue<>();
    private final Journal journal;
    private final LiveEntries live;
    private final Clock clock;
    private final boolean durably;
    private final int maxRecentWrites;
    private final LongAdder refused = new LongAdder();
    private boolean refusing;
    private boolean stalled;
    private boolean closed;

    /** @param durably whether each acknowledgement waits for an fsync */
    WriteLane(Journal journal, LiveEntries live, Clock clock, boolean durably, int maxRecentWrites) {
        this.journal = journal;
        this.live = live;
        this.clock = clock;
        this.durably = durably;
        this.maxRecentWrites = maxRecentWrites;
    }

    /** Carries out a record and returns how many unexpired entries it replaced or removed. */
    int write(JournalRecord record) {
        Pending pending = new Pending(record);
        boolean removes = record instanceof JournalRecord.Remove;
        lock.lock();
        try {
            awaitRoom(removes);
        } finally {
            lock.unlock();
        }
        queue.add(pending);
        lock.lock();
        try {
            while (!pending.done) {
                carryOutGroup();
            }
        } finally {
            lock.unlock();
        }
        return affected(pending);
    }

    /**
     * Carries out a record if a condition holds behind every write that came before.
     *
     * @param condition asked under the lock
     * @return whether it was carried out
     */
    boolean writeIf(JournalRecord record, HandOver<Boolean> condition) throws IOException {
        Pending pending = new Pending(record);
        lock.lock();
        try {
            awaitRoom(false);
            while (!queue.isEmpty()) {
                carryOutGroup();
            }
            if (!closed && !condition.run()) {
                return false;
            }
            carryOut(List.of(pending));
            affected(pending);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Removes those of the ids that nothing has written to since they were looked up.
     *
     * @param unchanged asked under the lock
     * @return the ids removed
     * @throws WriteRefusedException which says what was removed before
     */
    List<String> removeUnchanged(List<String> ids, Predicate<String> unchanged) {
        List<String> removed = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += REMOVALS_PER_RECORD) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + REMOVALS_PER_RECORD));
            try {
                removed.addAll(removeThoseUnchanged(some, unchanged));
            } catch (WriteRefusedException e) {
                throw new WriteRefusedException(String.valueOf(e.getMessage()), e, removed);
            }
        }
        return removed;
    }

    private List<String> removeThoseUnchanged(List<String> ids, Predicate<String> unchanged) {
        lock.lock();
        try {
            awaitRoom(true);
            while (!queue.isEmpty()) {
                carryOutGroup();
            }
            List<String> still = ids.stream().filter(unchanged).toList();
            if (!still.isEmpty()) {
                Pending pending = new Pending(new JournalRecord.Remove(still));
                carryOut(List.of(pending));
                affected(pending);
            }
            return still;
        } finally {
            lock.unlock();
        }
    }

    /** Says whether the background fails to take writes over, so that waiting for it is in vain. */
    void stalled(boolean stalled) {
        lock.lock();
        try {
            this.stalled = stalled;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Writes that were refused because of the disk. */
    long refused() {
        return refused.sum();
    }

    /** Runs a step of the hand-over, alone. */
    <T> T exclusively(HandOver<T> step) throws IOException {
        lock.lock();
        try {
            T result = step.run();
            room.signalAll();
            return result;
        } finally {
            lock.unlock();
        }
    }

    /** A step that must not run beside a write. */
    @FunctionalInterface
    interface HandOver<T> {
        T run() throws IOException;
    }

    /** Refuses writes from now on. Returns after the last one that was accepted is done; false when closed before. */
    boolean close() {
        lock.lock();
        try {
            boolean first = !closed;
            while (!queue.isEmpty()) {
                carryOutGroup();
            }
            closed = true;
            room.signalAll();
            return first;
        } finally {
            lock.unlock();
        }
    }

    private void carryOutGroup() {
        List<Pending> group = new ArrayList<>();
        long bytes = 0;
        while (group.size() < MAX_GROUP_RECORDS && bytes < MAX_GROUP_BYTES) {
            Pending next = queue.poll();
            if (next == null) {
                break;
            }
            group.add(next);
            bytes += next.bytes.length;
        }
        carryOut(group);
    }

    private void carryOut(List<Pending> group) {
        List<Pending> located = group.stream().filter(this::locate).toList();
        if (located.isEmpty()) {
            return;
        }
        try {
            long sequence = append(located);
            long now = clock.millis();
            for (Pending each : located) {
                each.affected = live.apply(sequence++, each.record, each.places, now);
                each.done = true;
            }
            live.publish(sequence - 1);
        } catch (IOException e) {
            refuse(located, e);
        } finally {
            // Whatever went wrong, nobody may wait for a write that nobody will carry out.
            for (Pending each : located) {
                if (!each.done) {
                    each.fail(new IndexException("The write failed, see the log; it may have been stored"));
                }
            }
        }
    }

    private long append(List<Pending> group) throws IOException {
        long sequence = journal.append(group.stream().map(each -> each.bytes).toList(), durably);
        if (refusing) {
            refusing = false;
            log.info("The journal takes writes again.");
        }
        return sequence;
    }

    private void refuse(List<Pending> group, IOException why) {
        if (!refusing) {
            refusing = true;
            log.error(
                    "The journal refuses writes (is the disk full?). Reads go on, and writes once it takes them.", why);
        }
        for (Pending each : group) {
            each.fail(refused("The write was not stored, the journal refused it (is the disk full?): " + why, why));
        }
    }

    private WriteRefusedException refused(String message, @Nullable Throwable cause) {
        refused.increment();
        return new WriteRefusedException(message, cause, List.of());
    }

    private boolean locate(Pending pending) {
        if (closed) {
            pending.fail(new IndexException("The index is closed", new IllegalStateException("closed")));
            return false;
        }
        try {
            pending.places = live.locate(pending.record);
            return true;
        } catch (IOException e) {
            pending.fail(refused("The write was not stored, the index could not be read: " + e, e));
            return false;
        }
    }

    /**
     * Holds a writer up while the background is behind, so that memory stays bounded and searches stay fast.
     *
     * @param removes whether the write only removes, which adds little to memory: as many as there are entries, at most
     */
    private void awaitRoom(boolean removes) {
        long left = MAX_WAIT_NANOS;
        while (!closed && (live.recentWrites() >= maxRecentWrites || live.recentBytes() >= MAX_RECENT_BYTES)) {
            if (stalled && removes) {
                return;
            }
            if (stalled || left <= 0) {
                throw refused(
                        "The write was not stored: " + live.recentWrites()
                                + " earlier ones still wait to be indexed (is the disk full or too slow?)",
                        null);
            }
            try {
                left = room.awaitNanos(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IndexException("The write was not stored: interrupted while waiting for its turn", e);
            }
        }
    }

    private static int affected(Pending pending) {
        IndexException failure = pending.failure;
        if (failure != null) {
            throw failure;
        }
        return pending.affected;
    }
}
