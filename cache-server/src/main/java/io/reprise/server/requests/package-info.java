/**
 * The log of every call, and the reports over it.
 *
 * <p>A call is told once, when it has ended, through a bounded queue; one thread writes, one reads. Telling never waits and never fails a
 * call. Imports {@code protocol} and {@code ledger}.
 */
@NullMarked
package io.reprise.server.requests;

import org.jspecify.annotations.NullMarked;
