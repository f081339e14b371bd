package io.reprise.server.access;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a budget stands. Amounts are pico-dollars, of the period that now is in.
 *
 * @param remaining what is neither spent nor reserved, at least 0
 * @param resetsAt when the next period begins, or null for never
 * @param forecast what will be spent at the period's end if it goes on as it went, or null for a budget that never ends
 */
public record BudgetStatus(
        Scope scope,
        Budget budget,
        long spent,
        long reserved,
        long remaining,
        @Nullable Instant resetsAt,
        @Nullable Long forecast) {
    /** Until this part of a period has passed, a forecast takes it to have passed. */
    private static final int LEAST_PART = 24;

    static BudgetStatus of(Meter meter, Instant now) {
        Window.Period period = meter.period(now);
        long spent = meter.spent(period);
        return new BudgetStatus(
                meter.scope(),
                meter.budget(),
                spent,
                meter.reserved(period),
                meter.remaining(period),
                period.until(),
                forecast(spent, period, now));
    }

    private static @Nullable Long forecast(long spent, Window.Period period, Instant now) {
        if (period.until() == null) {
            return null;
        }
        long whole = Duration.between(period.from(), period.until()).toSeconds();
        long passed = Math.max(Duration.between(period.from(), now).toSeconds(), whole / LEAST_PART);
        BigInteger end =
                BigInteger.valueOf(spent).multiply(BigInteger.valueOf(whole)).divide(BigInteger.valueOf(passed));
        return end.bitLength() < Long.SIZE ? end.longValue() : Long.MAX_VALUE;
    }
}
