package io.reprise.server.testupstream;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What the answer to a request for text depends on, on whichever wire it came.
 *
 * @param model as asked for; the wire's usual one when absent
 * @param includeUsage {@code stream_options.include_usage}
 * @param choices {@code n}
 * @param topLogprobs how many alternatives per token; 0 to 20
 * @param maxTokens the most that the answer may have
 * @param prompts at least one: the text parts of the last message of the user, and a digest in place of each other part; several
 *     only on the wire of completions, which takes an array; of a body too long to be kept, its length and digest
 * @param promptTokens tokens of all messages
 * @param thinks whether the request asks to see the model's reasoning
 * @param tools what the model may call in this turn
 * @param toolRequired whether it must
 */
public record Question(
        Wire wire,
        String model,
        boolean stream,
        boolean includeUsage,
        int choices,
        boolean logprobs,
        int topLogprobs,
        OptionalInt maxTokens,
        List<String> prompts,
        int promptTokens,
        boolean thinks,
        List<Tool> tools,
        boolean toolRequired) {

    private static final int CACHEABLE_PROMPT_TOKENS = 1024;
    private static final int CACHED_STEP_TOKENS = 128;

    public Question {
        Objects.requireNonNull(wire, "wire");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(maxTokens, "maxTokens");
        prompts = List.copyOf(prompts);
        tools = List.copyOf(tools);
    }

    static Question of(ReceivedRequest request) {
        return new QuestionReader(request).read();
    }

    /** Tokens that OpenAI would have read from its prompt cache: whole steps of 128 of prompts of 1,024 and more. */
    int cachedTokens() {
        return promptTokens < CACHEABLE_PROMPT_TOKENS ? 0 : promptTokens / CACHED_STEP_TOKENS * CACHED_STEP_TOKENS;
    }
}
