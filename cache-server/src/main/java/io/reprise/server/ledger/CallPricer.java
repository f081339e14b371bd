package io.reprise.server.ledger;

import io.reprise.server.protocol.Usage;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Turns one call into what it adds to the totals.
 *
 * <p>With S what upstream charged for it (its own tokens and the overhead) and W what it would have cost without the cache, the call
 * spent S and saved W - S. W is the cost of the saved usage of a call that the cache answered, of the used tokens of one that upstream
 * answered, and of both when each answered a part; a rule and a refusal cost and save nothing. Where S or W is unknown the call counts as unpriced and the unknown amounts add nothing.
 */
public final class CallPricer {
    private final PriceBook prices;

    public CallPricer(PriceBook prices) {
        this.prices = prices;
    }

    /**
     * What one call spent and saved.
     *
     * @param spent pico-dollars that upstream charged; of an audit, the part that is known; null where unknown
     * @param saved pico-dollars that were not charged, less what was; null where unknown, and then the call counts as unpriced
     * @param overhead pico-dollars of what was spent that the cache itself spent beside the call, as far as known
     * @param totals what the call adds to the totals
     */
    public record Priced(@Nullable Long spent, @Nullable Long saved, long overhead, SavingsTotals totals) {}

    /** What a finished call, or an audit, cost and saved: exactly what the ledger books of it. */
    public Priced priced(FinishedCall call) {
        if (call.audit()) {
            SavingsTotals totals = totalsOf(call.auditRecord());
            long known = totals.spentPicoDollars();
            return new Priced(known, totals.unpricedCalls() == 0 ? -known : null, 0, totals);
        }
        CallRecord record = call.callRecord();
        OptionalLong used = usedPicoDollars(record);
        OptionalLong overhead = picoDollars(record.overhead(), record.at());
        OptionalLong spent = plus(used, overhead);
        OptionalLong saved = minus(withoutCache(record, used), spent);
        long beside = spent.isPresent() ? overhead.orElse(0) : 0;
        return new Priced(boxed(spent), boxed(saved), beside, totals(record, spent, saved));
    }

    /** All pico-dollars that upstream charged for a call, or for an audit; empty where a part has no known price. */
    public OptionalLong spent(FinishedCall call) {
        return plus(
                usedPicoDollars(call.model(), call.used(), call.finishedAt()),
                picoDollars(call.overhead(), call.finishedAt()));
    }

    SavingsTotals totalsOf(CallRecord call) {
        OptionalLong used = usedPicoDollars(call);
        OptionalLong spent = plus(used, picoDollars(call.overhead(), call.at()));
        return totals(call, spent, minus(withoutCache(call, used), spent));
    }

    private static SavingsTotals totals(CallRecord call, OptionalLong spent, OptionalLong saved) {
        CallOutcome outcome = call.outcome();
        Usage savedUsage = call.saved();
        boolean refused = outcome == CallOutcome.REFUSED;
        return new SavingsTotals(
                refused ? 0 : 1,
                outcome == CallOutcome.EXACT ? 1 : 0,
                outcome == CallOutcome.SEMANTIC ? 1 : 0,
                outcome == CallOutcome.MISS ? 1 : 0,
                outcome == CallOutcome.BYPASS ? 1 : 0,
                outcome == CallOutcome.COALESCED ? 1 : 0,
                saved.isEmpty() ? 1 : 0,
                usedInputTokens(call),
                usedOutputTokens(call),
                savedUsage == null ? 0 : savedUsage.inputTokens(),
                savedUsage == null ? 0 : savedUsage.outputTokens(),
                spent.orElse(0),
                saved.orElse(0),
                0,
                0,
                outcome == CallOutcome.RULE ? 1 : 0,
                refused ? 1 : 0);
    }

    /**
     * An audit adds to what was spent and takes off what was saved; where a part of its cost is unknown, it counts as
     * unpriced too.
     */
    SavingsTotals totalsOf(AuditRecord audit) {
        long known = 0;
        boolean isPriced = true;
        for (ModelUsage used : audit.used()) {
            OptionalLong cost = prices.cost(used.model(), used.usage(), audit.at());
            known = PicoDollars.saturatedAdd(known, cost.orElse(0));
            isPriced &= cost.isPresent();
        }
        return new SavingsTotals(
                0,
                0,
                0,
                0,
                0,
                0,
                isPriced ? 0 : 1,
                inputTokens(audit.used()),
                outputTokens(audit.used()),
                0,
                0,
                known,
                -known,
                1,
                known,
                0,
                0);
    }

    private static @Nullable Long boxed(OptionalLong amount) {
        return amount.isPresent() ? amount.getAsLong() : null;
    }

    private OptionalLong withoutCache(CallRecord call, OptionalLong used) {
        if (call.outcome().isAnsweredWithoutUpstream()) {
            return savedPicoDollars(call);
        }
        return call.saved() == null ? used : plus(used, savedPicoDollars(call));
    }

    private OptionalLong usedPicoDollars(CallRecord call) {
        return usedPicoDollars(call.model(), call.used(), call.at());
    }

    private OptionalLong usedPicoDollars(@Nullable String model, @Nullable Usage used, Instant at) {
        return used == null ? OptionalLong.of(0) : prices.cost(model, used, at);
    }

    private OptionalLong savedPicoDollars(CallRecord call) {
        Usage saved = call.saved();
        return saved == null ? OptionalLong.empty() : prices.cost(call.model(), saved, call.at());
    }

    private OptionalLong picoDollars(List<ModelUsage> usages, Instant at) {
        OptionalLong cost = OptionalLong.of(0);
        for (ModelUsage used : usages) {
            cost = plus(cost, prices.cost(used.model(), used.usage(), at));
        }
        return cost;
    }

    private static long usedInputTokens(CallRecord call) {
        long tokens = call.used() == null ? 0 : call.used().inputTokens();
        return PicoDollars.saturatedAdd(tokens, inputTokens(call.overhead()));
    }

    private static long usedOutputTokens(CallRecord call) {
        long tokens = call.used() == null ? 0 : call.used().outputTokens();
        return PicoDollars.saturatedAdd(tokens, outputTokens(call.overhead()));
    }

    private static long inputTokens(List<ModelUsage> usages) {
        return usages.stream().mapToLong(used -> used.usage().inputTokens()).reduce(0, PicoDollars::saturatedAdd);
    }

    private static long outputTokens(List<ModelUsage> usages) {
        return usages.stream().mapToLong(used -> used.usage().outputTokens()).reduce(0, PicoDollars::saturatedAdd);
    }

    /** Unknown where one is, or where the sum is out of range. */
    private static OptionalLong plus(OptionalLong a, OptionalLong b) {
        if (a.isEmpty() || b.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Math.addExact(a.getAsLong(), b.getAsLong()));
        } catch (ArithmeticException outOfRange) {
            return OptionalLong.empty();
        }
    }

    /** Costs are at least 0, so their difference cannot overflow. */
    private static OptionalLong minus(OptionalLong a, OptionalLong b) {
        return a.isPresent() && b.isPresent() ? OptionalLong.of(a.getAsLong() - b.getAsLong()) : OptionalLong.empty();
    }
}
