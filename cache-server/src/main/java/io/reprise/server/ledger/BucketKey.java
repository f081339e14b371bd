package io.reprise.server.ledger;

import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * What calls are totalled by.
 *
 * @param model empty when the call named none
 */
record BucketKey(LocalDate day, String principal, String namespace, String model) {
    /** Stands for the models past the bound of buckets. */
    static final String OTHER_MODEL = "other";

    /** Stands for the principals and namespaces past the second bound; no namespace may be called that. */
    static final String ANY = "*";

    static BucketKey of(CallRecord call) {
        return new BucketKey(
                LocalDate.ofInstant(call.at(), ZoneOffset.UTC),
                call.principal(),
                call.namespace(),
                call.model() == null ? "" : call.model());
    }

    static BucketKey of(AuditRecord audit) {
        return new BucketKey(
                LocalDate.ofInstant(audit.at(), ZoneOffset.UTC), audit.principal(), audit.namespace(), audit.model());
    }

    BucketKey withoutModel() {
        return new BucketKey(day, principal, namespace, OTHER_MODEL);
    }

    BucketKey withoutCaller() {
        return new BucketKey(day, ANY, ANY, OTHER_MODEL);
    }
}
