/**
 * Who calls, who pays for it, and what they may use: asked once before a call is looked up, and once before it goes upstream.
 *
 * <p>What a call asks of it never waits for a network, and of a disk only for a line that is handed to the operating system; changes by
 * the administrator wait for the disk. Imports {@code config}, {@code protocol}, {@code ledger} and {@code upstream}.
 */
@NullMarked
package io.reprise.server.access;

import org.jspecify.annotations.NullMarked;
