package io.reprise.server.http;

import io.reprise.server.audit.ServedHits;
import io.reprise.server.cache.Lookup;
import io.reprise.server.gateway.Account;
import java.util.random.RandomGenerator;

/**
 * The audits of native lookups, whose callers alone can reach the model: some are asked for a fresh answer, which they
 * may bring or not. What they bring counts for their own principal alone, so that anybody may be asked.
 */
final class NativeAudits {
    private final ServedHits served;
    private final double rate;
    private final RandomGenerator random;

    /**
     * @param rate the share of hits whose callers are asked, 0 to 1
     * @param random thread-safe
     */
    NativeAudits(ServedHits served, double rate, RandomGenerator random) {
        this.served = served;
        this.rate = rate;
        this.random = random;
    }

    /** Remembers a hit that is being served, and says whether its caller is asked for a fresh answer. */
    boolean served(String lookupId, Account account, String prompt, Lookup.Hit hit) {
        if (hit.kind() == Lookup.Kind.EXACT) {
            return false;
        }
        boolean asks = hit.ticket() != null && random.nextDouble() < rate;
        served.add(
                lookupId, account.principal(), hit.entry().id(), hit.ticket(), asks ? prompt : null, account.model());
        return asks;
    }
}
