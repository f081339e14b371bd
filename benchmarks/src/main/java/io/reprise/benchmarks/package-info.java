/** JMH benchmarks, quality replays and load tests. Sees every module; nobody sees it. */
@NullMarked
package io.reprise.benchmarks;

import org.jspecify.annotations.NullMarked;
