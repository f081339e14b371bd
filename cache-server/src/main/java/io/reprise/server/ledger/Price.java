package io.reprise.server.ledger;

import io.reprise.server.protocol.Usage;
import java.time.LocalDate;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One row of a price list: what a token of a model costs, from a day on and from a prompt length on.
 *
 * <p>All prices are pico-dollars per token, at least 0. An absent price is unknown, not free.
 *
 * @param model the provider's public name of the model, as calls give it
 * @param validFrom the first UTC day on which the row holds, or null when it holds since ever
 * @param aboveInputTokens the row holds for prompts of more input tokens than this; 0 for every prompt. Providers that charge
 *     more for long prompts charge it for all tokens of such a call
 * @param input per input token that is neither read from nor written to the provider's prompt cache
 * @param cachedInput per input token read from the provider's prompt cache
 * @param cacheWrite per input token written to the provider's prompt cache
 * @param output per output token
 */
public record Price(
        String model,
        @Nullable LocalDate validFrom,
        long aboveInputTokens,
        long input,
        OptionalLong cachedInput,
        OptionalLong cacheWrite,
        OptionalLong output) {

    public Price {
        if (model.isEmpty()) {
            throw new IllegalArgumentException("model must not be empty");
        }
        if (aboveInputTokens < 0) {
            throw new IllegalArgumentException("aboveInputTokens must not be negative: " + aboveInputTokens);
        }
        if (input < 0 || cachedInput.orElse(0) < 0 || cacheWrite.orElse(0) < 0 || output.orElse(0) < 0) {
            throw new IllegalArgumentException("prices of " + model + " must not be negative: " + input + ", "
                    + cachedInput + ", " + cacheWrite + ", " + output);
        }
    }

    /**
     * A row from decimal prices in USD per million tokens, null where unknown.
     *
     * @throws IllegalArgumentException when a price is not a plain decimal number of at most six digits after the point
     */
    public static Price ofUsdPerMillionTokens(
            String model,
            @Nullable LocalDate validFrom,
            long aboveInputTokens,
            String input,
            @Nullable String cachedInput,
            @Nullable String cacheWrite,
            @Nullable String output) {
        return new Price(
                model,
                validFrom,
                aboveInputTokens,
                PicoDollars.parseUsdPerMillionTokens(input),
                optional(cachedInput),
                optional(cacheWrite),
                optional(output));
    }

    /** What the usage costs, in pico-dollars; empty when a price it needs is absent or the amount is out of range. */
    OptionalLong costPicoDollars(Usage usage) {
        long cached = usage.cachedInputTokens();
        long written = usage.cacheWriteTokens();
        if ((cached > 0 && cachedInput.isEmpty())
                || (written > 0 && cacheWrite.isEmpty())
                || (usage.outputTokens() > 0 && output.isEmpty())) {
            return OptionalLong.empty();
        }
        try {
            long plain = Math.subtractExact(usage.inputTokens(), Math.addExact(cached, written));
            long cost = Math.multiplyExact(plain, input);
            cost = Math.addExact(cost, Math.multiplyExact(cached, cachedInput.orElse(0)));
            cost = Math.addExact(cost, Math.multiplyExact(written, cacheWrite.orElse(0)));
            cost = Math.addExact(cost, Math.multiplyExact(usage.outputTokens(), output.orElse(0)));
            return OptionalLong.of(cost);
        } catch (ArithmeticException outOfRange) {
            // Above nine million dollars for one call: the token counts are wrong (callers may state them), so the cost
            // is unknown.
            return OptionalLong.empty();
        }
    }

    private static OptionalLong optional(@Nullable String usdPerMillionTokens) {
        return usdPerMillionTokens == null
                ? OptionalLong.empty()
                : OptionalLong.of(PicoDollars.parseUsdPerMillionTokens(usdPerMillionTokens));
    }
}
