package io.reprise.server.access;

import org.jspecify.annotations.Nullable;

/**
 * How much may be asked. What is null has no limit.
 *
 * @param rpm calls in any 60 seconds
 * @param tpm tokens sent and received in any 60 seconds; what the cache answers has none
 * @param maxParallel calls under way at the same time
 * @param maxOutputTokens the most tokens of one answer; a call that allows more is cut down to it
 * @param defaultOutputTokens the most tokens of the answer to a call that does not say
 * @param maxInputTokens the most tokens that one call may send upstream
 */
public record Limits(
        @Nullable Long rpm,
        @Nullable Long tpm,
        @Nullable Long maxParallel,
        @Nullable Long maxOutputTokens,
        @Nullable Long defaultOutputTokens,
        @Nullable Long maxInputTokens) {
    /** Nothing is limited. */
    public static final Limits NONE = new Limits(null, null, null, null, null, null);

    public Limits {
        if (maxOutputTokens != null && defaultOutputTokens != null && defaultOutputTokens > maxOutputTokens) {
            throw new IllegalArgumentException("must be at most max_output_tokens");
        }
    }
}
