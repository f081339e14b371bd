/**
 * Tells the operator when something is unusual: in the log, and at webhooks.
 *
 * <p>What is unusual is decided by pure functions over sums of the log of calls; one thread asks them every minute, another posts. Imports
 * {@code protocol}, {@code ledger}, {@code requests} and {@code config}.
 */
@NullMarked
package io.reprise.server.alerts;

import org.jspecify.annotations.NullMarked;
