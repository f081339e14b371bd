package io.reprise.server.ledger;

import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.Usage;
import java.math.BigDecimal;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * What it would cost to ask for an answer again, about: to compare stored answers by, never to be booked. Thread-safe.
 *
 * <p>Tokens are those that upstream reported, or else a fourth of the characters. Where the price is not known, it is taken to be a dollar
 * for a million tokens of the prompt and five for the answer, which lies in the middle of the bundled list.
 */
public final class SavingEstimate {
    private static final Price UNKNOWN = Price.ofUsdPerMillionTokens("unknown", null, "1", null, null, "5");
    private static final int CHARS_PER_TOKEN = 4;
    /** Usage comes with the answer: from upstream, or from a caller, whom nobody checks. No model reads or writes more. */
    private static final long MAX_TOKENS = 2_000_000;
    /** A millionth of a dollar: what comes for nothing still saves its caller the waiting. */
    private static final long LEAST_PICO_DOLLARS = 1_000_000;

    private final PriceBook prices;
    private final Clock clock;

    public SavingEstimate(PriceBook prices, Clock clock) {
        this.prices = prices;
        this.clock = clock;
    }

    /**
     * What a call costs that is answered so.
     *
     * @param model the model asked for, or null
     * @return pico-dollars, more than 0
     */
    public long picoDollars(@Nullable String model, String prompt, Completion answer) {
        Usage usage = usage(prompt, answer);
        long cost = prices.cost(model, usage, clock.instant()).orElseGet(() -> unknown(usage));
        return Math.max(cost, LEAST_PICO_DOLLARS);
    }

    private long unknown(Usage usage) {
        return UNKNOWN.cost(BilledUsage.of(usage), clock.instant(), BigDecimal.ONE)
                .picoDollars()
                .orElse(LEAST_PICO_DOLLARS);
    }

    /** Without the provider's prompt cache, which may have forgotten the prompt by then. */
    private static Usage usage(String prompt, Completion answer) {
        Usage reported = answer.usage();
        long input = reported == null ? prompt.length() / CHARS_PER_TOKEN : reported.inputTokens();
        long output = reported == null ? outputTokens(answer) : reported.outputTokens();
        return Usage.of(Math.min(input, MAX_TOKENS), Math.min(output, MAX_TOKENS), true);
    }

    private static long outputTokens(Completion answer) {
        return switch (answer.form()) {
            case TEXT, OPENAI_CHAT, OPENAI_COMPLETION, OPENAI_RESPONSE, ANTHROPIC_MESSAGE ->
                answer.json().length / CHARS_PER_TOKEN;
            case OPENAI_EMBEDDING -> 0;
        };
    }
}
