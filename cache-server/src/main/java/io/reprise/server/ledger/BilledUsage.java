package io.reprise.server.ledger;

import io.reprise.server.protocol.Usage;
import io.reprise.server.protocol.UsageDetails;

/**
 * What one call used, in counts of which each token is in one only: what a price is multiplied with.
 *
 * @param promptTokens all input tokens, which decide the tier; not billed themselves
 * @param input text that was neither read from nor written to a prompt cache
 * @param cachedInput read from the provider's prompt cache
 * @param cacheWrite written there for five minutes
 * @param cacheWriteHour written there for an hour
 * @param output text of the answer, reasoning among it
 * @param serviceTier the provider's name of it, empty for the standard one
 */
record BilledUsage(
        long promptTokens,
        long input,
        long cachedInput,
        long cacheWrite,
        long cacheWriteHour,
        long audioInput,
        long imageInput,
        long output,
        long audioOutput,
        long imageOutput,
        long webSearches,
        String serviceTier) {

    /** Divides a call's usage. Sound and pictures beyond what was not cached are taken to be among what was. */
    static BilledUsage of(Usage usage) {
        UsageDetails details = usage.details();
        long uncached = usage.inputTokens() - usage.cachedInputTokens() - usage.cacheWriteTokens();
        long audio = Math.min(details.audioInputTokens(), uncached);
        long image = Math.min(details.imageInputTokens(), uncached - audio);
        return new BilledUsage(
                usage.inputTokens(),
                uncached - audio - image,
                usage.cachedInputTokens(),
                usage.cacheWriteTokens() - details.longCacheWriteTokens(),
                details.longCacheWriteTokens(),
                audio,
                image,
                usage.outputTokens() - details.audioOutputTokens() - details.imageOutputTokens(),
                details.audioOutputTokens(),
                details.imageOutputTokens(),
                details.webSearches(),
                details.serviceTier());
    }

    /** The sum of that many calls, whose tier is that of the mean one. */
    BilledUsage ofCalls(long calls) {
        return new BilledUsage(
                promptTokens / calls,
                input,
                cachedInput,
                cacheWrite,
                cacheWriteHour,
                audioInput,
                imageInput,
                output,
                audioOutput,
                imageOutput,
                webSearches,
                serviceTier);
    }
}
