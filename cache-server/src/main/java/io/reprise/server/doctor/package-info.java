/**
 * Why calls that look alike do not share an answer: compares the last misses with each other, part by part.
 *
 * <p>Kept in memory alone, for the administrator alone. Imports {@code protocol} and {@code prompt}. Thread-safe.
 */
@NullMarked
package io.reprise.server.doctor;

import org.jspecify.annotations.NullMarked;
