package io.reprise.server.access;

import io.reprise.server.ledger.PicoDollars;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Why calls are refused, in words for their callers. */
final class Refusals {
    private static final int TOO_MANY = 429;
    private static final int FORBIDDEN = 403;
    private static final String LIMIT = "rate_limit_exceeded";
    private static final String BUDGET = "budget_exceeded";

    private Refusals() {}

    static Gate.Refused forbidden(String message) {
        return new Gate.Refused(FORBIDDEN, "permission_error", message, null, false);
    }

    static Gate.Refused full(Throttle.Full full) {
        return new Gate.Refused(
                TOO_MANY,
                LIMIT,
                "the limit of " + full.scope() + ", " + full.limit() + ", is reached",
                full.retryAfterSeconds(),
                true);
    }

    static Gate.Refused tooLong(long input, long most) {
        return new Gate.Refused(
                TOO_MANY,
                LIMIT,
                "this call sends about " + input + " tokens; max_input_tokens is " + most,
                null,
                false);
    }

    /** @param amount what the call may cost, or 0 where that was not asked */
    static Gate.Refused exceeded(BudgetStatus full, long amount, Instant now) {
        Budget budget = full.budget();
        Instant resets = full.resetsAt();
        String period = budget.window() == Window.TOTAL
                ? " in total"
                : " a " + budget.window().word();
        String wants = amount == 0 ? "" : ", and this call may cost " + PicoDollars.toUsd(amount);
        String end = resets == null ? "it does not reset" : "it resets at " + resets;
        // Who may wait is told so: a budget that yields to another model has had no room for a moment.
        boolean yields = budget.onExceed() instanceof Instead.Model;
        return new Gate.Refused(
                TOO_MANY,
                BUDGET,
                "the budget of " + full.scope() + ", " + PicoDollars.toUsd(budget.picoDollars()) + " US dollars"
                        + period + ", has " + PicoDollars.toUsd(full.remaining()) + " left" + wants + "; " + end,
                yields ? Long.valueOf(1) : secondsUntil(resets, now),
                yields);
    }

    static Gate.Refused tooDear(String key, long cost, long threshold) {
        return new Gate.Refused(
                TOO_MANY,
                BUDGET,
                "this call may cost " + PicoDollars.toUsd(cost) + " US dollars; cost_threshold_usd of key:" + key
                        + " is " + PicoDollars.toUsd(threshold),
                null,
                false);
    }

    static Gate.Refused unpriced(@Nullable String model) {
        String what = model == null ? "a call whose model is not known" : "the model " + model;
        return new Gate.Refused(
                TOO_MANY,
                BUDGET,
                "the price of " + what
                        + " is not known, so no budget could hold; the operator may add its price, or set"
                        + " on_unknown_price",
                null,
                false);
    }

    private static @Nullable Long secondsUntil(@Nullable Instant end, Instant now) {
        return end == null
                ? null
                : Math.max(1, Duration.between(now, end).plusMillis(999).toSeconds());
    }
}
