/**
 * Entries on their way out of a server and into one: the lines of an export, what an import makes of lines, and the seal by which a
 * caller's own entries are known again.
 *
 * <p>Sequential code on virtual threads that waits for the cache, a page or a line at a time; knows no HTTP. Imports {@code protocol},
 * {@code prompt} and {@code cache}, and the index's records of entries.
 */
@NullMarked
package io.reprise.server.transfer;

import org.jspecify.annotations.NullMarked;
