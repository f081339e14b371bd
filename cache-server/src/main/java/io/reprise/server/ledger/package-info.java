/**
 * What each call cost and saved: tokens, prices, outcomes, reports.
 *
 * <p>Money is {@code long} pico-dollars; an unknown price is unknown, never zero. Imports {@code protocol} only. Recording never
 * blocks and never fails a call.
 */
@NullMarked
package io.reprise.server.ledger;

import org.jspecify.annotations.NullMarked;
