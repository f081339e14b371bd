/**
 * Finding out whether hits were right: what an audited hit answered is compared with a fresh answer, and an alarm
 * is judged twice.
 *
 * <p>Imports of the server {@code protocol}, {@code decision.bound} and the ledger's {@code ModelUsage} alone. Judging blocks, and has
 * threads of its own.
 */
@NullMarked
package io.reprise.server.audit;

import org.jspecify.annotations.NullMarked;
