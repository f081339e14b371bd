package io.reprise.server.decision.bound;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Entries that gave a wrong answer, and to what.
 *
 * <p>The very pair never serves again; the entry needs a probability that leaves a quarter of the room for error that the wrong one had,
 * and another quarter at the next, and after {@value #STRIKES} serves nothing but exact hits. Ends with the entry or after a while.
 * Bounded: the oldest go first. Thread-safe.
 */
public final class Quarantine {
    private static final int STRIKES = 3;
    private static final double ROOM_LEFT = 0.25;

    private record Pair(long askedHash, String entryId) {}

    private record Strict(double cutoff, int strikes, long untilMillis) {}

    private final Clock clock;
    private final Duration memory;
    private final int maxEach;
    private final LinkedHashMap<Pair, Long> pairs = new LinkedHashMap<>();
    private final LinkedHashMap<String, Strict> entries = new LinkedHashMap<>();

    Quarantine(Clock clock, Duration memory, int maxEach) {
        this.clock = clock;
        this.memory = memory;
        this.maxEach = maxEach;
    }

    /** The probability that this entry must reach for this text: 0 when it has done nothing wrong, {@link Terms#EXACT_ONLY} for never. */
    public synchronized double cutoff(long askedHash, String entryId) {
        if (entries.isEmpty() && pairs.isEmpty()) {
            return 0;
        }
        long now = clock.millis();
        Long until = pairs.get(new Pair(askedHash, entryId));
        if (until != null && until > now) {
            return Terms.EXACT_ONLY;
        }
        Strict strict = entries.get(entryId);
        return strict == null || strict.untilMillis() <= now ? 0 : strict.cutoff();
    }

    /** Forgets an entry that was deleted, replaced or has expired. */
    public synchronized void forget(String entryId) {
        entries.remove(entryId);
        // Pairs are found by both; they are harmless without their entry, and end by themselves.
    }

    /** Entries that need more than others, expired ones among them. */
    public synchronized int size() {
        return entries.size();
    }

    /** Bars this pair, whatever its probability. */
    synchronized void bar(long askedHash, String entryId) {
        pairs.putLast(new Pair(askedHash, entryId), clock.millis() + memory.toMillis());
        trim(pairs);
    }

    /** Bars this pair, and asks more of the entry, which has served a wrong answer with this probability. */
    synchronized void add(long askedHash, String entryId, double probability) {
        long now = clock.millis();
        Long barredUntil = pairs.get(new Pair(askedHash, entryId));
        bar(askedHash, entryId);
        if (barredUntil != null && barredUntil > now) {
            return; // The same pair twice, by audit and by vote, is one wrong answer.
        }
        long until = now + memory.toMillis();
        Strict before = entries.get(entryId);
        int strikes = before == null ? 1 : before.strikes() + 1;
        double worst = before == null ? probability : Math.max(before.cutoff(), probability);
        double cutoff = strikes >= STRIKES ? Terms.EXACT_ONLY : 1 - ROOM_LEFT * (1 - Math.min(1, worst));
        entries.putLast(entryId, new Strict(Math.max(cutoff, Math.nextUp(probability)), strikes, until));
        trim(entries);
    }

    synchronized void write(DataOutputStream out) throws IOException {
        out.writeInt(pairs.size());
        for (Map.Entry<Pair, Long> each : pairs.entrySet()) {
            out.writeLong(each.getKey().askedHash());
            out.writeUTF(each.getKey().entryId());
            out.writeLong(each.getValue());
        }
        out.writeInt(entries.size());
        for (Map.Entry<String, Strict> each : entries.entrySet()) {
            out.writeUTF(each.getKey());
            out.writeDouble(each.getValue().cutoff());
            out.writeInt(each.getValue().strikes());
            out.writeLong(each.getValue().untilMillis());
        }
    }

    synchronized void read(DataInputStream in) throws IOException {
        for (int i = in.readInt(); i > 0; i--) {
            long askedHash = in.readLong();
            pairs.put(new Pair(askedHash, in.readUTF()), in.readLong());
        }
        for (int i = in.readInt(); i > 0; i--) {
            entries.put(in.readUTF(), new Strict(in.readDouble(), in.readInt(), in.readLong()));
        }
        trim(pairs);
        trim(entries);
    }

    private void trim(SequencedMap<?, ?> map) {
        while (map.size() > maxEach) {
            map.pollFirstEntry();
        }
    }
}
