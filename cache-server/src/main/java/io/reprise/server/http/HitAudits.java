package io.reprise.server.http;

import io.reprise.server.audit.Audits;
import io.reprise.server.audit.ServedHits;
import io.reprise.server.cache.CachedEntry;
import io.reprise.server.cache.Lookup;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.Decision;
import io.reprise.server.decision.bound.Ticket;
import io.reprise.server.protocol.Answers;
import io.reprise.server.protocol.Completion;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audits of drop-in calls: a hit that is to be audited is asked of upstream once more, behind the reply; one that was not served is
 * compared with what upstream answered anyway, as are the answers that tell how often the judge errs. Thread-safe; fails no call.
 */
final class HitAudits {
    private static final Logger log = LoggerFactory.getLogger(HitAudits.class);

    private static final int MAX_AT_ONCE = 16;
    /** One lookup in so many that found nothing is used to check the judge. */
    private static final int CHECKED_ONE_IN = 8;

    private final Audits audits;
    private final ServedHits served;
    private final SemanticCache cache;
    private final Books books;
    private final boolean callersAreTrusted;
    private final Semaphore room = new Semaphore(MAX_AT_ONCE);

    /**
     * @param callersAreTrusted whether the answers of callers may tell how often the judge errs. Somebody else's stored nonsense would
     *     pass for its false alarms, and explain real ones away
     */
    HitAudits(Audits audits, ServedHits served, SemanticCache cache, Books books, boolean callersAreTrusted) {
        this.audits = audits;
        this.served = served;
        this.cache = cache;
        this.books = books;
        this.callersAreTrusted = callersAreTrusted;
    }

    /** After the reply to a hit: remembers it, and audits it when it is to be. Waits for upstream, as virtual threads may. */
    void served(Exchange exchange, Lookup.Hit hit, FreshAnswers fresh) {
        if (hit.kind() == Lookup.Kind.EXACT) {
            return;
        }
        Ticket ticket = hit.ticket();
        Books.Account account = exchange.account();
        served.add(exchange.lookupId(), account.principal(), hit.entry().id(), ticket, account.model());
        if (ticket == null || !ticket.audit()) {
            return;
        }
        if (!room.tryAcquire()) {
            audits.lost(ticket);
            return;
        }
        Answers.Reading reading = new Answers.Reading.NotKept("error", null, null);
        try {
            reading = fresh.ask(exchange);
            books.audited(exchange.account(), reading.usage());
        } catch (RuntimeException e) {
            log.warn("an audit brought no fresh answer: {}", e.toString());
        } finally {
            room.release();
            settle(ticket, hit.entry().completion(), reading);
        }
    }

    /**
     * Upstream has answered, or failed to answer, a call that the cache did not.
     *
     * @param found what the lookup found, or null when there was none
     */
    void answered(Exchange exchange, @Nullable Lookup found, Answers.Reading reading) {
        try {
            switch (found) {
                case null -> refreshed(exchange, reading);
                case Lookup.Hit hit -> shadowed(hit, reading);
                case Lookup.Miss miss -> missed(exchange, miss, reading);
            }
        } catch (RuntimeException e) {
            log.warn("an audit failed: {}", e.toString());
        }
    }

    /** What would have been served in earnest. */
    private void shadowed(Lookup.Hit hit, Answers.Reading reading) {
        Ticket ticket = hit.ticket();
        if (ticket != null && ticket.audit()) {
            settle(ticket, hit.entry().completion(), reading);
        } else if (hit.kind() == Lookup.Kind.EXACT && reading instanceof Answers.Reading.Whole(Completion fresh)) {
            check(hit.entry().completion(), fresh, false);
        }
    }

    private void missed(Exchange exchange, Lookup.Miss miss, Answers.Reading reading) {
        Ticket ticket = miss.ticket();
        if (ticket != null && ticket.audit()) {
            entry(ticket.hit().entryId(), exchange, cached -> {
                if (cached == null) {
                    audits.lost(ticket);
                } else {
                    settle(ticket, cached.completion(), reading);
                }
            });
            return;
        }
        String other = certainlyOther(miss);
        if (other != null && reading instanceof Answers.Reading.Whole(Completion fresh)) {
            entry(other, exchange, cached -> {
                if (cached != null) {
                    check(cached.completion(), fresh, true);
                }
            });
        }
    }

    /** A caller who wants no cached answer brings a second one to the same prompt. */
    private void refreshed(Exchange exchange, Answers.Reading reading) {
        if (exchange.storable()
                && exchange.controls().noCache()
                && reading instanceof Answers.Reading.Whole(Completion fresh)
                && isWorthChecking(false)) {
            Lookup.Hit before = cache.remembered(exchange.query(), exchange.options());
            if (before != null) {
                check(before.entry().completion(), fresh, false);
            }
        }
    }

    /** An entry whose prompt is near, but which a guard says asks for something else; now and then. */
    private @Nullable String certainlyOther(Lookup.Miss miss) {
        Decision decision = miss.decision();
        if (decision == null
                || !isWorthChecking(true)
                || ThreadLocalRandom.current().nextInt(CHECKED_ONE_IN) != 0) {
            return null;
        }
        return decision.candidates().stream()
                .filter(candidate -> !candidate.vetoes().isEmpty())
                .findFirst()
                .map(Candidate::id)
                .orElse(null);
    }

    private boolean isWorthChecking(boolean wrong) {
        return callersAreTrusted && audits.isWorthChecking(wrong);
    }

    private void check(Completion cached, Completion fresh, boolean wrong) {
        if (callersAreTrusted) {
            audits.check(cached, fresh, wrong);
        }
    }

    private void settle(Ticket ticket, Completion cached, Answers.Reading reading) {
        switch (reading) {
            case Answers.Reading.Whole(Completion fresh) -> audits.answered(ticket, cached, fresh);
            case Answers.Reading.NotKept notKept -> audits.lost(ticket);
        }
    }

    private void entry(String id, Exchange exchange, Consumer<@Nullable CachedEntry> use) {
        cache.get(id, exchange.account().principal())
                .onComplete(
                        found -> use.accept(found.succeeded() ? found.result().orElse(null) : null));
    }
}
