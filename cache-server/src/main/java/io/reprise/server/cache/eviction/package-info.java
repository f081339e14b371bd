/**
 * What is worth keeping when not everything can be kept: an account of the stored entries, and which of them go first.
 *
 * <p>Knows no disk, no thread and no index: {@code cache} tells it what is stored, asked for and removed, and removes what it names.
 * Imports {@code protocol}.
 */
@NullMarked
package io.reprise.server.cache.eviction;

import org.jspecify.annotations.NullMarked;
