package io.reprise.benchmarks.eviction;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;

/** A store that drops the entry of the least rank: found exactly where ranks change at hits alone, else among a sample of 64. */
final class Ranked implements Store {
    private static final int SAMPLE = 64;
    private static final long SEED = 11;

    /** What a rank is made of. */
    static final class Item {
        private final int text;
        private final long stored;
        private final double worth;
        private final long taken;
        private long hits = 1;
        private long lastHit;
        private double rank;
        private int place;

        private Item(int text, long now, double worth, long taken) {
            this.text = text;
            this.stored = now;
            this.lastHit = now;
            this.worth = worth;
            this.taken = taken;
        }
    }

    /** The policies compared. */
    enum Policy {
        LRU("least recently used", true),
        LFU("least frequently used", true),
        LFU_DA("least frequently used, with dynamic ageing", true),
        GDSF("GreedyDual-Size-Frequency", true),
        HYPERBOLIC("hyperbolic, by cost and size", false),
        IDLE("hyperbolic since the last hit", false);

        private final String title;
        private final boolean fixed;

        Policy(String title, boolean fixed) {
            this.title = title;
            this.fixed = fixed;
        }

        String title() {
            return title;
        }

        /** What the entry is kept for; the clock is the rank of what was dropped last. */
        private double rank(Item item, long now, double clock) {
            return switch (this) {
                case LRU -> (double) item.lastHit;
                case LFU -> (double) item.hits;
                case LFU_DA -> clock + (double) item.hits;
                case GDSF -> clock + (double) item.hits * item.worth;
                case HYPERBOLIC -> (double) item.hits * item.worth / (1.0 + (double) (now - item.stored));
                case IDLE -> (double) item.hits * item.worth / (1.0 + (double) (now - item.lastHit));
            };
        }
    }

    private final Policy policy;
    private final Workload workload;
    private final Capacity capacity;
    private final Random random = new Random(SEED);
    private final Map<Integer, Item> items = new HashMap<>();
    private final List<Item> places = new ArrayList<>();
    private final TreeSet<Item> byRank = new TreeSet<>(Comparator.comparingDouble((Item item) -> item.rank)
            .thenComparingLong(item -> item.lastHit)
            .thenComparingInt(item -> item.text));
    private long taken;
    private double clock;

    Ranked(Policy policy, Workload workload, Capacity capacity) {
        this.policy = policy;
        this.workload = workload;
        this.capacity = capacity;
    }

    @Override
    public List<Integer> add(int text, long now) {
        long room = capacity.taken(workload.bytes()[text]);
        Item item = new Item(text, now, (double) workload.savings()[text] / room, room);
        items.put(text, item);
        item.place = places.size();
        places.add(item);
        taken += room;
        rank(item, now);
        List<Integer> displaced = new ArrayList<>();
        while (taken > capacity.room()) {
            displaced.add(drop(now));
        }
        return displaced;
    }

    @Override
    public void hit(int text, long now) {
        Item item = requireNonNull(items.get(text));
        if (policy.fixed) {
            byRank.remove(item);
        }
        item.hits++;
        item.lastHit = now;
        rank(item, now);
    }

    private void rank(Item item, long now) {
        if (policy.fixed) {
            item.rank = policy.rank(item, now, clock);
            byRank.add(item);
        }
    }

    private int drop(long now) {
        Item least = policy.fixed ? byRank.removeFirst() : leastOfSample(now);
        clock = least.rank;
        items.remove(least.text);
        taken -= least.taken;
        Item last = places.removeLast();
        if (last != least) {
            places.set(least.place, last);
            last.place = least.place;
        }
        return least.text;
    }

    private Item leastOfSample(long now) {
        Item least = null;
        double leastRank = Double.POSITIVE_INFINITY;
        for (int i = 0; i < SAMPLE; i++) {
            Item item = places.get(random.nextInt(places.size()));
            double rank = policy.rank(item, now, clock);
            if (least == null || rank < leastRank) {
                least = item;
                leastRank = rank;
            }
        }
        return requireNonNull(least);
    }
}
