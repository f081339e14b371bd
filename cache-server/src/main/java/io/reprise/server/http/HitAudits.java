package io.reprise.server.http;

import static java.util.Objects.requireNonNull;

import io.reprise.server.audit.Audits;
import io.reprise.server.audit.Comparison;
import io.reprise.server.audit.ServedHits;
import io.reprise.server.cache.CachedEntry;
import io.reprise.server.cache.Lookup;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.Decision;
import io.reprise.server.decision.bound.Ticket;
import io.reprise.server.ledger.ModelUsage;
import io.reprise.server.protocol.Answers;
import io.reprise.server.protocol.Completion;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audits of drop-in calls: a hit that is to be audited is asked of upstream once more, behind the reply; one that was not served is
 * compared with what upstream answered anyway, as are the answers that tell how often the judge errs. What judging itself asks upstream
 * waits on the judge's threads. Thread-safe; fails no call.
 */
final class HitAudits {
    private static final Logger log = LoggerFactory.getLogger(HitAudits.class);

    private static final int MAX_AT_ONCE = 16;
    /** One lookup in so many that found nothing is used to check the judge. */
    private static final int CHECKED_ONE_IN = 8;

    private final @Nullable Audits audits;
    private final ServedHits served;
    private final SemanticCache cache;
    private final Books books;
    private final boolean checksJudge;
    private final Semaphore room = new Semaphore(MAX_AT_ONCE);

    /**
     * @param audits null where the policy asks no controller
     * @param checksJudge whether the answers of callers may tell how often the judge errs. Somebody else's stored nonsense would pass
     *     for its false alarms, and explain real ones away
     */
    HitAudits(@Nullable Audits audits, ServedHits served, SemanticCache cache, Books books, boolean checksJudge) {
        this.audits = audits;
        this.served = served;
        this.cache = cache;
        this.books = books;
        this.checksJudge = checksJudge;
    }

    /** After the reply to a hit: remembers it, and audits it when it is to be. Waits for upstream, as virtual threads may. */
    void served(Exchange exchange, Lookup.Hit hit, FreshAnswers fresh) {
        if (hit.kind() == Lookup.Kind.EXACT) {
            return;
        }
        Ticket ticket = hit.ticket();
        Books.Account account = exchange.account();
        served.add(exchange.lookupId(), account.principal(), hit.entry().id(), ticket, null, account.model());
        if (audits == null || ticket == null || !ticket.audit()) {
            return;
        }
        var asked = new Asked(exchange, fresh);
        if (!room.tryAcquire()) {
            audits.lost(ticket);
            return;
        }
        Answers.Reading reading = new Answers.Reading.NotKept("error", null, null);
        try {
            reading = fresh.ask(exchange);
        } catch (RuntimeException e) {
            log.warn("an audit brought no fresh answer: {}", e.toString());
        } finally {
            room.release();
            switch (reading) {
                case Answers.Reading.Whole(Completion answer) -> {
                    var usage = answer.usage();
                    audits.answered(
                            ticket,
                            comparison(hit.entry(), asked, answer),
                            judging -> books.audited(account, usage, judging));
                }
                case Answers.Reading.NotKept notKept -> {
                    books.audited(account, notKept.usage(), List.of());
                    audits.lost(ticket);
                }
            }
        }
    }

    /**
     * Upstream has answered, or failed to answer, a call that the cache did not.
     *
     * @param found what the lookup found, or null when there was none
     * @param fresh asks upstream the call again, should that be needed
     */
    void answered(Exchange exchange, @Nullable Lookup found, Answers.Reading reading, FreshAnswers fresh) {
        if (audits == null) {
            return;
        }
        try {
            var asked = new Asked(exchange, fresh);
            switch (found) {
                case null -> refreshed(audits, asked, reading);
                case Lookup.Hit hit -> shadowed(audits, asked, hit, reading);
                case Lookup.Miss miss -> missed(audits, asked, miss, reading);
            }
        } catch (RuntimeException e) {
            log.warn("an audit failed: {}", e.toString());
        }
    }

    /**
     * A call, and who can ask it again.
     *
     * @param context the one that its request is handled on, where alone it may be touched
     */
    private record Asked(Exchange exchange, FreshAnswers fresh, Context context) {
        Asked(Exchange exchange, FreshAnswers fresh) {
            this(exchange, fresh, requireNonNull(Vertx.currentContext()));
        }

        /** Waits, on a thread of the judge. */
        Answers.Reading again() {
            Promise<Answers.Reading> answer = Promise.promise();
            context.runOnContext(now -> {
                try {
                    answer.complete(fresh.ask(exchange));
                } catch (RuntimeException e) {
                    answer.fail(e);
                }
            });
            try {
                return answer.future().await();
            } catch (Exception e) {
                // Checked exceptions too, which a future's await throws undeclared.
                log.warn("an audit brought no second answer: {}", e.toString());
                return new Answers.Reading.NotKept("error", null, null);
            }
        }
    }

    /** What would have been served in earnest. */
    private void shadowed(Audits judged, Asked asked, Lookup.Hit hit, Answers.Reading reading) {
        Ticket ticket = hit.ticket();
        if (ticket != null && ticket.audit()) {
            settle(judged, ticket, hit.entry(), asked, reading);
        } else if (hit.kind() == Lookup.Kind.EXACT && reading instanceof Answers.Reading.Whole(Completion fresh)) {
            check(judged, hit.entry(), asked, fresh, false);
        }
    }

    private void missed(Audits judged, Asked asked, Lookup.Miss miss, Answers.Reading reading) {
        Ticket ticket = miss.ticket();
        if (ticket != null && ticket.audit()) {
            entry(ticket.hit().entryId(), asked, cached -> {
                if (cached == null) {
                    judged.lost(ticket);
                } else {
                    settle(judged, ticket, cached, asked, reading);
                }
            });
            return;
        }
        String other = certainlyOther(judged, miss);
        if (other != null && reading instanceof Answers.Reading.Whole(Completion fresh)) {
            entry(other, asked, cached -> {
                if (cached != null) {
                    check(judged, cached, asked, fresh, true);
                }
            });
        }
    }

    /** A caller who wants no cached answer brings a second one to the same prompt. */
    private void refreshed(Audits judged, Asked asked, Answers.Reading reading) {
        Exchange exchange = asked.exchange();
        if (exchange.storable()
                && exchange.controls().noCache()
                && reading instanceof Answers.Reading.Whole(Completion fresh)
                && isWorthChecking(judged, false)) {
            Lookup.Hit before = cache.remembered(exchange.query(), exchange.options());
            if (before != null) {
                check(judged, before.entry(), asked, fresh, false);
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

    private void check(Audits judged, CachedEntry cached, Asked asked, Completion fresh, boolean wrong) {
        if (checksJudge) {
            judged.check(comparison(cached, asked, fresh), wrong, judging -> bookIfAny(asked, judging));
        }
    }

    /** The fresh answer was the caller's own, and is booked as a call. */
    private void settle(Audits judged, Ticket ticket, CachedEntry cached, Asked asked, Answers.Reading reading) {
        switch (reading) {
            case Answers.Reading.Whole(Completion fresh) ->
                judged.answered(ticket, comparison(cached, asked, fresh), judging -> bookIfAny(asked, judging));
            case Answers.Reading.NotKept notKept -> judged.lost(ticket);
        }
    }

    private void bookIfAny(Asked asked, List<ModelUsage> judging) {
        if (!judging.isEmpty()) {
            books.audited(asked.exchange().account(), null, judging);
        }
    }

    private static Comparison comparison(CachedEntry cached, Asked asked, Completion fresh) {
        Exchange exchange = asked.exchange();
        return new Comparison(
                cached.prompt(),
                cached.completion(),
                exchange.query().text(),
                fresh,
                exchange.account().model(),
                asked::again);
    }

    private void entry(String id, Asked asked, Consumer<@Nullable CachedEntry> use) {
        cache.get(id, asked.exchange().account().principal())
                .onComplete(
                        found -> use.accept(found.succeeded() ? found.result().orElse(null) : null));
    }
}
