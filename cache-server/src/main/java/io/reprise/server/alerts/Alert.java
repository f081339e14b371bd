package io.reprise.server.alerts;

import java.time.Instant;

/**
 * Something that the operator should know.
 *
 * @param cause what kind of thing
 * @param subject what it is about, such as a budget's scope or a model; empty where that is everything
 * @param window the time that it is said once for, such as {@code 2026-11-02}
 * @param at when it was found out
 * @param text in words, without prompts or credentials
 */
public record Alert(Cause cause, String subject, String window, Instant at, String text) {
    /** What an alert is about. */
    public enum Cause {
        BUDGET_MARK,
        SPEND_SPIKE,
        HIT_RATE,
        UPSTREAM_ERRORS,
        UNPRICED_MODEL,
        FORECAST_OVER_BUDGET
    }

    /** What makes two alerts one. */
    String key() {
        return cause + "|" + subject + "|" + window;
    }
}
