package io.reprise.server.gateway;

import io.reprise.server.cache.CachedEntry;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of one call for embeddings: which of them the cache answers, which are left to ask, and the answers of both put together.
 * Immutable.
 */
public final class EmbeddingsBatch {
    private final int size;
    private final List<@Nullable CachedEntry> known;
    private final List<Integer> asked;
    /** For each input, where in {@link #asked} it, or the equal one before it, stands; -1 for what is known. */
    private final int[] slots;

    private EmbeddingsBatch(int size, List<@Nullable CachedEntry> known, List<Integer> asked, int[] slots) {
        this.size = size;
        this.known = known;
        this.asked = List.copyOf(asked);
        this.slots = slots;
    }

    /** All to be asked, equal ones too: the call as it came. */
    public static EmbeddingsBatch asItCame(int size) {
        int[] slots = IntStream.range(0, size).toArray();
        return new EmbeddingsBatch(
                size, List.of(), IntStream.range(0, size).boxed().toList(), slots);
    }

    /**
     * To be asked is what is not known, once each.
     *
     * @param known one for each query, or null
     */
    public static EmbeddingsBatch of(List<CacheQuery> queries, List<@Nullable CachedEntry> known) {
        int[] slots = new int[queries.size()];
        List<Integer> asked = new ArrayList<>();
        Map<String, Integer> slotById = new HashMap<>();
        for (int i = 0; i < slots.length; i++) {
            slots[i] = -1;
            if (known.get(i) == null) {
                int next = asked.size();
                slots[i] = slotById.computeIfAbsent(queries.get(i).id(), id -> next);
                if (slots[i] == next) {
                    asked.add(i);
                }
            }
        }
        return new EmbeddingsBatch(slots.length, known, asked, slots);
    }

    /** How many inputs the call has. */
    int size() {
        return size;
    }

    /** How many of them the cache answers. */
    public int cached() {
        return (int) known.stream().filter(Objects::nonNull).count();
    }

    /** Whether upstream is asked for all of them, so that its answer is the call's. */
    boolean isAsItCame() {
        return asked.size() == size;
    }

    /** Whether an input that is asked stands in the call more than once. */
    boolean repeats() {
        return asked.size() + cached() < size;
    }

    /** Of a list with one element for each input, those that are asked. */
    <T> List<T> asked(List<T> all) {
        return asked.stream().map(all::get).toList();
    }

    /** When the oldest was stored that the cache answers with, or null when there is none. */
    @Nullable Instant oldest() {
        Instant oldest = null;
        for (CachedEntry entry : known) {
            if (entry != null && (oldest == null || entry.createdAt().isBefore(oldest))) {
                oldest = entry.createdAt();
            }
        }
        return oldest;
    }

    /**
     * One embedding for each input.
     *
     * @param fresh one for each input that was asked
     */
    List<Completion> embeddings(List<Completion> fresh) {
        List<Completion> all = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            all.add(slots[i] < 0 ? known(i).completion() : fresh.get(slots[i]));
        }
        return all;
    }

    /**
     * What it would have used to ask for all that need not be asked, the repeated ones among it.
     *
     * @param fresh one for each input that was asked, with its usage where that input is repeated
     */
    Usage saved(List<Completion> fresh) {
        List<Completion> all = embeddings(fresh);
        asked.reversed().forEach(position -> all.remove(position.intValue()));
        return sum(all);
    }

    /** How many tokens these are, estimated when one of them is. */
    static Usage sum(List<Completion> embeddings) {
        long tokens = 0;
        boolean estimated = false;
        for (Completion each : embeddings) {
            Usage usage = each.usage();
            tokens += usage == null ? 0 : usage.inputTokens();
            estimated |= usage == null || usage.estimated();
        }
        return Usage.of(tokens, 0, estimated);
    }

    /** About how many bytes the whole answer will have, by those of the known ones; 0 when none is known. */
    long expectedBytes() {
        long bytes = 0;
        for (CachedEntry entry : known) {
            bytes += entry == null ? 0 : entry.completion().json().length;
        }
        int cached = cached();
        return cached == 0 ? 0 : bytes / cached * size;
    }

    private CachedEntry known(int position) {
        return Objects.requireNonNull(known.get(position));
    }
}
