package io.reprise.server.audit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.reprise.server.decision.bound.Ticket;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The hits by meaning that were served of late, by the ids of their lookups, for the audits and votes that come later. The oldest of
 * more than {@value #MAX} are forgotten, and all at a restart. Thread-safe.
 */
public final class ServedHits {
    private static final int MAX = 100_000;

    /** One of them. */
    public static final class ServedHit {
        private final String principal;
        private final String entryId;
        private final @Nullable Ticket ticket;
        private final @Nullable String model;
        private final AtomicReference<@Nullable String> awaited;

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

    private final Cache<String, ServedHit> byLookup =
            Caffeine.newBuilder().maximumSize(MAX).executor(Runnable::run).build();

    /**
     * Remembers a hit.
     *
     * @param prompt what was asked, where its caller is asked for a fresh answer; null otherwise
     */
    public ServedHit add(
            String lookupId,
            String principal,
            String entryId,
            @Nullable Ticket ticket,
            @Nullable String prompt,
            @Nullable String model) {
        var hit = new ServedHit(principal, entryId, ticket, prompt, model);
        byLookup.put(lookupId, hit);
        return hit;
    }

    /** A principal's own hit, or null when there is none, or none any more. */
    public @Nullable ServedHit find(String lookupId, String principal) {
        ServedHit hit = byLookup.getIfPresent(lookupId);
        return hit != null && hit.principal.equals(principal) ? hit : null;
    }
}
