/** Simulations of the wrong-hit bound with known truth. Single-threaded runs, several at once. */
@NullMarked
package io.reprise.benchmarks.bound;

import org.jspecify.annotations.NullMarked;
