/**
 * Finding out whether hits were right: what an audited hit answered is compared with a fresh answer.
 *
 * <p>Imports of the server {@code protocol} and {@code decision.bound} alone.
 */
@NullMarked
package io.reprise.server.audit;

import org.jspecify.annotations.NullMarked;
