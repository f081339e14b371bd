/**
 * Finding out whether hits were right: what an audited hit answered is compared with a fresh answer, by a model that
 * the operator has chosen and within what the hits have saved.
 *
 * <p>Imports of the server {@code protocol}, {@code decision.bound} and {@code ledger} alone. Judging blocks, and has
 * threads of its own.
 */
@NullMarked
package io.reprise.server.audit;

import org.jspecify.annotations.NullMarked;
