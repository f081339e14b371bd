package io.reprise.server.gateway;

import io.reprise.server.cache.Lookup;
import io.reprise.server.ledger.CallOutcome;
import org.jspecify.annotations.Nullable;

/**
 * That the cache does not answer a call, and why.
 *
 * @param outcome miss, bypass, or coalesced for a call that waited for another's answer
 * @param why one word, or a miss reason of the HTTP contract
 * @param found what the lookup found, or null when there was none
 */
record Unanswered(CallOutcome outcome, String why, @Nullable Lookup found) {
    static Unanswered bypass(String why) {
        return new Unanswered(CallOutcome.BYPASS, why, null);
    }

    /** Of a call that would have shared another's answer, had there been one to share. */
    static Unanswered notShared() {
        return new Unanswered(CallOutcome.MISS, "not-shared", null);
    }

    /** Of a lookup that brought nothing, or only what must not serve. */
    static Unanswered by(Lookup found) {
        return switch (found) {
            case Lookup.Miss miss
            when miss.reason().equals("overload") -> new Unanswered(CallOutcome.BYPASS, miss.reason(), miss);
            case Lookup.Miss miss -> new Unanswered(CallOutcome.MISS, miss.reason(), miss);
            case Lookup.Hit hit -> new Unanswered(CallOutcome.MISS, "shadow", hit);
        };
    }

    /** What the prompt is found by, when a lookup has computed it. */
    float @Nullable [] vector() {
        return found instanceof Lookup.Miss miss ? miss.vector() : null;
    }
}
