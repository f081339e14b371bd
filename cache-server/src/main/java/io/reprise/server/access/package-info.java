/**
 * Who calls, who pays for it, and what they may use: asked once before a call is looked up, and once before it goes upstream.
 *
 * <p>Nothing here waits for a disk or a network. Imports {@code config}, {@code protocol}, {@code ledger} and {@code upstream}.
 */
@NullMarked
package io.reprise.server.access;

import org.jspecify.annotations.NullMarked;
