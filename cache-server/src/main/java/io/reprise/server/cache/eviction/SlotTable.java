package io.reprise.server.cache.eviction;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Stored entries by id and by number, without an object for each.
 *
 * <p>Entries stand in slots 0 to {@link #size} - 1, so that one can be drawn at random; when one is removed, the last takes its slot. The
 * columns are cut into pages, so that growing copies nothing, and an open-addressed table of slots finds an id (Knuth, TAOCP 3, 6.4,
 * algorithms L and R). Some 56 bytes an entry, and 12 more where namespaces are kept apart. Not thread-safe.
 */
final class SlotTable {
    /** No slot. */
    static final int ABSENT = -1;

    private static final int PAGE_BITS = 12;
    private static final int PAGE = 1 << PAGE_BITS;
    private static final int MASK = PAGE - 1;
    private static final int HALF_ID = 16;

    /** The entries of one principal, or of one of its namespaces. */
    static final class Members {
        private final String name;
        private boolean proven;
        private long heldEntries;
        private long heldBytes;
        private int[] slots = new int[4];
        private int count;
        private boolean queued;

        Members(String name) {
            this.name = name;
        }

        String name() {
            return name;
        }

        /** Whether the principal is somebody. */
        boolean proven() {
            return proven;
        }

        void prove() {
            proven = true;
        }

        /** How many are to stay: those that are here, but for victims that are not gone yet. */
        long heldEntries() {
            return heldEntries;
        }

        long heldBytes() {
            return heldBytes;
        }

        void hold(long moreEntries, long moreBytes) {
            heldEntries += moreEntries;
            heldBytes += moreBytes;
        }

        int count() {
            return count;
        }

        int slot(int number) {
            return slots[number];
        }

        /** Whether it waits for some of its members to be dropped. */
        boolean queued() {
            return queued;
        }

        void queued(boolean now) {
            queued = now;
        }
    }

    /** The columns of some slots. */
    private static final class Page {
        private final long[] high = new long[PAGE];
        private final long[] low = new long[PAGE];
        private final float[] hits = new float[PAGE];
        private final int[] hitAt = new int[PAGE];
        private final float[] worth = new float[PAGE];
        private final int[] bytes = new int[PAGE];
        private final int[] expires = new int[PAGE];
        private final List<Membership> groups;

        Page(int groups) {
            this.groups =
                    IntStream.range(0, groups).mapToObj(i -> new Membership()).toList();
        }
    }

    /** Whose the entries of some slots are, and where they stand among its own. */
    private static final class Membership {
        private final @Nullable Members[] members = new @Nullable Members[PAGE];
        private final int[] places = new int[PAGE];
    }

    private static final int OWNERS = 0;
    private static final int NAMESPACES = 1;

    private final List<Page> pages = new ArrayList<>();
    /** Owners by their names, and then namespaces by theirs where these are kept apart. */
    private final List<Map<String, Members>> groups;
    /** Slot + 1 by the low half of the id; 0 where there is none. */
    private int[] index = new int[1 << 10];

    private int size;

    /** @param apart whether the members of namespaces are kept apart */
    SlotTable(boolean apart) {
        this.groups = IntStream.rangeClosed(0, apart ? NAMESPACES : OWNERS)
                .<Map<String, Members>>mapToObj(i -> new HashMap<>())
                .toList();
    }

    int size() {
        return size;
    }

    /** Where an entry stands, or {@link #ABSENT}. */
    int find(String id) {
        int at = indexOf(half(id, 0), half(id, HALF_ID));
        return index[at] - 1;
    }

    /** Adds an entry that is not there, and returns where it stands. What its columns hold is to be set. */
    int add(String id, String owner, String namespace) {
        if (4L * (size + 1) > 3L * index.length) {
            rebuild(2 * index.length);
        }
        if (size == pages.size() << PAGE_BITS) {
            pages.add(new Page(groups.size()));
        }
        int slot = size++;
        Page page = page(slot);
        int row = slot & MASK;
        page.high[row] = half(id, 0);
        page.low[row] = half(id, HALF_ID);
        index[indexOf(page.high[row], page.low[row])] = slot + 1;
        join(slot, OWNERS, owner);
        if (groups.size() > NAMESPACES) {
            join(slot, NAMESPACES, owner + '\n' + namespace);
        }
        return slot;
    }

    /** Takes an entry out; the last one stands in its place then. */
    void remove(int slot) {
        for (int group = 0; group < groups.size(); group++) {
            leave(slot, group);
        }
        unindex(slot);
        int last = --size;
        if (slot != last) {
            move(last, slot);
        }
        // One page stays in reserve, so that a size that goes up and down at a page's edge allocates nothing.
        if ((pages.size() - 1) << PAGE_BITS >= size + PAGE) {
            pages.removeLast();
        }
        if (index.length > 1 << 10 && 8L * size < index.length) {
            rebuild(index.length / 2);
        }
    }

    String id(int slot) {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(page(slot).high[slot & MASK]) + hex.toHexDigits(page(slot).low[slot & MASK]);
    }

    /** The first half of the id. */
    long prefix(int slot) {
        return page(slot).high[slot & MASK];
    }

    static long prefix(String id) {
        return half(id, 0);
    }

    /** Whose it is. */
    Members owner(int slot) {
        return requireNonNull(page(slot).groups.get(OWNERS).members[slot & MASK]);
    }

    /** A principal that has entries; else null. */
    @Nullable Members ownerNamed(String name) {
        return groups.get(OWNERS).get(name);
    }

    /** Whose it is among the namespaces that are kept apart; null where they are not. */
    @Nullable Members members(int slot) {
        return groups.size() > NAMESPACES ? page(slot).groups.get(NAMESPACES).members[slot & MASK] : null;
    }

    float hits(int slot) {
        return page(slot).hits[slot & MASK];
    }

    void hits(int slot, float hits) {
        page(slot).hits[slot & MASK] = hits;
    }

    int hitAt(int slot) {
        return page(slot).hitAt[slot & MASK];
    }

    void hitAt(int slot, int seconds) {
        page(slot).hitAt[slot & MASK] = seconds;
    }

    float worth(int slot) {
        return page(slot).worth[slot & MASK];
    }

    void worth(int slot, float worth) {
        page(slot).worth[slot & MASK] = worth;
    }

    int bytes(int slot) {
        return page(slot).bytes[slot & MASK];
    }

    void bytes(int slot, int bytes) {
        page(slot).bytes[slot & MASK] = bytes;
    }

    int expires(int slot) {
        return page(slot).expires[slot & MASK];
    }

    void expires(int slot, int seconds) {
        page(slot).expires[slot & MASK] = seconds;
    }

    private Page page(int slot) {
        return pages.get(slot >> PAGE_BITS);
    }

    private static long half(String id, int from) {
        if (id.length() != 2 * HALF_ID) {
            throw new IllegalArgumentException("id must have 32 hexadecimal digits, is " + id);
        }
        return HexFormat.fromHexDigitsToLong(id, from, from + HALF_ID);
    }

    /** Where the index has an id, or else the free place where it would. Ids are hashes, so they are spread already. */
    private int indexOf(long high, long low) {
        int mask = index.length - 1;
        int at = (int) low & mask;
        while (index[at] != 0 && !isAt(index[at] - 1, high, low)) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private boolean isAt(int slot, long high, long low) {
        Page page = page(slot);
        return page.high[slot & MASK] == high && page.low[slot & MASK] == low;
    }

    /** Frees a place of the index, and moves up what was pushed on past it. */
    private void unindex(int slot) {
        int mask = index.length - 1;
        int free = indexOf(page(slot).high[slot & MASK], page(slot).low[slot & MASK]);
        for (int at = (free + 1) & mask; index[at] != 0; at = (at + 1) & mask) {
            int other = index[at] - 1;
            int home = (int) page(other).low[other & MASK] & mask;
            if (((at - home) & mask) >= ((at - free) & mask)) {
                index[free] = index[at];
                free = at;
            }
        }
        index[free] = 0;
    }

    private void rebuild(int length) {
        index = new int[length];
        for (int slot = 0; slot < size; slot++) {
            index[indexOf(page(slot).high[slot & MASK], page(slot).low[slot & MASK])] = slot + 1;
        }
    }

    private void move(int from, int to) {
        Page source = page(from);
        Page target = page(to);
        int row = from & MASK;
        int into = to & MASK;
        index[indexOf(source.high[row], source.low[row])] = to + 1;
        target.high[into] = source.high[row];
        target.low[into] = source.low[row];
        target.hits[into] = source.hits[row];
        target.hitAt[into] = source.hitAt[row];
        target.worth[into] = source.worth[row];
        target.bytes[into] = source.bytes[row];
        target.expires[into] = source.expires[row];
        for (int group = 0; group < groups.size(); group++) {
            Membership of = source.groups.get(group);
            Membership become = target.groups.get(group);
            Members members = of.members[row];
            become.members[into] = members;
            become.places[into] = of.places[row];
            of.members[row] = null;
            if (members != null) {
                members.slots[become.places[into]] = to;
            }
        }
    }

    private void join(int slot, int group, String name) {
        Members members = groups.get(group).computeIfAbsent(name, Members::new);
        if (members.count == members.slots.length) {
            members.slots = Arrays.copyOf(members.slots, members.count + (members.count >> 1) + 4);
        }
        members.slots[members.count] = slot;
        Membership of = page(slot).groups.get(group);
        of.members[slot & MASK] = members;
        of.places[slot & MASK] = members.count++;
    }

    private void leave(int slot, int group) {
        Membership of = page(slot).groups.get(group);
        Members members = requireNonNull(of.members[slot & MASK]);
        int place = of.places[slot & MASK];
        int last = members.slots[--members.count];
        members.slots[place] = last;
        page(last).groups.get(group).places[last & MASK] = place;
        of.members[slot & MASK] = null;
        if (members.count == 0) {
            groups.get(group).remove(members.name);
        } else if (4 * members.count < members.slots.length) {
            members.slots = Arrays.copyOf(members.slots, members.slots.length / 2);
        }
    }
}
