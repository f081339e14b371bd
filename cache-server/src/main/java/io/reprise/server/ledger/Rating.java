package io.reprise.server.ledger;

import java.math.BigDecimal;

/** How a service tier or a time of day changes what tokens cost. */
public sealed interface Rating {
    /** A multiple of the rates that would hold without it. */
    record Times(BigDecimal multiplier) implements Rating {
        public Times {
            multiplier = Rating.multiplier(multiplier);
        }
    }

    /** Rates in place of the others. */
    record Own(Rates rates) implements Rating {}

    /** A multiplier in its shortest form, when it is from 0 to 100. */
    static BigDecimal multiplier(BigDecimal multiplier) {
        if (multiplier.signum() < 0 || multiplier.compareTo(BigDecimal.valueOf(100)) > 0) {
            throw new IllegalArgumentException("a multiplier must be from 0 to 100: " + multiplier.toPlainString());
        }
        return multiplier.stripTrailingZeros();
    }
}
