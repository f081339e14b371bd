package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What the answer to a chat request depends on.
 *
 * @param model as asked for; {@code gpt-4o} when absent
 * @param includeUsage {@code stream_options.include_usage}
 * @param choices {@code n}
 * @param topLogprobs how many alternatives per token; 0 to 20
 * @param maxTokens {@code max_completion_tokens}, or else {@code max_tokens}
 * @param lastUserText text parts of the last message of the user, and a digest in place of each other part; of a body too long
 *     to be kept, its length and digest
 * @param promptTokens tokens of all messages
 */
public record ChatRequest(
        String model,
        boolean stream,
        boolean includeUsage,
        int choices,
        boolean logprobs,
        int topLogprobs,
        OptionalInt maxTokens,
        String lastUserText,
        int promptTokens) {

    private static final int TOKENS_AROUND_MESSAGE = 4;
    private static final int TOKENS_AROUND_PROMPT = 3;
    private static final int CACHEABLE_PROMPT_TOKENS = 1024;
    private static final int CACHED_STEP_TOKENS = 128;

    public ChatRequest {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(maxTokens, "maxTokens");
        Objects.requireNonNull(lastUserText, "lastUserText");
    }

    static ChatRequest of(ReceivedRequest request) {
        JsonNode body = request.json().orElse(MissingNode.getInstance());
        String lastUserText = "";
        int promptTokens = TOKENS_AROUND_PROMPT;
        for (JsonNode message : body.path("messages")) {
            String text = text(message.path("content"));
            promptTokens += TOKENS_AROUND_MESSAGE + Tokens.count(text);
            if (message.path("role").asText().equals("user")) {
                lastUserText = text;
            }
        }
        if (body.isMissingNode() && request.bodyBytes() > 0) {
            lastUserText = request.bodyBytes() + " bytes with SHA-256 " + request.bodySha256();
        }
        JsonNode limit =
                body.has("max_completion_tokens") ? body.path("max_completion_tokens") : body.path("max_tokens");
        return new ChatRequest(
                body.path("model").asText("gpt-4o"),
                body.path("stream").asBoolean(),
                body.path("stream_options").path("include_usage").asBoolean(),
                Math.clamp(body.path("n").asInt(1), 1, 128),
                body.path("logprobs").asBoolean(),
                Math.clamp(body.path("top_logprobs").asInt(0), 0, 20),
                limit.canConvertToInt() ? OptionalInt.of(limit.asInt()) : OptionalInt.empty(),
                lastUserText,
                promptTokens);
    }

    /** Tokens that OpenAI would have read from its prompt cache: whole steps of 128 of prompts of 1,024 and more. */
    int cachedTokens() {
        return promptTokens < CACHEABLE_PROMPT_TOKENS ? 0 : promptTokens / CACHED_STEP_TOKENS * CACHED_STEP_TOKENS;
    }

    private static String text(JsonNode content) {
        if (!content.isArray()) {
            return content.asText("");
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            if (part.path("type").asText().equals("text")) {
                text.append(part.path("text").asText());
            } else {
                text.append('[').append(Sha256.hex(Sha256.of(part.toString()))).append(']');
            }
        }
        return text.toString();
    }
}
