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
}
