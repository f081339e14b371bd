/**
 * How results are stated: quantiles, proportions with their intervals, ratios of alternating rounds, machine facts, Markdown.
 *
 * <p>Imports nothing of the project.
 */
@NullMarked
package io.reprise.benchmarks.report;

import org.jspecify.annotations.NullMarked;
