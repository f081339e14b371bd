package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.access.Callers;
import io.reprise.server.audit.Audits;
import io.reprise.server.audit.Comparison;
import io.reprise.server.audit.Judgement;
import io.reprise.server.audit.LocalJudge;
import io.reprise.server.audit.ServedHits;
import io.reprise.server.audit.ServedHits.ServedHit;
import io.reprise.server.cache.CachedEntry;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.decision.bound.Ticket;
import io.reprise.server.gateway.Account;
import io.reprise.server.gateway.LookupIds;
import io.reprise.server.gateway.Tabs;
import io.reprise.server.ledger.ModelUsage;
import io.reprise.server.protocol.CachingRules;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.protocol.Usage;
import io.reprise.server.reply.Problem;
import io.reprise.server.reply.Replies;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What callers say of the answers they were served: {@code POST /v1/cache/feedback} and {@code /v1/cache/audits}. */
final class EvidenceRoutes {
    private static final String ENDPOINT = "/v1/cache/audits";

    private static final String UNKNOWN =
            "No hit of yours has this lookup_id, or it is too long ago, or the server was started since.";

    private final Callers callers;
    private final SemanticCache cache;
    private final HttpParts.@Nullable Bounded bounded;
    private final ServedHits served;
    private final Tabs tabs;
    private final CachingRules rules;
    private final RequestBodies bodies;

    EvidenceRoutes(
            Callers callers,
            SemanticCache cache,
            HttpParts.@Nullable Bounded bounded,
            ServedHits served,
            Tabs tabs,
            CachingRules rules,
            RequestBodies bodies) {
        this.callers = callers;
        this.cache = cache;
        this.bounded = bounded;
        this.served = served;
        this.tabs = tabs;
        this.rules = rules;
        this.bodies = bodies;
    }

    void mount(Router router) {
        router.post("/v1/cache/feedback").handler(this::feedback);
        router.post(ENDPOINT).handler(this::audit);
    }

    private void feedback(RoutingContext context) {
        String principal = callers.identify(context.request()).principal();
        NativeRequests.Vote vote = bodies.ofNative(context, bytes -> NativeRequests.vote(bytes, rules));
        String exactEntry = LookupIds.exactEntry(vote.lookupId());
        String effect = exactEntry == null ? ofMeaning(vote, principal) : deleting(exactEntry, vote, principal);
        accepted(context, vote.lookupId(), effect);
    }

    private String ofMeaning(NativeRequests.Vote vote, String principal) {
        ServedHit hit = found(vote.lookupId(), principal);
        Ticket ticket = hit.ticket();
        return bounded == null || ticket == null
                ? deleting(hit.entryId(), vote, principal)
                : bounded.risk()
                        .feedback(ticket, principal, vote.wrong())
                        .name()
                        .toLowerCase(Locale.ROOT);
    }

    /** An answer that is wrong for its own prompt, or that nothing but its absence keeps from being served again. */
    private String deleting(String entryId, NativeRequests.Vote vote, String principal) {
        if (!vote.wrong()) {
            return "noted";
        }
        if (!Future.await(cache.delete(entryId, principal))) {
            throw Problem.notFound(UNKNOWN);
        }
        return "deleted";
    }

    private ServedHit found(String lookupId, String principal) {
        ServedHit hit = served.find(lookupId, principal);
        if (hit == null) {
            throw Problem.notFound(UNKNOWN);
        }
        return hit;
    }

    private void audit(RoutingContext context) {
        String principal = callers.identify(context.request()).principal();
        NativeRequests.Report report = bodies.ofNative(context, bytes -> NativeRequests.report(bytes, rules));
        ServedHit hit = found(report.lookupId(), principal);
        String prompt = hit.reportOnce();
        Ticket ticket = hit.ticket();
        if (bounded == null || prompt == null || ticket == null) {
            throw new Problem(
                    409,
                    "No audit awaited",
                    "This lookup asked for no audit, or has had it. Hits are audited at random, so that nobody chooses"
                            + " which.",
                    List.of());
        }
        Usage usage = report.completion().usage();
        var account = new Account(principal, ticket.hit().namespace(), hit.model());
        tabs.audited(
                ENDPOINT, "native", account, usage == null ? List.of() : List.of(new ModelUsage(hit.model(), usage)));
        accepted(context, report.lookupId(), effect(bounded, hit, ticket, prompt, report, account));
    }

    /** Counts for the caller's principal alone, and can only tighten. */
    private String effect(
            HttpParts.Bounded known,
            ServedHit hit,
            Ticket ticket,
            String prompt,
            NativeRequests.Report report,
            Account account) {
        if (report.wrong()) {
            return known.risk()
                    .feedback(ticket, account.principal(), true)
                    .name()
                    .toLowerCase(Locale.ROOT);
        }
        CachedEntry cached = cached(hit, account.principal());
        if (cached == null) {
            return "too_late";
        }
        Audits audits = known.audits();
        var pair = new Comparison(cached.prompt(), cached.completion(), prompt, report.completion());
        if (audits != null && LocalJudge.judge(pair.cached(), pair.fresh()) != Judgement.SAME) {
            judge(audits, ticket, pair, account);
        }
        return "judged";
    }

    /** By the operator's model, within what its hits have saved. */
    private void judge(Audits audits, Ticket ticket, Comparison pair, Account account) {
        long characters = pair.cachedPrompt().length()
                + pair.prompt().length()
                + pair.cached().json().length
                + (long) pair.fresh().json().length;
        OptionalLong reserved = audits.budget().judging(account.model(), characters);
        if (audits.budget().reserve(reserved)) {
            audits.reported(ticket, pair, judging -> {
                audits.budget().charge(reserved, account.model(), judging);
                if (!judging.isEmpty()) {
                    tabs.audited(ENDPOINT, "native", account, judging);
                }
            });
        }
    }

    private @Nullable CachedEntry cached(ServedHit hit, String principal) {
        return Future.await(cache.get(hit.entryId(), principal)).orElse(null);
    }

    private static void accepted(RoutingContext context, String lookupId, String effect) {
        ObjectNode answer = StrictJson.object().put("lookup_id", lookupId).put("effect", effect);
        Replies.json(context.response(), 202, answer);
    }
}
