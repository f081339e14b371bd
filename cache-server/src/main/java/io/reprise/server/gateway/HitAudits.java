package io.reprise.server.gateway;

import io.reprise.server.audit.Audits;
import io.reprise.server.audit.Comparison;
import io.reprise.server.audit.ServedHits;
import io.reprise.server.cache.CachedEntry;
import io.reprise.server.cache.Lookup;
import io.reprise.server.cache.LookupOptions;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.Decision;
import io.reprise.server.decision.bound.Ticket;
import io.reprise.server.ledger.ModelUsage;
import io.reprise.server.protocol.Answers;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audits of drop-in calls, where the operator has named a model that judges: a hit that is to be audited is asked
 * of upstream once more, behind the reply; one that was not served is compared with what upstream answered anyway, as
 * are the answers that tell how often the judge errs. Thread-safe; fails no call.
 *
 * <p>Calls that would go upstream with their caller's own credential are left alone: an audit of theirs would be on the
 * caller's account.
 */
final class HitAudits {
    private static final Logger log = LoggerFactory.getLogger(HitAudits.class);

    private static final int MAX_AT_ONCE = 16;
    /** One lookup in so many that found nothing is used to check the judge. */
    private static final int CHECKED_ONE_IN = 8;

    private final @Nullable Audits audits;
    private final ServedHits served;
    private final SemanticCache cache;
    private final Tabs tabs;
    private final boolean checksJudge;
    private final Semaphore room = new Semaphore(MAX_AT_ONCE);

    /**
     * @param audits null where nothing is audited
     * @param checksJudge whether the answers of callers may tell how often the judge errs. Somebody else's stored nonsense would pass
     *     for its false alarms, and explain real ones away
     */
    HitAudits(@Nullable Audits audits, ServedHits served, SemanticCache cache, Tabs tabs, boolean checksJudge) {
        this.audits = audits;
        this.served = served;
        this.cache = cache;
        this.tabs = tabs;
        this.checksJudge = checksJudge;
    }

    /** How a call is looked up: its hit may be audited while what hits have saved pays for that. */
    LookupOptions options(Exchange exchange) {
        Audits judged = exchange.controls().onlyIfCached() ? null : of(exchange);
        return judged == null
                ? exchange.options()
                : exchange.options().audited(entry -> judged.budget().affords(cost(judged, exchange, entry)));
    }

    /** After the reply to a hit: remembers it, and audits it when it is to be. Waits for upstream, as virtual threads may. */
    void served(Exchange exchange, Lookup.Hit hit, FreshAnswers fresh) {
        if (hit.kind() == Lookup.Kind.EXACT) {
            return;
        }
        Ticket ticket = hit.ticket();
        Account account = exchange.account();
        CachedEntry cached = hit.entry();
        served.add(exchange.tab().id(), account.principal(), cached.id(), ticket, null, account.model());
        Audits judged = of(exchange);
        if (judged == null) {
            return;
        }
        judged.budget().earn(account.model(), cached.completion().usage());
        if (ticket == null || !ticket.audit()) {
            return;
        }
        OptionalLong reserved = cost(judged, exchange, cached);
        if (!judged.budget().reserve(reserved)) {
            judged.lost(ticket);
            return;
        }
        switch (asked(exchange, fresh)) {
            case Answers.Reading.Whole(Completion answer) ->
                judged.answered(
                        ticket,
                        comparison(cached, exchange, answer),
                        judging -> book(judged, exchange, reserved, orLikeCached(answer.usage(), cached), judging));
            case Answers.Reading.NotKept notKept -> {
                // An error costs nothing; what an answer cost that could not be read is not known.
                Usage used = notKept.why().equals("error") ? notKept.usage() : orLikeCached(notKept.usage(), cached);
                book(judged, exchange, reserved, used, List.of());
                judged.lost(ticket);
            }
        }
    }

    /**
     * Upstream has answered, or failed to answer, a call that the cache did not.
     *
     * @param found what the lookup found, or null when there was none
     */
    void answered(Exchange exchange, @Nullable Lookup found, Answers.Reading reading) {
        Audits judged = of(exchange);
        if (judged == null) {
            return;
        }
        try {
            switch (found) {
                case null -> refreshed(judged, exchange, reading);
                case Lookup.Hit hit -> shadowed(judged, exchange, hit, reading);
                case Lookup.Miss miss -> missed(judged, exchange, miss, reading);
            }
        } catch (RuntimeException e) {
            log.warn("an audit failed: {}", e.toString());
        }
    }

    /** The audits that a call may have, or null: nobody may spend its caller's credential. */
    private @Nullable Audits of(Exchange exchange) {
        return exchange.provider().hasKeyOfItsOwn() ? audits : null;
    }

    private Answers.Reading asked(Exchange exchange, FreshAnswers fresh) {
        if (!room.tryAcquire()) {
            return FreshAnswers.NONE;
        }
        try {
            return fresh.ask(exchange);
        } catch (RuntimeException e) {
            log.warn("an audit brought no fresh answer: {}", e.toString());
            return FreshAnswers.NONE;
        } finally {
            room.release();
        }
    }

    /** What would have been served in earnest. */
    private void shadowed(Audits judged, Exchange exchange, Lookup.Hit hit, Answers.Reading reading) {
        Ticket ticket = hit.ticket();
        if (ticket != null && ticket.audit()) {
            settle(judged, ticket, hit.entry(), exchange, reading);
        } else if (hit.kind() == Lookup.Kind.EXACT) {
            check(judged, hit.entry(), exchange, reading, false);
        }
    }

    private void missed(Audits judged, Exchange exchange, Lookup.Miss miss, Answers.Reading reading) {
        Ticket ticket = miss.ticket();
        if (ticket != null && ticket.audit()) {
            entry(ticket.hit().entryId(), exchange, cached -> {
                if (cached == null) {
                    judged.lost(ticket);
                } else {
                    settle(judged, ticket, cached, exchange, reading);
                }
            });
            return;
        }
        String other = certainlyOther(judged, miss);
        if (other != null) {
            entry(other, exchange, cached -> {
                if (cached != null) {
                    check(judged, cached, exchange, reading, true);
                }
            });
        }
    }

    /** A caller who wants no cached answer brings a second one to the same prompt. */
    private void refreshed(Audits judged, Exchange exchange, Answers.Reading reading) {
        if (exchange.storable() && exchange.controls().noCache() && isWorthChecking(judged, false)) {
            Lookup.Hit before = cache.remembered(exchange.query(), exchange.options());
            if (before != null) {
                check(judged, before.entry(), exchange, reading, false);
            }
        }
    }

    /** An entry whose prompt is near, but which a guard says asks for something else; now and then. */
    private @Nullable String certainlyOther(Audits judged, Lookup.Miss miss) {
        Decision decision = miss.decision();
        if (decision == null
                || !isWorthChecking(judged, true)
                || ThreadLocalRandom.current().nextInt(CHECKED_ONE_IN) != 0) {
            return null;
        }
        return decision.candidates().stream()
                .filter(candidate -> !candidate.vetoes().isEmpty())
                .findFirst()
                .map(Candidate::id)
                .orElse(null);
    }

    private boolean isWorthChecking(Audits judged, boolean wrong) {
        return checksJudge && judged.isWorthChecking(wrong);
    }

    private void check(Audits judged, CachedEntry cached, Exchange exchange, Answers.Reading reading, boolean wrong) {
        if (!isWorthChecking(judged, wrong) || !(reading instanceof Answers.Reading.Whole(Completion fresh))) {
            return;
        }
        OptionalLong reserved = judging(judged, exchange, cached);
        if (judged.budget().reserve(reserved)) {
            judged.check(
                    comparison(cached, exchange, fresh),
                    wrong,
                    judging -> book(judged, exchange, reserved, null, judging));
        }
    }

    /** The fresh answer was the caller's own, and is booked as a call. */
    private void settle(Audits judged, Ticket ticket, CachedEntry cached, Exchange exchange, Answers.Reading reading) {
        OptionalLong reserved = judging(judged, exchange, cached);
        if (reading instanceof Answers.Reading.Whole(Completion fresh)
                && judged.budget().reserve(reserved)) {
            judged.answered(
                    ticket,
                    comparison(cached, exchange, fresh),
                    judging -> book(judged, exchange, reserved, null, judging));
        } else {
            judged.lost(ticket);
        }
    }

    /** Tells budget and books what an audit has used; what nobody has charged for is no audit in the books. */
    private void book(
            Audits judged, Exchange exchange, OptionalLong reserved, @Nullable Usage fresh, List<ModelUsage> judging) {
        Account account = exchange.account();
        List<ModelUsage> used = new ArrayList<>(judging);
        if (fresh != null) {
            used.addFirst(new ModelUsage(account.model(), fresh));
        }
        judged.budget().charge(reserved, account.model(), used);
        if (!used.isEmpty()) {
            tabs.audited(exchange.tab().endpoint(), exchange.tab().wire(), account, used);
        }
    }

    /** What upstream has not counted is taken to be what the cached answer used: unknown is not nothing. */
    private static @Nullable Usage orLikeCached(@Nullable Usage counted, CachedEntry cached) {
        return counted == null ? cached.completion().usage() : counted;
    }

    private static OptionalLong cost(Audits judged, Exchange exchange, CachedEntry cached) {
        return judged.budget()
                .auditing(exchange.account().model(), cached.completion().usage(), characters(exchange, cached));
    }

    private static OptionalLong judging(Audits judged, Exchange exchange, CachedEntry cached) {
        return judged.budget().judging(exchange.account().model(), characters(exchange, cached));
    }

    /** Of both prompts and both answers, the fresh one taken to be as long as the other. */
    private static long characters(Exchange exchange, CachedEntry cached) {
        return cached.prompt().length()
                + exchange.query().text().length()
                + 2L * cached.completion().json().length;
    }

    private static Comparison comparison(CachedEntry cached, Exchange exchange, Completion fresh) {
        return new Comparison(
                cached.prompt(), cached.completion(), exchange.query().text(), fresh);
    }

    private void entry(String id, Exchange exchange, Consumer<@Nullable CachedEntry> use) {
        cache.get(id, exchange.account().principal())
                .onComplete(
                        found -> use.accept(found.succeeded() ? found.result().orElse(null) : null));
    }
}
