package io.reprise.server.cache;

import io.reprise.server.decision.Decision;
import io.reprise.server.decision.bound.Ticket;
import org.jspecify.annotations.Nullable;

/** What the cache has for a query. */
public sealed interface Lookup {
    /** How the policy decided, or null when it was not asked. */
    @Nullable Decision decision();

    /** What the controller of wrong hits said of the candidate, or null when it was not asked. */
    @Nullable Ticket ticket();

    /** Kinds of hits. */
    enum Kind {
        /** Same scope and same text. */
        EXACT("exact"),
        /** Same scope and, by the policy's judgement, same meaning. */
        SEMANTIC("semantic");

        private final String id;

        Kind(String id) {
            this.id = id;
        }

        /** The word in answers and metrics. */
        public String id() {
            return id;
        }
    }

    /**
     * An answer that serves.
     *
     * @param similarity cosine of the two prompts; 1 for an exact hit
     * @param confidence estimated probability that it is right; 1 for an exact hit
     * @param aliased whether the entry lies in another history than was sent, so that the confidence counts the hits before
     * @param ticket what the controller of wrong hits said, or null where there is none
     */
    record Hit(
            Kind kind,
            CachedEntry entry,
            float similarity,
            double confidence,
            boolean aliased,
            @Nullable Decision decision,
            @Nullable Ticket ticket)
            implements Lookup {
        static Hit exact(CachedEntry entry) {
            return new Hit(Kind.EXACT, entry, 1, 1, false, null, null);
        }
    }

    /**
     * No answer that serves.
     *
     * @param reason a word of the HTTP contract's miss reasons
     * @param similarity cosine of the nearest candidate, or null
     * @param vector the prompt's vector when it was computed, to store the fresh answer under; null otherwise
     * @param ticket what the controller of wrong hits said of a candidate that it kept back, or null
     */
    record Miss(
            String reason,
            @Nullable Float similarity,
            @Nullable Decision decision,
            float @Nullable [] vector,
            @Nullable Ticket ticket)
            implements Lookup {
        static Miss because(String reason) {
            return new Miss(reason, null, null, null, null);
        }
    }
}
