/**
 * Learns the verifier's coefficients from labelled pairs of texts, with a fixed seed, and measures what came of it.
 *
 * <p>What it writes is a resource of the cache server; nothing here runs in it.
 */
@NullMarked
package io.reprise.benchmarks.training;

import org.jspecify.annotations.NullMarked;
