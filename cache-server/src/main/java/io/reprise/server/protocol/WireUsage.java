package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Reads usage from the providers' forms into the one convention of {@link Usage}.
 *
 * <p>OpenAI's input counts, and Gemini's in OpenAI's form, include what was read from or written to a prompt cache; Anthropic's do not.
 * Usage that contradicts itself is none: nothing may be billed by it.
 */
final class WireUsage {
    private static final JsonNode NO_TIER = StrictJson.object().path("");

    private WireUsage() {}

    /** Of a chat completion or a text completion; its tier stands beside the usage. */
    static @Nullable Usage openAi(JsonNode answer) {
        return openAi(answer.path("usage"), answer.path("service_tier"));
    }

    /** Of an object in the form of a chat completion's usage, at the standard tier. */
    static @Nullable Usage openAiCounts(JsonNode usage) {
        return openAi(usage, NO_TIER);
    }

    private static @Nullable Usage openAi(JsonNode usage, JsonNode tier) {
        if (!isCount(usage.path("prompt_tokens")) || !isCountOrAbsent(usage.path("completion_tokens"))) {
            return null;
        }
        JsonNode ofInput = usage.path("prompt_tokens_details");
        JsonNode cached = ofInput.path("cached_tokens");
        return inclusive(
                usage.path("prompt_tokens"),
                usage.path("completion_tokens"),
                // DeepSeek's own name, which it sends beside OpenAI's or alone.
                isAbsent(cached) ? usage.path("prompt_cache_hit_tokens") : cached,
                ofInput,
                usage.path("completion_tokens_details"),
                tier,
                0);
    }

    /** Of a response of the Responses API. */
    static @Nullable Usage openAiResponse(JsonNode response) {
        JsonNode usage = response.path("usage");
        if (!isCount(usage.path("input_tokens")) || !isCount(usage.path("output_tokens"))) {
            return null;
        }
        JsonNode ofInput = usage.path("input_tokens_details");
        long searches = 0;
        for (JsonNode item : response.path("output")) {
            searches += "web_search_call".equals(item.path("type").textValue()) ? 1 : 0;
        }
        return inclusive(
                usage.path("input_tokens"),
                usage.path("output_tokens"),
                ofInput.path("cached_tokens"),
                ofInput,
                usage.path("output_tokens_details"),
                response.path("service_tier"),
                searches);
    }

    private static @Nullable Usage inclusive(
            JsonNode input,
            JsonNode output,
            JsonNode cached,
            JsonNode ofInput,
            JsonNode ofOutput,
            JsonNode tier,
            long searches) {
        return checked(
                input.asLong(),
                cached,
                ofInput.path("cache_write_tokens"),
                output.asLong(0),
                counts(StrictJson.object().path(""), ofInput, ofOutput, searches, UsageDetails.tier(tier.textValue())));
    }

    /** Of an object in Anthropic's form, whose input tokens do not include what was read from or written to its cache. */
    static @Nullable Usage anthropic(JsonNode usage) {
        JsonNode input = usage.path("input_tokens");
        JsonNode output = usage.path("output_tokens");
        JsonNode read = usage.path("cache_read_input_tokens");
        JsonNode writtenHour = usage.path("cache_creation").path("ephemeral_1h_input_tokens");
        JsonNode writtenMinutes = usage.path("cache_creation").path("ephemeral_5m_input_tokens");
        JsonNode written = usage.path("cache_creation_input_tokens");
        JsonNode searches = usage.path("server_tool_use").path("web_search_requests");
        if (!isCount(input)
                || !isCount(output)
                || !isCountOrAbsent(read)
                || !isCountOrAbsent(written)
                || !isCountOrAbsent(writtenHour)
                || !isCountOrAbsent(writtenMinutes)
                || !isCountOrAbsent(searches)) {
            return null;
        }
        // The last event of a stream may have the sum alone, and then the newest sum counts.
        long apart = writtenHour.asLong(0) + writtenMinutes.asLong(0);
        long sum = written.asLong(apart);
        UsageDetails details = counts(
                writtenHour,
                usage.path("none"),
                usage.path("output_tokens_details"),
                searches.asLong(0),
                UsageDetails.tier(usage.path("service_tier").textValue()));
        return details == null
                ? null
                : whole(input.asLong() + read.asLong(0) + sum, read.asLong(0), sum, output.asLong(), details);
    }

    /** Null where a count is none. */
    private static @Nullable UsageDetails counts(
            JsonNode writtenHour, JsonNode ofInput, JsonNode ofOutput, long searches, String tier) {
        JsonNode audioIn = ofInput.path("audio_tokens");
        JsonNode imageIn = ofInput.path("image_tokens");
        JsonNode audioOut = ofOutput.path("audio_tokens");
        JsonNode imageOut = ofOutput.path("image_tokens");
        // The first is Anthropic's name.
        JsonNode reasoning = ofOutput.path(ofOutput.has("thinking_tokens") ? "thinking_tokens" : "reasoning_tokens");
        if (!isCountOrAbsent(audioIn)
                || !isCountOrAbsent(imageIn)
                || !isCountOrAbsent(audioOut)
                || !isCountOrAbsent(imageOut)) {
            return null;
        }
        return new UsageDetails(
                writtenHour.asLong(0),
                audioIn.asLong(0),
                imageIn.asLong(0),
                audioOut.asLong(0),
                imageOut.asLong(0),
                searches,
                tier,
                isCount(reasoning) ? reasoning.asLong() : 0);
    }

    private static @Nullable Usage checked(
            long input, JsonNode cached, JsonNode written, long output, @Nullable UsageDetails details) {
        if (details == null || !isCountOrAbsent(cached) || !isCountOrAbsent(written)) {
            return null;
        }
        return whole(input, cached.asLong(0), written.asLong(0), output, details);
    }

    private static @Nullable Usage whole(long input, long cached, long written, long output, UsageDetails details) {
        try {
            return new Usage(input, cached, written, output, false, details);
        } catch (IllegalArgumentException contradictsItself) {
            return null;
        }
    }

    static boolean isCountOrAbsent(JsonNode node) {
        return isAbsent(node) || isCount(node);
    }

    static boolean isCount(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToLong() && node.asLong() >= 0 && node.asLong() < (1L << 40);
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }
}
