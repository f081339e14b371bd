package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What of a call's usage has a price of its own, beside the four counts that every call has.
 *
 * @param longCacheWriteTokens those of the written tokens that the provider keeps for an hour instead of five minutes
 * @param audioInputTokens those of the input tokens that are sound
 * @param imageInputTokens those of the input tokens that are pictures, where the provider counts them apart
 * @param audioOutputTokens those of the output tokens that are sound
 * @param imageOutputTokens those of the output tokens that are pictures
 * @param webSearches searches that the provider made and charges one by one
 * @param serviceTier what the provider says it charged as: {@code batch}, {@code flex}, {@code priority}; empty for its
 *     standard one
 * @param reasoningTokens those of the output tokens that are reasoning, priced as the others
 */
public record UsageDetails(
        long longCacheWriteTokens,
        long audioInputTokens,
        long imageInputTokens,
        long audioOutputTokens,
        long imageOutputTokens,
        long webSearches,
        String serviceTier,
        long reasoningTokens) {

    /** Nothing with a price of its own. */
    public static final UsageDetails NONE = new UsageDetails(0, 0, 0, 0, 0, 0, "");

    private static final int MAX_TIER_CHARS = 64;

    public UsageDetails {
        if (longCacheWriteTokens < 0
                || audioInputTokens < 0
                || imageInputTokens < 0
                || audioOutputTokens < 0
                || imageOutputTokens < 0
                || webSearches < 0
                || reasoningTokens < 0) {
            throw new IllegalArgumentException("counts must not be negative: " + longCacheWriteTokens + ", "
                    + audioInputTokens + ", " + imageInputTokens + ", " + audioOutputTokens + ", " + imageOutputTokens
                    + ", " + webSearches + ", " + reasoningTokens);
        }
        if (serviceTier.length() > MAX_TIER_CHARS) {
            throw new IllegalArgumentException(
                    "a service tier has at most " + MAX_TIER_CHARS + " characters: " + serviceTier.length());
        }
    }

    /** Without reasoning. */
    public UsageDetails(
            long longCacheWriteTokens,
            long audioInputTokens,
            long imageInputTokens,
            long audioOutputTokens,
            long imageOutputTokens,
            long webSearches,
            String serviceTier) {
        this(
                longCacheWriteTokens,
                audioInputTokens,
                imageInputTokens,
                audioOutputTokens,
                imageOutputTokens,
                webSearches,
                serviceTier,
                0);
    }

    /** The tier that a provider names, as it counts for the price: every name of the standard one is empty. */
    static String tier(@Nullable String named) {
        return switch (named) {
            case null -> "";
            case "", "auto", "default", "standard", "on_demand" -> "";
            case String other -> other.length() > MAX_TIER_CHARS ? other.substring(0, MAX_TIER_CHARS) : other;
        };
    }

    /** Writes what is not nothing as fields of an object. */
    public void writeTo(ObjectNode object) {
        put(object, "cache_write_1h_tokens", longCacheWriteTokens);
        put(object, "audio_input_tokens", audioInputTokens);
        put(object, "image_input_tokens", imageInputTokens);
        put(object, "audio_output_tokens", audioOutputTokens);
        put(object, "image_output_tokens", imageOutputTokens);
        put(object, "web_searches", webSearches);
        put(object, "reasoning_tokens", reasoningTokens);
        if (!serviceTier.isEmpty()) {
            object.put("service_tier", serviceTier);
        }
    }

    /**
     * Reads what {@link #writeTo} wrote; a field that is absent is nothing.
     *
     * @throws IllegalArgumentException when a count is negative or the tier is too long
     */
    public static UsageDetails read(JsonNode object) {
        return new UsageDetails(
                object.path("cache_write_1h_tokens").asLong(),
                object.path("audio_input_tokens").asLong(),
                object.path("image_input_tokens").asLong(),
                object.path("audio_output_tokens").asLong(),
                object.path("image_output_tokens").asLong(),
                object.path("web_searches").asLong(),
                object.path("service_tier").asText(""),
                object.path("reasoning_tokens").asLong());
    }

    private static void put(ObjectNode object, String field, long count) {
        if (count > 0) {
            object.put(field, count);
        }
    }
}
