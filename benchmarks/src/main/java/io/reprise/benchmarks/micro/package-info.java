/**
 * Times of single steps in one process, taken by JMH, and the ratio of a lookup to the model's own cost.
 */
@NullMarked
package io.reprise.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
