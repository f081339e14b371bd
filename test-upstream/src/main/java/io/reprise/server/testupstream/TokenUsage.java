package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The tokens of one call, as OpenAI counts them.
 *
 * @param promptTokens all of the prompt, cached ones among them
 * @param cachedTokens those of the prompt that came from the provider's prompt cache
 * @param completionTokens all of the answer, reasoning among it
 * @param reasoningTokens those of the answer that were reasoning
 */
public record TokenUsage(int promptTokens, int cachedTokens, int completionTokens, int reasoningTokens) {

    public TokenUsage {
        if (cachedTokens < 0 || cachedTokens > promptTokens) {
            throw new IllegalArgumentException(
                    "cachedTokens must be 0 to promptTokens (" + promptTokens + "): " + cachedTokens);
        }
        if (reasoningTokens < 0 || reasoningTokens > completionTokens) {
            throw new IllegalArgumentException(
                    "reasoningTokens must be 0 to completionTokens (" + completionTokens + "): " + reasoningTokens);
        }
    }

    /** As chat completions and completions report it. */
    ObjectNode json() {
        ObjectNode usage = Json.object();
        usage.put("prompt_tokens", promptTokens);
        usage.put("completion_tokens", completionTokens);
        usage.put("total_tokens", promptTokens + completionTokens);
        usage.putObject("prompt_tokens_details")
                .put("cached_tokens", cachedTokens)
                .put("audio_tokens", 0);
        usage.putObject("completion_tokens_details")
                .put("reasoning_tokens", reasoningTokens)
                .put("audio_tokens", 0)
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0);
        return usage;
    }

    /** As responses report it. */
    ObjectNode responsesJson() {
        ObjectNode usage = Json.object();
        usage.put("input_tokens", promptTokens);
        usage.putObject("input_tokens_details")
                .put("cached_tokens", cachedTokens)
                .put("cache_write_tokens", 0);
        usage.put("output_tokens", completionTokens);
        usage.putObject("output_tokens_details").put("reasoning_tokens", reasoningTokens);
        usage.put("total_tokens", promptTokens + completionTokens);
        return usage;
    }

    /** As Anthropic reports it, whose {@code input_tokens} leave out the cached ones. */
    ObjectNode messagesJson() {
        ObjectNode usage = Json.object();
        usage.put("input_tokens", promptTokens - cachedTokens);
        usage.put("cache_creation_input_tokens", 0);
        usage.put("cache_read_input_tokens", cachedTokens);
        usage.putObject("cache_creation").put("ephemeral_5m_input_tokens", 0).put("ephemeral_1h_input_tokens", 0);
        usage.put("output_tokens", completionTokens);
        usage.put("service_tier", "standard");
        return usage;
    }
}
