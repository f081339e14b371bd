package io.reprise.server.access;

import io.reprise.server.ledger.PicoDollars;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What was spent of one budget, and what is set aside, by period. A few earlier periods are kept, so that a clock that is set back finds
 * what was spent then. Amounts are pico-dollars. Not thread-safe.
 */
final class Meter {
    private static final int PERIODS = 4;

    private final Scope scope;
    private final String counter;
    private final TreeMap<Instant, Amounts> periods = new TreeMap<>();
    private Budget budget;
    private boolean retired;

    /** Of one period. */
    private static final class Amounts {
        private long spent;
        private long reserved;
        /** The highest mark that was told. */
        private int told;
    }

    Meter(Scope scope, Budget budget) {
        this.scope = scope;
        this.budget = budget;
        this.counter = counter(scope, budget);
    }

    /** Names what a budget counts: it is the same money when only the amount changes. */
    static String counter(Scope scope, Budget budget) {
        return scope + " " + budget.counter();
    }

    Scope scope() {
        return scope;
    }

    String counter() {
        return counter;
    }

    Budget budget() {
        return budget;
    }

    void budget(Budget other) {
        budget = other;
    }

    /** Its budget is no more: what is settled from now on counts for nothing. */
    void retire() {
        retired = true;
    }

    boolean isRetired() {
        return retired;
    }

    Window.Period period(Instant now) {
        return budget.window().at(now, budget.zone());
    }

    /** Whether an amount fits beside what was spent and set aside. Nothing always fits. */
    boolean fits(long amount, Window.Period period) {
        return amount == 0 || amount <= remaining(period);
    }

    /** What is neither spent nor set aside, at least 0. */
    long remaining(Window.Period period) {
        Amounts amounts = periods.get(period.from());
        return amounts == null
                ? budget.picoDollars()
                : Math.max(0, budget.picoDollars() - PicoDollars.saturatedAdd(amounts.spent, amounts.reserved));
    }

    long spent(Window.Period period) {
        Amounts amounts = periods.get(period.from());
        return amounts == null ? 0 : amounts.spent;
    }

    long reserved(Window.Period period) {
        Amounts amounts = periods.get(period.from());
        return amounts == null ? 0 : amounts.reserved;
    }

    void reserve(long amount, Window.Period period) {
        Amounts amounts = amounts(period.from());
        amounts.reserved = PicoDollars.saturatedAdd(amounts.reserved, amount);
    }

    /** Frees what was set aside, and counts what was spent instead. */
    void settle(long reserved, long cost, Window.Period period) {
        Amounts amounts = amounts(period.from());
        amounts.reserved = Math.max(0, amounts.reserved - reserved);
        amounts.spent = PicoDollars.saturatedAdd(amounts.spent, cost);
    }

    /** Counts what was spent in an earlier run; its marks have been told. */
    void restore(Instant from, long cost) {
        Amounts amounts = amounts(from);
        amounts.spent = PicoDollars.saturatedAdd(amounts.spent, cost);
        amounts.told = reached(amounts.spent);
    }

    /** The mark that was reached since this was asked last, in percent, or null. */
    @Nullable Integer newMark(Window.Period period) {
        Amounts amounts = amounts(period.from());
        int reached = reached(amounts.spent);
        if (reached <= amounts.told) {
            return null;
        }
        amounts.told = reached;
        return reached;
    }

    private int reached(long spent) {
        // A hundredth of the greatest budget times 100 is in range.
        return budget.softPercent().stream()
                .filter(percent -> spent >= budget.picoDollars() / 100 * percent)
                .mapToInt(Integer::intValue)
                .max()
                .orElse(0);
    }

    /** What was spent, by the first instant of its period. */
    void forEach(BiConsumer<Instant, Long> spent) {
        for (Map.Entry<Instant, Amounts> period : periods.entrySet()) {
            spent.accept(period.getKey(), period.getValue().spent);
        }
    }

    private Amounts amounts(Instant from) {
        Amounts amounts = periods.computeIfAbsent(from, _ -> new Amounts());
        if (periods.size() > PERIODS) {
            Instant first = periods.firstKey();
            periods.remove(first.equals(from) ? periods.higherKey(first) : first);
        }
        return amounts;
    }
}
