package io.reprise.server.ledger;

import java.util.OptionalLong;

/**
 * What tokens cost: pico-dollars for each, at least 0. An absent rate is unknown, not free.
 *
 * @param input text that is neither read from nor written to the provider's prompt cache
 * @param cachedInput read from it
 * @param cacheWrite written to it for five minutes
 * @param cacheWriteHour written to it for an hour
 * @param output of the answer, reasoning among it
 * @param audioInput sound in the prompt
 * @param audioOutput sound in the answer
 * @param imageInput pictures in the prompt; where absent they cost what text does
 * @param imageOutput pictures in the answer
 */
public record Rates(
        OptionalLong input,
        OptionalLong cachedInput,
        OptionalLong cacheWrite,
        OptionalLong cacheWriteHour,
        OptionalLong output,
        OptionalLong audioInput,
        OptionalLong audioOutput,
        OptionalLong imageInput,
        OptionalLong imageOutput) {

    public Rates {
        if (input.orElse(0) < 0
                || cachedInput.orElse(0) < 0
                || cacheWrite.orElse(0) < 0
                || cacheWriteHour.orElse(0) < 0
                || output.orElse(0) < 0
                || audioInput.orElse(0) < 0
                || audioOutput.orElse(0) < 0
                || imageInput.orElse(0) < 0
                || imageOutput.orElse(0) < 0) {
            throw new IllegalArgumentException("rates must not be negative");
        }
    }

    /** Of text and the five-minute cache alone. */
    static Rates ofText(long input, OptionalLong cachedInput, OptionalLong cacheWrite, OptionalLong output) {
        OptionalLong none = OptionalLong.empty();
        return new Rates(OptionalLong.of(input), cachedInput, cacheWrite, none, output, none, none, none, none);
    }

    /** One rate for every token of text, in or out: of a machine that is paid by the hour. */
    static Rates flat(long rate) {
        OptionalLong each = OptionalLong.of(rate);
        OptionalLong none = OptionalLong.empty();
        return new Rates(each, each, none, none, each, none, none, each, none);
    }

    /**
     * What tokens cost at these rates.
     *
     * @throws ArithmeticException when the amount is out of the range of {@code long}
     */
    Cost of(BilledUsage used) {
        Sum sum = new Sum();
        sum.add("input", used.input(), input);
        sum.add("cached_input", used.cachedInput(), cachedInput);
        sum.add("cache_write", used.cacheWrite(), cacheWrite);
        sum.add("cache_write_1h", used.cacheWriteHour(), cacheWriteHour);
        sum.add("audio_input", used.audioInput(), audioInput);
        sum.add("image_input", used.imageInput(), imageInput.isPresent() ? imageInput : input);
        sum.add("output", used.output(), output);
        sum.add("audio_output", used.audioOutput(), audioOutput);
        sum.add("image_output", used.imageOutput(), imageOutput);
        return sum.unknown.isEmpty() ? new Cost.Known(sum.picoDollars) : new Cost.NoRate(sum.unknown);
    }

    /** The products so far, and the first rate that was needed and absent. */
    private static final class Sum {
        private long picoDollars;
        private String unknown = "";

        void add(String name, long tokens, OptionalLong rate) {
            if (tokens == 0) {
                return;
            }
            if (rate.isPresent()) {
                picoDollars = Math.addExact(picoDollars, Math.multiplyExact(tokens, rate.getAsLong()));
            } else if (unknown.isEmpty()) {
                unknown = name;
            }
        }
    }
}
