/**
 * What policies would have served, and how much of it was right, on labelled sets.
 *
 * <p>{@code Contest} says which policies are compared. A {@code LookupSet} asks a cache that holds one thing, a {@code QuestionStream} one
 * that fills as it goes; every policy is shown the same candidates. Only {@code ProductPolicy} knows how the server decides.
 */
@NullMarked
package io.reprise.benchmarks.quality;

import org.jspecify.annotations.NullMarked;
