package io.reprise.server.ledger;

import io.reprise.server.protocol.Usage;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one finished call was and used; the ledger prices it.
 *
 * @param at when it finished; its UTC day is the day it counts for, and prices are those in force then
 * @param principal who called; not empty
 * @param namespace the namespace it was made in; not empty
 * @param model the model it asked for, or null when it named none
 * @param outcome how it was answered
 * @param used tokens spent upstream to answer it, or null when none were
 * @param saved tokens that answering it upstream would have used, as stored with the answer: of the whole call when the outcome is
 *     exact, semantic or coalesced, and null there means unknown, and the call counts as unpriced; of the part that the cache
 *     answered when the outcome is miss, and null there means that it answered none
 * @param overhead what the cache itself spent upstream on this call: a second answer for an audit, a judge. Part of what
 *     was spent, and taken off what was saved
 */
public record CallRecord(
        Instant at,
        String principal,
        String namespace,
        @Nullable String model,
        CallOutcome outcome,
        @Nullable Usage used,
        @Nullable Usage saved,
        List<ModelUsage> overhead) {

    public CallRecord {
        if (principal.isEmpty() || namespace.isEmpty()) {
            throw new IllegalArgumentException(
                    "principal and namespace must not be empty: \"" + principal + "\", \"" + namespace + '"');
        }
        if (saved != null && outcome == CallOutcome.BYPASS) {
            throw new IllegalArgumentException("a call that was not looked up saved nothing: " + saved);
        }
        overhead = List.copyOf(overhead);
    }

    /** A call without overhead. */
    public CallRecord(
            Instant at,
            String principal,
            String namespace,
            @Nullable String model,
            CallOutcome outcome,
            @Nullable Usage used,
            @Nullable Usage saved) {
        this(at, principal, namespace, model, outcome, used, saved, List.of());
    }
}
