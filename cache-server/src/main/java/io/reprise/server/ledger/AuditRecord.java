package io.reprise.server.ledger;

import java.time.Instant;
import java.util.List;

/**
 * What it cost to find out whether one hit was right; the ledger prices it.
 *
 * @param at when it was finished; its UTC day is the day it counts for, and prices are those in force then
 * @param principal whose hit it was; not empty
 * @param namespace the namespace of the hit; not empty
 * @param model the model that the call asked for, empty when it named none
 * @param used what upstream charged for: the fresh answer, and the judgement where a model made it; empty where the caller itself brought
 *     the fresh answer
 */
public record AuditRecord(Instant at, String principal, String namespace, String model, List<ModelUsage> used) {
    public AuditRecord {
        if (principal.isEmpty() || namespace.isEmpty()) {
            throw new IllegalArgumentException(
                    "principal and namespace must not be empty: \"" + principal + "\", \"" + namespace + '"');
        }
        used = List.copyOf(used);
    }
}
