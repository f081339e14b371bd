package io.reprise.server.alerts;

/**
 * How a budget stands.
 *
 * @param scope whose it is, such as {@code team:search}
 * @param window the day, week or month that it is for, such as {@code 2026-11}
 * @param spentPicoDollars what was spent in it
 * @param limitPicoDollars what may be
 */
public record BudgetStanding(String scope, String window, long spentPicoDollars, long limitPicoDollars) {}
