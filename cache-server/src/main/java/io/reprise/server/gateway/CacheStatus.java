package io.reprise.server.gateway;

import io.reprise.server.cache.Lookup;
import io.reprise.server.decision.Decision;
import io.reprise.server.decision.Opinion;
import io.reprise.server.decision.bound.Ticket;
import io.reprise.server.ledger.CallOutcome;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes how a drop-in call was answered: {@code Cache-Status} of RFC 9211, {@code Age} of RFC 9111 and our own headers. */
final class CacheStatus {
    private static final String HEADER = "cache-status";

    private CacheStatus() {}

    static void hit(
            HttpServerResponse response, String lookupId, Lookup.Hit hit, long ageSeconds, @Nullable String savedUsd) {
        response.putHeader(HEADER, "reprise; hit; detail=" + hit.kind().id())
                .putHeader("age", Long.toString(Math.max(0, ageSeconds)))
                .putHeader("x-reprise-outcome", hit.kind().id())
                .putHeader("x-reprise-lookup", lookupId);
        candidate(response, hit);
        Ticket ticket = hit.ticket();
        Decision decision = hit.decision();
        if (ticket != null) {
            response.putHeader(
                    "x-reprise-evidence",
                    decision != null && decision.opinion() == Opinion.SAME
                            ? "second_opinion"
                            : ticket.terms().reason().evidence());
        }
        if (savedUsd != null) {
            response.putHeader("x-reprise-saved-usd", savedUsd);
        }
    }

    /**
     * A call whose every input the cache has answered exactly.
     *
     * @param entryId the entry, or null when there are several
     * @param ageSeconds of the oldest
     */
    static void exact(
            HttpServerResponse response,
            String lookupId,
            @Nullable String entryId,
            long ageSeconds,
            @Nullable String savedUsd) {
        String kind = Lookup.Kind.EXACT.id();
        response.putHeader(HEADER, "reprise; hit; detail=" + kind)
                .putHeader("x-reprise-outcome", kind)
                .putHeader("x-reprise-lookup", entryId == null ? lookupId : LookupIds.exact(lookupId, entryId))
                .putHeader("x-reprise-similarity", "1")
                .putHeader("x-reprise-confidence", "1");
        if (entryId != null) {
            response.putHeader("x-reprise-entry", entryId);
        }
        cached(response, ageSeconds, savedUsd);
    }

    /** What is said of an answer that comes out of the cache, in whole or in part. */
    static void cached(HttpServerResponse response, long ageSeconds, @Nullable String savedUsd) {
        response.putHeader("age", Long.toString(Math.max(0, ageSeconds)));
        if (savedUsd != null) {
            response.putHeader("x-reprise-saved-usd", savedUsd);
        }
    }

    /**
     * That a hit is one on an expired entry, because upstream failed.
     *
     * @param status upstream's status, or 0 when it gave none
     * @param ttlSeconds how long it had still to live, which is negative
     */
    static void stale(HttpServerResponse response, int status, long ttlSeconds) {
        String fwdStatus = status == 0 ? "" : "; fwd-status=" + status;
        response.putHeader(
                HEADER, "reprise; fwd=stale" + fwdStatus + "; ttl=" + ttlSeconds + "; detail=\"stale-if-error\"");
    }

    /**
     * A call that went upstream.
     *
     * @param status upstream's status, or 0 when it gave none
     * @param kept whether the answer is in the cache
     * @param why one word or a reason of the HTTP contract
     */
    static void forwarded(HttpServerResponse response, CallOutcome outcome, int status, Kept kept, String why) {
        String fwd = outcome == CallOutcome.MISS ? "miss" : "bypass";
        var value = new StringBuilder("reprise; fwd=").append(fwd);
        if (status != 0 && status != 200) {
            value.append("; fwd-status=").append(status);
        }
        if (kept.stored()) {
            value.append("; stored");
        }
        // Upstream may sit behind a cache with a status of its own: ours is the one nearest to the client, so last
        // (section 2).
        value.append("; detail=\"").append(why).append('"');
        if (kept.whyNot() != null) {
            value.append("; not-kept=").append(kept.whyNot());
        }
        response.headers().add(HEADER, value);
        response.putHeader("x-reprise-outcome", outcome.name().toLowerCase(Locale.ROOT));
    }

    /**
     * A call that got the answer to an equal call.
     *
     * @param status upstream's status, or 0 when it gave none
     */
    static void coalesced(HttpServerResponse response, String lookupId, int status) {
        String fwdStatus = status == 0 || status == 200 ? "" : "; fwd-status=" + status;
        response.headers().add(HEADER, "reprise; fwd=miss" + fwdStatus + "; collapsed");
        response.putHeader("x-reprise-outcome", "coalesced").putHeader("x-reprise-lookup", lookupId);
    }

    /** A call that a rule of the operator's has answered. */
    static void ruled(HttpServerResponse response, String lookupId, String rule, @Nullable String savedUsd) {
        response.putHeader(HEADER, "reprise; detail=rule")
                .putHeader("x-reprise-outcome", CallOutcome.RULE.id())
                .putHeader("x-reprise-rule", rule)
                .putHeader("x-reprise-lookup", lookupId);
        if (savedUsd != null) {
            response.putHeader("x-reprise-saved-usd", savedUsd);
        }
    }

    /** What a lookup found beside its outcome. */
    static void lookup(HttpServerResponse response, String lookupId, Lookup found) {
        response.putHeader("x-reprise-lookup", lookupId);
        switch (found) {
            case Lookup.Hit hit -> candidate(response, hit);
            case Lookup.Miss miss -> {
                if (miss.similarity() != null) {
                    response.putHeader("x-reprise-similarity", decimal(miss.similarity()));
                }
            }
        }
    }

    private static void candidate(HttpServerResponse response, Lookup.Hit hit) {
        response.putHeader("x-reprise-entry", hit.entry().id())
                .putHeader("x-reprise-similarity", decimal(hit.similarity()))
                .putHeader("x-reprise-confidence", decimal(hit.confidence()));
    }

    private static String decimal(double value) {
        return value == 1 ? "1" : String.format(Locale.ROOT, "%.4f", value);
    }
}
