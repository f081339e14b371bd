package io.reprise.server.cache.eviction;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The account of what is stored, and who goes when there is too much of it: the entries of which the least saving is to be expected for the
 * room they take.
 *
 * <p>The rank of an entry is {@code saving / share * rate^2}, where the rate is {@code hits / (1 + seconds since the last)}: what a hit saves, what
 * the entry takes of the room ({@link Bounds#share}), and how often it may be expected to be asked for. That is hyperbolic caching (Blankstein,
 * Sen, Freedman, USENIX ATC 2017) with the time since the last hit in the place of the time since the store, because questions come into fashion and
 * go out of it; and squared, so that what is dear does not outlive its demand. Like there, ranks are worked out when they are needed,
 * and the least of a random sample goes. GreedyDual-Size-Frequency (Cherkasova 1998) ages by a clock that all entries share, so that a
 * namespace of dear answers at its quota would age everybody's.
 *
 * <p>Of whose entries one goes, {@link Owners} say: nobody pays for what others store as long as it is within its fair
 * share.
 *
 * <p>Some 60 bytes an entry, 13 more with a bound on namespaces. A hit waits for no lock ({@link HitRing}); whatever
 * else
 * takes the one of this object, for microseconds, or a millisecond when many hits are to be counted. Thread-safe.
 */
public final class Residents {
    /** How many are compared for each that goes; more chose no better in the simulation. */
    public static final int SAMPLE = 32;

    /** Times are seconds after the year 2020 began: an int holds them until 2088. */
    private static final long EPOCH_SECONDS = 1_577_836_800L;

    private final Bounds bounds;
    private final int sample;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final SlotTable table;
    private final Owners owners = new Owners();
    private final ProvenPrincipals principals;
    private final HitRing ring = new HitRing();
    private final Deque<SlotTable.Members> crowded = new ArrayDeque<>();
    private long bytes;
    private boolean tooMany;
    private boolean tooLarge;
    private RememberedHits remembered = RememberedHits.NONE;

    /**
     * An empty account.
     *
     * @param random draws samples
     */
    public Residents(Bounds bounds, InstantSource clock, RandomGenerator random) {
        this(bounds, SAMPLE, ProvenPrincipals.inMemory(), clock, random);
    }

    /**
     * An empty account with another sample.
     *
     * @param sample how many are compared for each that goes, at least 1
     * @param principals who is somebody
     */
    public Residents(
            Bounds bounds, int sample, ProvenPrincipals principals, InstantSource clock, RandomGenerator random) {
        this.principals = principals;
        this.bounds = bounds;
        this.sample = sample;
        this.clock = clock;
        this.random = random;
        this.table = new SlotTable(bounds.namespaceMaxEntries() > 0);
    }

    /**
     * Counts an entry in that was stored now. What it replaces leaves it its hits: the question is asked as often as before.
     *
     * @return whether there is too much now
     */
    public synchronized boolean stored(Resident resident) {
        int slot = table.find(resident.id());
        boolean isNew = slot == SlotTable.ABSENT;
        if (isNew) {
            slot = add(resident);
            table.hits(slot, 1);
        } else {
            bytes -= table.bytes(slot);
        }
        set(slot, resident, seconds(clock.millis()));
        return isOver(slot);
    }

    /**
     * Counts an entry in that an earlier run stored, unless it is here already.
     *
     * @return whether there is too much now
     */
    public synchronized boolean found(Resident resident) {
        if (table.find(resident.id()) != SlotTable.ABSENT) {
            return false;
        }
        principals.found(resident.principal());
        int slot = add(resident);
        RememberedHits.Past past = remembered.of(table.prefix(slot));
        table.hits(slot, past == null ? 1 : past.hits());
        set(slot, resident, past == null ? seconds(resident.createdAtMillis()) : (int) past.atSeconds());
        return isOver(slot);
    }

    /**
     * Counts an entry anew that takes another room now, and is otherwise as it was; one that was not found yet is found.
     *
     * @return whether there is too much now
     */
    public synchronized boolean resized(Resident resident) {
        int slot = table.find(resident.id());
        if (slot == SlotTable.ABSENT) {
            return found(resident);
        }
        bytes -= table.bytes(slot);
        set(slot, resident, table.hitAt(slot));
        return isOver(slot);
    }

    /** Notes that upstream has taken a principal's credential. */
    public void prove(String principal) {
        if (!principals.isProven(principal)) {
            provenNow(principal);
        }
    }

    private synchronized void provenNow(String principal) {
        SlotTable.Members owner = principals.prove(principal) ? table.ownerNamed(principal) : null;
        if (owner != null) {
            owners.prove(owner);
        }
    }

    /** Notes that an entry answered, and says whether it is time for {@link #countHits}. Waits for nobody. */
    public boolean hit(String id) {
        return ring.add(id);
    }

    /** Counts the hits that were noted. */
    public synchronized void countHits() {
        int now = seconds(clock.millis());
        ring.drain(id -> {
            int slot = table.find(id);
            if (slot != SlotTable.ABSENT) {
                table.hits(slot, table.hits(slot) + 1);
                table.hitAt(slot, now);
            }
        });
    }

    /** Counts entries out that are no longer stored. */
    public synchronized void removed(Collection<String> ids) {
        for (String id : ids) {
            int slot = table.find(id);
            if (slot != SlotTable.ABSENT) {
                drop(slot);
            }
        }
    }

    /** Whether {@link #victims} would name any. */
    public synchronized boolean isAnyToGo() {
        if (!crowded.isEmpty()) {
            return true;
        }
        // Kept as victims() does: what began above a bound ends here too, once the low mark is reached.
        tooMany = isOver(table.size(), bounds.maxEntries(), tooMany);
        tooLarge = isOver(bytes, bounds.maxBytes(), tooLarge);
        return tooMany || tooLarge || isPoolOver();
    }

    /**
     * Who is to go next, at most so many; none when all bounds are kept, with a hundredth to spare where one was not. They stay in the account until they
     * are {@link #removed}.
     */
    public synchronized List<Victim> victims(int most) {
        countHits();
        List<Victim> victims = new ArrayList<>();
        Set<Integer> chosen = new HashSet<>();
        chooseOfNamespaces(most, victims, chosen);
        long entriesLeft = (long) table.size() - victims.size();
        long bytesLeft = bytes - victims.stream().mapToLong(Victim::bytes).sum();
        for (int slot : chosen) {
            owners.change(table.owner(slot), -1, -table.bytes(slot));
        }
        while (victims.size() < most) {
            tooMany = isOver(entriesLeft, bounds.maxEntries(), tooMany);
            tooLarge = isOver(bytesLeft, bounds.maxBytes(), tooLarge);
            boolean forEntries = tooMany || owners.isPoolOver(Owners.Room.ENTRIES, bounds.maxEntries());
            SlotTable.Members payer = payer(forEntries);
            int slot = payer == null ? SlotTable.ABSENT : least(payer.count(), payer::slot, chosen);
            if (slot == SlotTable.ABSENT) {
                break;
            }
            chosen.add(slot);
            victims.add(victim(slot, forEntries ? Victim.Reason.ENTRIES : Victim.Reason.BYTES));
            owners.change(table.owner(slot), -1, -table.bytes(slot));
            entriesLeft--;
            bytesLeft -= table.bytes(slot);
        }
        for (int slot : chosen) {
            owners.change(table.owner(slot), 1, table.bytes(slot));
        }
        return victims;
    }

    /** Of whom something goes; where everybody is within its share, dropping ends before the low mark. */
    private SlotTable.@Nullable Members payer(boolean forEntries) {
        if (forEntries) {
            SlotTable.Members payer = owners.payer(Owners.Room.ENTRIES, bounds.maxEntries());
            tooMany &= payer != null;
            return payer;
        }
        if (tooLarge || owners.isPoolOver(Owners.Room.BYTES, bounds.maxBytes())) {
            SlotTable.Members payer = owners.payer(Owners.Room.BYTES, bounds.maxBytes());
            tooLarge &= payer != null;
            return payer;
        }
        return null;
    }

    private boolean isPoolOver() {
        return owners.isPoolOver(Owners.Room.ENTRIES, bounds.maxEntries())
                || owners.isPoolOver(Owners.Room.BYTES, bounds.maxBytes());
    }

    /**
     * Counts expired entries out, which are no longer there, in some of the slots from the last one down.
     *
     * @param above where the call before ended, or a very large number
     * @return where this one ended; 0 at the end
     */
    public synchronized int sweep(int above, int slots) {
        int now = seconds(clock.millis());
        int from = Math.min(above, table.size());
        int end = Math.max(0, from - slots);
        for (int slot = from - 1; slot >= end; slot--) {
            if (table.expires(slot) <= now) {
                drop(slot);
            }
        }
        return end;
    }

    /** How many entries are counted in. */
    public synchronized long entries() {
        return table.size();
    }

    /** Sum of {@link Resident#bytes}. */
    public synchronized long bytes() {
        return bytes;
    }

    /**
     * Recalls what a former run knew of the entries that {@link #found} will bring.
     *
     * @throws IOException when the file is there and cannot be used
     */
    public void recall(Path file) throws IOException {
        RememberedHits read = RememberedHits.read(file);
        synchronized (this) {
            remembered = read;
        }
    }

    /** Forgets what was recalled, once all entries are found. */
    public synchronized void forgetRecalled() {
        remembered = RememberedHits.NONE;
    }

    /** Notes that all that former runs stored are found. */
    public void foundAll() {
        principals.foundAll();
    }

    /** Leaves to the next run what is known of the entries: eight bytes each. */
    public void save(Path file) throws IOException {
        RememberedHits hits;
        synchronized (this) {
            countHits();
            int now = seconds(clock.millis());
            long[] records = new long[table.size()];
            for (int slot = 0; slot < records.length; slot++) {
                records[slot] =
                        RememberedHits.record(table.prefix(slot), table.hits(slot), (long) now - table.hitAt(slot));
            }
            hits = new RememberedHits(records, now);
        }
        hits.write(file);
    }

    private int add(Resident resident) {
        int slot = table.add(resident.id(), resident.principal(), resident.namespace());
        SlotTable.Members owner = table.owner(slot);
        if (owner.count() == 1 && principals.isProven(resident.principal())) {
            owner.prove();
        }
        table.bytes(slot, 0);
        owners.change(owner, 1, 0);
        return slot;
    }

    private void set(int slot, Resident resident, int hitAt) {
        int size = (int) Math.min(resident.bytes(), Integer.MAX_VALUE);
        table.hitAt(slot, hitAt);
        owners.change(table.owner(slot), 0, (long) size - table.bytes(slot));
        table.bytes(slot, size);
        table.worth(slot, (float) (resident.savingPicoDollars() / bounds.share(size)));
        table.expires(slot, seconds(resident.expiresAtMillis() + 999));
        bytes += size;
    }

    private void drop(int slot) {
        bytes -= table.bytes(slot);
        owners.change(table.owner(slot), -1, -table.bytes(slot));
        table.remove(slot);
    }

    /** Whether there is too much, now that this entry is there. */
    private boolean isOver(int slot) {
        SlotTable.Members members = table.members(slot);
        if (members != null && members.count() > bounds.namespaceMaxEntries() && !members.queued()) {
            members.queued(true);
            crowded.add(members);
        }
        return !crowded.isEmpty()
                || isPoolOver()
                || isOver(table.size(), bounds.maxEntries(), false)
                || isOver(bytes, bounds.maxBytes(), false);
    }

    /** Whether something is to go, so that what there is falls to the bound; and on to the low mark, once that has begun. */
    private static boolean isOver(long there, long bound, boolean begun) {
        return bound > 0 && there > (begun ? Bounds.low(bound) : bound);
    }

    private void chooseOfNamespaces(int most, List<Victim> victims, Set<Integer> chosen) {
        while (victims.size() < most) {
            SlotTable.Members members = crowded.peek();
            if (members == null) {
                return;
            }
            long left = members.count();
            while (victims.size() < most && isOver(left, bounds.namespaceMaxEntries(), true)) {
                int slot = least(members.count(), members::slot, chosen);
                if (slot == SlotTable.ABSENT) {
                    return;
                }
                chosen.add(slot);
                victims.add(victim(slot, Victim.Reason.NAMESPACE));
                left--;
            }
            if (left < members.count()) {
                // It stays in the queue until they are gone.
                return;
            }
            crowded.remove();
            members.queued(false);
        }
    }

    private Victim victim(int slot, Victim.Reason reason) {
        return new Victim(table.id(slot), table.bytes(slot), reason);
    }

    /** The least of a sample, or of all where there are no more; {@link SlotTable#ABSENT} where all that were drawn are chosen already. */
    private int least(int size, IntUnaryOperator slots, Set<Integer> chosen) {
        int now = seconds(clock.millis());
        int least = SlotTable.ABSENT;
        double leastRank = Double.POSITIVE_INFINITY;
        boolean all = size <= sample;
        for (int i = 0; i < (all ? size : sample); i++) {
            int slot = slots.applyAsInt(all ? i : random.nextInt(size));
            double rank = rank(slot, now);
            if (rank < leastRank && !chosen.contains(slot)) {
                least = slot;
                leastRank = rank;
            }
        }
        return least;
    }

    private double rank(int slot, int now) {
        if (table.expires(slot) <= now) {
            return 0;
        }
        double rate = table.hits(slot) / (1.0 + Math.max(0, now - table.hitAt(slot)));
        return table.worth(slot) * rate * rate;
    }

    private static int seconds(long millis) {
        return Math.clamp(millis / 1000 - EPOCH_SECONDS, 0, Integer.MAX_VALUE);
    }

    /** For tests: hits of an entry, or NaN where it is not there. */
    synchronized float hits(String id) {
        countHits();
        int slot = table.find(id);
        return slot == SlotTable.ABSENT ? Float.NaN : table.hits(slot);
    }
}
