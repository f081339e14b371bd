package io.reprise.server.http;

import io.reprise.server.audit.Audits;
import io.reprise.server.audit.ServedHits;
import io.reprise.server.audit.ServedHits.ServedHit;
import io.reprise.server.cache.Lookup;
import io.reprise.server.decision.bound.Ticket;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The audits of native lookups, whose callers alone can reach the model: they are asked for a fresh answer, and given time to bring it.
 *
 * <p>Evidence of right answers lowers the cut-off for everybody, so it is taken only from callers who are known; hits of others are not
 * audited, and stay outside the bound.
 */
final class NativeAudits {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Vertx vertx;
    private final @Nullable Audits audits;
    private final ServedHits served;
    private final boolean callersAreTrusted;

    /**
     * @param audits null where the policy asks no controller
     */
    NativeAudits(Vertx vertx, @Nullable Audits audits, ServedHits served, boolean callersAreTrusted) {
        this.vertx = vertx;
        this.audits = audits;
        this.served = served;
        this.callersAreTrusted = callersAreTrusted;
    }

    /** Whether hits of native lookups may be audited. */
    boolean count() {
        return callersAreTrusted;
    }

    /** Remembers a hit that is being served, and says whether its caller is asked for a fresh answer. */
    boolean served(String lookupId, Books.Account account, String prompt, Lookup.Hit hit) {
        if (hit.kind() == Lookup.Kind.EXACT) {
            return false;
        }
        ServedHit kept =
                served.add(lookupId, account.principal(), hit.entry().id(), hit.ticket(), prompt, account.model());
        Ticket ticket = hit.ticket();
        if (audits == null || ticket == null || !ticket.audit()) {
            return false;
        }
        vertx.setTimer(PATIENCE.toMillis(), late -> {
            if (kept.reportOnce() != null) {
                audits.lost(ticket);
            }
        });
        return true;
    }

    /** What is not served is not audited here: nobody brings the fresh answer to a call that was never made. */
    void withheld(Lookup found) {
        Ticket ticket = found.ticket();
        if (audits != null && ticket != null && ticket.audit()) {
            audits.lost(ticket);
        }
    }
}
