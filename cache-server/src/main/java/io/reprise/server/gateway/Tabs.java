package io.reprise.server.gateway;

import io.reprise.server.access.Gate;
import io.reprise.server.ledger.AuditRecord;
import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.ledger.CallPricer;
import io.reprise.server.ledger.FinishedCall;
import io.reprise.server.ledger.Ledger;
import io.reprise.server.ledger.ModelUsage;
import io.reprise.server.ledger.Payer;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.protocol.Usage;
import io.reprise.server.telemetry.Telemetry;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a tab for each call, and is the one place that tells of a call when it has ended: the gate, the ledger's totals, the meters and
 * every sink. Thread-safe; never waits, and never fails a call.
 */
public final class Tabs {
    private static final Logger log = LoggerFactory.getLogger(Tabs.class);

    private final Ledger ledger;
    private final PriceBook prices;
    private final CallPricer pricer;
    private final Telemetry telemetry;
    private final Gate gate;
    private final List<FinishedCall.Sink> sinks;
    private final boolean keepsTexts;
    private final Clock clock;
    private final LongAdder opened = new LongAdder();
    private final LongAdder settled = new LongAdder();

    /**
     * @param gate says which calls may be made
     * @param sinks are told of each finished call
     * @param keepsTexts whether they are told the texts of answers
     */
    public Tabs(
            Ledger ledger,
            PriceBook prices,
            Telemetry telemetry,
            Gate gate,
            List<FinishedCall.Sink> sinks,
            boolean keepsTexts,
            Clock clock) {
        this.ledger = ledger;
        this.prices = prices;
        this.pricer = new CallPricer(prices);
        this.telemetry = telemetry;
        this.gate = gate;
        this.sinks = List.copyOf(sinks);
        this.keepsTexts = keepsTexts;
        this.clock = clock;
        telemetry.counter("reprise.calls.opened", "Calls that have come, and audits", opened, LongAdder::doubleValue);
        telemetry.counter(
                "reprise.calls.settled", "Calls that have ended, and audits", settled, LongAdder::doubleValue);
    }

    /**
     * Opens the tab of a call whose head has come. Upstream gets its id as {@code x-request-id}, and so does the client: whoever opens it
     * sees to it that {@link Tab#headLeaves} is called.
     *
     * @param endpoint the route, without ids or a query
     * @param wire name of the API that it speaks
     */
    public Tab open(HttpServerRequest request, String endpoint, String wire) {
        opened.increment();
        return new Tab(this, gate, request, endpoint, wire, clock.instant());
    }

    /**
     * Tells of an audit, or of a check of the judge, as {@link #ownCall}.
     *
     * @param endpoint the route of the call that it is about
     * @param used what it has used upstream, by model
     */
    public void audited(String endpoint, String wire, Account account, List<ModelUsage> used) {
        ownCall("audit", endpoint, wire, account, used);
    }

    /**
     * Tells of a call of the cache's own, which the operator pays. The ledger books it among audits.
     *
     * @param what it was for, the reason in the log of calls
     * @param endpoint the route of the call that it is about
     * @param used what it has used upstream, by model
     */
    public void ownCall(String what, String endpoint, String wire, Account account, List<ModelUsage> used) {
        opened.increment();
        Instant now = clock.instant();
        String model = account.model();
        String id = LookupIds.next();
        ledger.record(new AuditRecord(now, account.principal(), account.namespace(), model == null ? "" : model, used));
        used.forEach(each -> spent(each.model(), each.usage(), now));
        tell(new FinishedCall(
                id,
                id,
                now,
                endpoint,
                wire,
                false,
                model,
                null,
                null,
                null,
                account.principal(),
                Payer.NOBODY,
                account.namespace(),
                200,
                CallOutcome.BYPASS,
                what,
                null,
                null,
                null,
                null,
                null,
                used,
                null,
                0,
                null,
                Map.of(),
                true,
                null,
                null));
    }

    boolean keepsTexts() {
        return keepsTexts;
    }

    /** What tokens of a model cost now, in pico-dollars; empty where that is not known. */
    OptionalLong cost(@Nullable String model, Usage usage) {
        return prices.cost(model, usage, clock.instant());
    }

    /**
     * A call has ended.
     *
     * @param counted whether the totals and the meters count it: one that was refused was none
     */
    void settle(FinishedCall call, boolean counted, Gate.Admitted admitted, Gate.Reservation reservation) {
        Instant now = clock.instant();
        try {
            if (counted) {
                count(call, now);
            }
            reservation.settle(call.used(), pricer.spent(call));
            admitted.ended().run();
        } catch (RuntimeException e) {
            log.error("a finished call was not accounted for in full", e);
        }
        telemetry.status(call.status());
        tell(call);
    }

    private void count(FinishedCall call, Instant now) {
        String model = call.model();
        telemetry.outcome(call.principal(), model, call.outcome(), word(call));
        ledger.record(call.callRecord());
        Usage used = call.used();
        if (used != null) {
            spent(model, used, now);
        }
        call.overhead().forEach(beside -> spent(beside.model(), beside.usage(), now));
        Usage saved = call.saved();
        if (saved != null) {
            prices.cost(model, saved, now).ifPresent(amount -> telemetry.saved(model, amount));
        }
    }

    private static String word(FinishedCall call) {
        return switch (call.outcome()) {
            case EXACT -> "exact";
            case SEMANTIC -> "semantic";
            case COALESCED -> "coalesced";
            case RULE -> "rule";
            case MISS, BYPASS, REFUSED -> String.valueOf(call.reason());
        };
    }

    private void spent(@Nullable String model, Usage used, Instant now) {
        OptionalLong pico = prices.cost(model, used, now);
        telemetry.spent(model, used, pico.isPresent() ? pico.getAsLong() : null);
    }

    private void tell(FinishedCall call) {
        settled.increment();
        for (FinishedCall.Sink sink : sinks) {
            try {
                sink.finished(call);
            } catch (RuntimeException e) {
                log.error("a finished call was not told to all", e);
            }
        }
    }
}
