package io.reprise.server.audit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.reprise.server.decision.bound.Ticket;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The hits by meaning that were served of late, by the ids of their lookups, for the audits and votes that come later, and the last of
 * them with both texts, for people who look whether they are right. The oldest of more than {@value #MAX} are forgotten, and all at a
 * restart. Thread-safe.
 */
public final class ServedHits {
    private static final int MAX = 100_000;
    private static final int MAX_TEXT = 4_000;

    /**
     * What a hit took for the same, and how sure it was.
     *
     * @param asked the text that was asked
     * @param stored the text of the entry that answered
     * @param similarity cosine of the two
     * @param confidence probability that the answer serves, 0 to 1
     */
    public record Pair(String asked, String stored, double similarity, double confidence) {
        public Pair {
            asked = cut(asked);
            stored = cut(stored);
        }

        private static String cut(String text) {
            return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "\u2026";
        }
    }

    /**
     * A hit that was served of late, to be looked at.
     *
     * @param verdict what was last said of it, {@code right} or {@code wrong}; null for nothing
     */
    public record Recent(
            String lookupId,
            Instant at,
            String principal,
            String entryId,
            @Nullable String model,
            Pair pair,
            @Nullable String verdict) {}

    /** One of them. */
    public static final class ServedHit {
        private final String principal;
        private final String entryId;
        private final @Nullable Ticket ticket;
        private final @Nullable String model;
        private final AtomicReference<@Nullable String> awaited;
        private volatile @Nullable String verdict;

        private ServedHit(
                String principal,
                String entryId,
                @Nullable Ticket ticket,
                @Nullable String prompt,
                @Nullable String model) {
            this.principal = principal;
            this.entryId = entryId;
            this.ticket = ticket;
            this.model = model;
            this.awaited = new AtomicReference<@Nullable String>(prompt);
        }

        /** Whose call it answered. */
        public String principal() {
            return principal;
        }

        /** Remembers what was said of it. */
        public void judged(boolean wrong) {
            verdict = wrong ? "wrong" : "right";
        }

        /** The entry that was served. */
        public String entryId() {
            return entryId;
        }

        /** What the controller said; null when a policy decided that has none. */
        public @Nullable Ticket ticket() {
            return ticket;
        }

        /** The model that the call asked for, or null. */
        public @Nullable String model() {
            return model;
        }

        /** What was asked, where its caller may bring a fresh answer, for the first who does; null otherwise. */
        public @Nullable String reportOnce() {
            return awaited.getAndSet(null);
        }
    }

    /** One of the last, with what is shown of it. */
    private record Shown(String lookupId, Instant at, Pair pair, ServedHit hit) {}

    private final Cache<String, ServedHit> byLookup =
            Caffeine.newBuilder().maximumSize(MAX).executor(Runnable::run).build();
    private final Deque<Shown> last = new ArrayDeque<>();
    private final int shown;
    private final Clock clock;

    /**
     * @param shown how many are kept with both texts; 0 keeps no text
     */
    public ServedHits(int shown, Clock clock) {
        this.shown = shown;
        this.clock = clock;
    }

    /**
     * Remembers a hit.
     *
     * @param prompt what was asked, where its caller is asked for a fresh answer; null otherwise
     * @param pair what it took for the same
     */
    public ServedHit add(
            String lookupId,
            String principal,
            String entryId,
            @Nullable Ticket ticket,
            @Nullable String prompt,
            @Nullable String model,
            Pair pair) {
        var hit = new ServedHit(principal, entryId, ticket, prompt, model);
        byLookup.put(lookupId, hit);
        if (shown > 0) {
            show(new Shown(lookupId, clock.instant(), pair, hit));
        }
        return hit;
    }

    private void show(Shown one) {
        synchronized (last) {
            if (last.size() == shown) {
                last.removeFirst();
            }
            last.addLast(one);
        }
    }

    /** The last of them with both texts, newest first. */
    public List<Recent> recent() {
        List<Shown> newestFirst;
        synchronized (last) {
            newestFirst = new ArrayList<>(last).reversed();
        }
        return newestFirst.stream()
                .map(one -> new Recent(
                        one.lookupId(),
                        one.at(),
                        one.hit().principal,
                        one.hit().entryId,
                        one.hit().model,
                        one.pair(),
                        one.hit().verdict))
                .toList();
    }

    /**
     * A principal's own hit, or null when there is none, or none any more.
     *
     * @param principal null for anybody's
     */
    public @Nullable ServedHit find(String lookupId, @Nullable String principal) {
        ServedHit hit = byLookup.getIfPresent(lookupId);
        return hit != null && (principal == null || hit.principal.equals(principal)) ? hit : null;
    }
}
