package io.reprise.server.ledger;

import java.math.BigDecimal;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Money as {@code long} pico-dollars (1e-12 USD): its decimal form and its arithmetic.
 *
 * <p>A price of 0.0028 USD per million tokens is 2,800 pico-dollars per token, so every list price down to 1e-6 USD per million is
 * a whole number and no sum is ever rounded. The range is about ±9.2 million USD. Stateless and thread-safe.
 */
public final class PicoDollars {
    /** Digits after the decimal point of one dollar. */
    private static final int SCALE = 12;

    private static final Pattern DECIMAL = Pattern.compile("-?\\d{1,18}(\\.\\d{1,18})?");

    private PicoDollars() {}

    /**
     * Pico-dollars of a plain decimal number of USD such as {@code "0.00088"}.
     *
     * @throws IllegalArgumentException when it is no plain decimal number, finer than 1e-12 USD, or out of range
     */
    public static long parseUsd(String usd) {
        return parse(usd, SCALE);
    }

    /**
     * Pico-dollars per token of a plain decimal price in USD per million tokens, such as {@code "2.5"}.
     *
     * @throws IllegalArgumentException when it is no plain decimal number, negative, finer than 1e-6 USD, or out of range
     */
    public static long parseUsdPerMillionTokens(String usd) {
        long picoDollarsPerToken = parse(usd, SCALE - 6);
        if (picoDollarsPerToken < 0) {
            throw new IllegalArgumentException("a price must not be negative: " + usd);
        }
        return picoDollarsPerToken;
    }

    /** The amount in USD as a plain decimal number without trailing zeros: {@code "0.00088"}, {@code "12"}, {@code "0"}. */
    public static String toUsd(long picoDollars) {
        return BigDecimal.valueOf(picoDollars, SCALE).stripTrailingZeros().toPlainString();
    }

    /** As {@link #toUsd(long)}, or null where there is no amount. */
    public static @Nullable String toUsd(OptionalLong picoDollars) {
        return picoDollars.isPresent() ? toUsd(picoDollars.getAsLong()) : null;
    }

    /** The sum, or the end of the range of {@code long} that it would pass. */
    public static long saturatedAdd(long a, long b) {
        long sum = a + b;
        if (((a ^ sum) & (b ^ sum)) < 0) {
            return a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return sum;
    }

    private static long parse(String decimal, int scale) {
        if (!DECIMAL.matcher(decimal).matches()) {
            throw new IllegalArgumentException("not a plain decimal number such as 0.00088: \"" + decimal + '"');
        }
        try {
            return new BigDecimal(decimal).movePointRight(scale).longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    decimal + " has more than " + scale + " digits after the point or is out of range", e);
        }
    }
}
