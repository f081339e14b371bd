/** Replays of streams through caches that are too small for them. Simulated: no model, no index, no clock. Single-threaded runs, several at once. */
@NullMarked
package io.reprise.benchmarks.eviction;

import org.jspecify.annotations.NullMarked;
