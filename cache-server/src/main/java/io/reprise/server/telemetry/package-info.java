/**
 * What operators watch: meters for Prometheus and the numbers of the statistics route.
 *
 * <p>Thread-safe; recording never blocks and never fails a call. Imports {@code cache}, {@code ledger} and
 * {@code protocol} for the words they count.
 */
@NullMarked
package io.reprise.server.telemetry;

import org.jspecify.annotations.NullMarked;
