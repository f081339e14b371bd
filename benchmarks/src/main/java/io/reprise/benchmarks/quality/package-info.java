/**
 * What a policy of hits would have served, and how much of it was right, on labelled questions.
 */
@NullMarked
package io.reprise.benchmarks.quality;

import org.jspecify.annotations.NullMarked;
