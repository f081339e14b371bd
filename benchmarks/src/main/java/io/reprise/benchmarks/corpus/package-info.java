/**
 * What benchmarks run on: the evaluation data where there is any, else made-up texts; their vectors, and indexes filled with them.
 */
@NullMarked
package io.reprise.benchmarks.corpus;

import org.jspecify.annotations.NullMarked;
