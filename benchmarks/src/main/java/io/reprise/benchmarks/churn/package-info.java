/** Many more entries through a bounded cache than it has room for: whether disk and memory come back. Nothing is embedded, and the clock is driven. */
@NullMarked
package io.reprise.benchmarks.churn;

import org.jspecify.annotations.NullMarked;
