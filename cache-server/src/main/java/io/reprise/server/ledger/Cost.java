package io.reprise.server.ledger;

import java.util.OptionalLong;

/** What a call cost, or why that is unknown. */
public sealed interface Cost {
    /** The amount; empty when it is unknown. */
    default OptionalLong picoDollars() {
        return this instanceof Known(long amount) ? OptionalLong.of(amount) : OptionalLong.empty();
    }

    /** An exact amount, in pico-dollars. */
    record Known(long amount) implements Cost {}

    /** No row of the table is of this model at this time, or rows of several providers are. */
    record NoPrice() implements Cost {}

    /** The row lacks a rate that the call needs, such as {@code cache_write} or {@code flex}. */
    record NoRate(String rate) implements Cost {}

    /** Above nine million dollars for one call: the token counts are wrong, since callers may state them. */
    record OutOfRange() implements Cost {}
}
