package io.reprise.server.ledger;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Where the figures of a row come from.
 *
 * @param text who says so; empty where the operator does not say
 * @param checked the day on which the source said so, or null when unknown
 * @param differs what another source says instead, or null when none is known to
 * @param recheck true when it is second-hand and was not looked up at the provider's
 */
public record PriceSource(
        String text, @Nullable LocalDate checked, @Nullable String differs, boolean recheck) {
    /** Of a row that says nothing of it. */
    static final PriceSource UNSTATED = new PriceSource("", null, null, false);
}
