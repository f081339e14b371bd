package io.reprise.server.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code reprise replay} was asked for.
 *
 * @param log the log's file; null for standard input
 * @param html where a page is written, or null for none
 * @param maxWrongRate the share of wrong semantic hits that a recommended setting may have, 0 to 1; null for the configured one
 * @param limit calls after which the replay ends, at least 1
 * @param pairs the most pairs reported of a kind, at least 0
 * @param defaultModel the model of lines that name none, or null
 */
public record ReplayOrder(
        @Nullable Path log,
        @Nullable Path html,
        @Nullable Double maxWrongRate,
        long limit,
        int pairs,
        @Nullable String defaultModel) {}
