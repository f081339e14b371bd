package io.reprise.server.gateway;

import io.reprise.server.protocol.CacheControls.Mode;
import io.reprise.server.rules.Rules;

/** Answers calls by the operator's rules, before anything is looked up. Thread-safe. */
final class RuleDesk {
    private final Rules rules;
    private final UsageEstimates estimates;

    RuleDesk(Rules rules, UsageEstimates estimates) {
        this.rules = rules;
        this.estimates = estimates;
    }

    /** Whether a rule has answered; a caller who wants the model alone ({@code off}, {@code shadow}) gets it. */
    boolean answers(Exchange exchange, DropInReplies replies) {
        Mode mode = exchange.controls().mode();
        Rules.Answer answer = mode == Mode.OFF || mode == Mode.SHADOW
                ? null
                : rules.to(exchange.call(), exchange.query(), exchange.tab().payer());
        return answer != null
                && replies.ruled(
                        exchange,
                        answer,
                        estimates.estimate(
                                exchange.call().model(), exchange.query().text(), answer.text()));
    }
}
