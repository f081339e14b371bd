package io.reprise.server.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A share of a budget that was reached.
 *
 * @param percent the mark, 1 to 100
 * @param spent pico-dollars spent in the period
 * @param from the period's first instant
 * @param until its end, or null when it has none
 */
public record BudgetMark(
        Scope scope,
        Budget budget,
        int percent,
        long spent,
        Instant from,
        @Nullable Instant until) {}
