/**
 * Calibrates the model that reads two prompts, on pairs that were written and read for that, and measures what is
 * served by it.
 */
@NullMarked
package io.reprise.benchmarks.reading;

import org.jspecify.annotations.NullMarked;
