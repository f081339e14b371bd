package io.reprise.server.http;

import io.reprise.server.cache.Lookup;
import io.reprise.server.ledger.AuditRecord;
import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.ledger.CallRecord;
import io.reprise.server.ledger.Ledger;
import io.reprise.server.ledger.ModelUsage;
import io.reprise.server.ledger.PicoDollars;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.protocol.Usage;
import io.reprise.server.telemetry.Telemetry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Tells ledger and meters of each finished call, once. Thread-safe; never fails a call. */
final class Books {
    private final Ledger ledger;
    private final PriceBook prices;
    private final Telemetry telemetry;
    private final Clock clock;

    Books(Ledger ledger, PriceBook prices, Telemetry telemetry, Clock clock) {
        this.ledger = ledger;
        this.prices = prices;
        this.telemetry = telemetry;
        this.clock = clock;
    }

    /** Whose call it was and for what. */
    record Account(
            String principal, String namespace, @Nullable String model) {}

    /**
     * A call answered by the cache.
     *
     * @return what it saved in US dollars as a decimal, or null when that is unknown
     */
    @Nullable String hit(Account account, Lookup.Hit hit) {
        return hit(account, hit.kind(), hit.entry().completion().usage());
    }

    /** As {@link #hit(Account, Lookup.Hit)}, of a call that several entries answered together. */
    @Nullable String hit(Account account, Lookup.Kind kind, @Nullable Usage saved) {
        Instant now = clock.instant();
        CallOutcome outcome =
                switch (kind) {
                    case EXACT -> CallOutcome.EXACT;
                    case SEMANTIC -> CallOutcome.SEMANTIC;
                };
        telemetry.outcome(account.principal(), account.model(), outcome, kind.id());
        ledger.record(
                new CallRecord(now, account.principal(), account.namespace(), account.model(), outcome, null, saved));
        return saved == null ? null : worth(account, saved, now);
    }

    /**
     * A call that got the answer to an equal call, and so cost nothing itself.
     *
     * @param saved what the answer used, for which the other call is charged; null when it is not known or nothing
     */
    void coalesced(Account account, @Nullable Usage saved) {
        Instant now = clock.instant();
        CallOutcome outcome = CallOutcome.COALESCED;
        telemetry.outcome(account.principal(), account.model(), outcome, "coalesced");
        ledger.record(
                new CallRecord(now, account.principal(), account.namespace(), account.model(), outcome, null, saved));
        OptionalLong pico = saved == null ? OptionalLong.empty() : prices.cost(account.model(), saved, now);
        pico.ifPresent(amount -> telemetry.saved(account.model(), amount));
    }

    /**
     * A call that the cache did not answer.
     *
     * @param used what it used upstream, or null when it used nothing
     */
    void answeredUpstream(Account account, CallOutcome outcome, String reason, @Nullable Usage used) {
        answeredInPart(account, outcome, reason, used, null, null);
    }

    /**
     * A call that upstream answered, or a part of it and the cache the rest.
     *
     * @param used what the answer used upstream, or null when it used nothing
     * @param saved what the cache's part would have used, or null when it has none
     * @param overhead what was used upstream for an answer that turned out to be of no use, or null when there was none
     * @return what the cache's part saved in US dollars as a decimal, or null when that is unknown or there is none
     */
    @Nullable String answeredInPart(
            Account account,
            CallOutcome outcome,
            String reason,
            @Nullable Usage used,
            @Nullable Usage saved,
            @Nullable Usage overhead) {
        Instant now = clock.instant();
        telemetry.outcome(account.principal(), account.model(), outcome, reason);
        List<ModelUsage> beside = overhead == null ? List.of() : List.of(new ModelUsage(account.model(), overhead));
        ledger.record(new CallRecord(
                now, account.principal(), account.namespace(), account.model(), outcome, used, saved, beside));
        spent(account.model(), used, now);
        spent(account.model(), overhead, now);
        return saved == null ? null : worth(account, saved, now);
    }

    /** An answer of upstream that could have been stored and was not. */
    void notStored(String why) {
        telemetry.notStored(why);
    }

    /**
     * An audit, or a check of the judge.
     *
     * @param used what it has used upstream, by model
     */
    void audited(Account account, List<ModelUsage> used) {
        Instant now = clock.instant();
        String model = account.model();
        ledger.record(new AuditRecord(now, account.principal(), account.namespace(), model == null ? "" : model, used));
        used.forEach(each -> spent(each.model(), each.usage(), now));
    }

    private void spent(@Nullable String model, @Nullable Usage used, Instant now) {
        if (used != null) {
            OptionalLong pico = prices.cost(model, used, now);
            telemetry.spent(model, used, pico.isPresent() ? pico.getAsLong() : null);
        }
    }

    /** Tells the meters what was saved, and says it in US dollars. */
    private @Nullable String worth(Account account, Usage saved, Instant now) {
        OptionalLong pico = prices.cost(account.model(), saved, now);
        if (pico.isEmpty()) {
            return null;
        }
        telemetry.saved(account.model(), pico.getAsLong());
        return PicoDollars.toUsd(pico.getAsLong());
    }
}
