package io.reprise.server.protocol;

/**
 * Tokens that one call used, in one convention for every provider.
 *
 * @param inputTokens all tokens of the prompt, those read from or written to the provider's prompt cache among them
 * @param cachedInputTokens those of them that the provider read from its prompt cache
 * @param cacheWriteTokens those of them that the provider wrote to its prompt cache
 * @param outputTokens tokens of the answer, reasoning among them
 * @param estimated true when counted here because upstream reported none
 * @param details what of it has a price of its own
 */
public record Usage(
        long inputTokens,
        long cachedInputTokens,
        long cacheWriteTokens,
        long outputTokens,
        boolean estimated,
        UsageDetails details) {

    public Usage {
        if (inputTokens < 0 || cachedInputTokens < 0 || cacheWriteTokens < 0 || outputTokens < 0) {
            throw new IllegalArgumentException("token counts must not be negative: " + inputTokens + ", "
                    + cachedInputTokens + ", " + cacheWriteTokens + ", " + outputTokens);
        }
        if (cachedInputTokens > inputTokens - cacheWriteTokens) {
            throw new IllegalArgumentException("cached (" + cachedInputTokens + ") and written (" + cacheWriteTokens
                    + ") input tokens must be part of the input tokens (" + inputTokens + ")");
        }
        if (details.longCacheWriteTokens() > cacheWriteTokens
                || details.audioInputTokens() > inputTokens - details.imageInputTokens()
                || details.audioOutputTokens() > outputTokens - details.imageOutputTokens()) {
            throw new IllegalArgumentException("counts of a kind must be part of the whole count: " + details + " of "
                    + inputTokens + ", " + cacheWriteTokens + ", " + outputTokens);
        }
    }

    /** Usage of text alone, at the provider's standard tier. */
    public Usage(
            long inputTokens, long cachedInputTokens, long cacheWriteTokens, long outputTokens, boolean estimated) {
        this(inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, estimated, UsageDetails.NONE);
    }

    /** Usage without any provider-side prompt cache. */
    public static Usage of(long inputTokens, long outputTokens, boolean estimated) {
        return new Usage(inputTokens, 0, 0, outputTokens, estimated);
    }
}
