package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads providers' answer objects: whether they are whole, and what they cost. */
public final class Answers {
    private static final Set<String> COMPLETE_CHAT = Set.of("stop", "tool_calls", "function_call");
    private static final Set<String> COMPLETE_MESSAGE = Set.of("end_turn", "stop_sequence", "tool_use");

    private Answers() {}

    /** What reading an answer object says. */
    public sealed interface Reading {
        /** A whole answer. */
        record Whole(Completion completion) implements Reading {}

        /**
         * An answer that must not be kept.
         *
         * @param why one word for {@code Cache-Status}
         * @param model the model it names, or null
         * @param usage what it cost all the same, or null when it does not say
         */
        record NotKept(
                String why,
                @Nullable String model,
                @Nullable Usage usage) implements Reading {}
    }

    /**
     * Reads a {@code chat.completion} object.
     *
     * @param json its bytes, kept as they are
     * @param tree the same, parsed
     */
    public static Reading openAiChat(byte[] json, JsonNode tree) {
        String model = tree.path("model").textValue();
        Usage usage = openAiUsage(tree.path("usage"));
        String why = whyNotKept(tree);
        if (why != null) {
            return new Reading.NotKept(why, model, usage);
        }
        JsonNode message = tree.path("choices").path(0).path("message");
        boolean callsTools = !message.path("tool_calls").isEmpty() || message.hasNonNull("function_call");
        return new Reading.Whole(new Completion(Completion.Form.OPENAI_CHAT, json, model, usage, callsTools));
    }

    /**
     * Reads an Anthropic {@code message} object.
     *
     * @param json its bytes, kept as they are
     * @param tree the same, parsed
     */
    public static Reading anthropicMessage(byte[] json, JsonNode tree) {
        String model = tree.path("model").textValue();
        Usage usage = anthropicUsage(tree.path("usage"));
        if (!tree.path("type").asText().equals("message")
                || !tree.path("content").isArray()) {
            return new Reading.NotKept("not-an-answer", model, usage);
        }
        String stop = tree.path("stop_reason").asText();
        if (!COMPLETE_MESSAGE.contains(stop)) {
            return new Reading.NotKept(stop.equals("refusal") ? "refusal" : "incomplete", model, usage);
        }
        if (tree.path("content").isEmpty()) {
            return new Reading.NotKept("empty", model, usage);
        }
        boolean callsTools = stop.equals("tool_use");
        return new Reading.Whole(new Completion(Completion.Form.ANTHROPIC_MESSAGE, json, model, usage, callsTools));
    }

    private static @Nullable String whyNotKept(JsonNode tree) {
        JsonNode choices = tree.path("choices");
        if (tree.has("error")
                || choices.size() != 1
                || !choices.path(0).path("message").isObject()) {
            return "not-an-answer";
        }
        JsonNode choice = choices.path(0);
        String finish = choice.path("finish_reason").asText();
        if (!COMPLETE_CHAT.contains(finish)) {
            return finish.equals("content_filter") ? "filtered" : "incomplete";
        }
        JsonNode message = choice.path("message");
        if (message.hasNonNull("refusal")) {
            return "refusal";
        }
        JsonNode content = message.path("content");
        boolean says = content.isTextual() ? !content.textValue().isEmpty() : !content.isEmpty();
        if (!says && message.path("tool_calls").isEmpty() && !message.hasNonNull("function_call")) {
            return "empty";
        }
        return null;
    }

    /** Usage in OpenAI's form, whose {@code prompt_tokens} include cached ones; null when there is none to trust. */
    public static @Nullable Usage openAiUsage(JsonNode usage) {
        JsonNode input = usage.path("prompt_tokens");
        JsonNode output = usage.path("completion_tokens");
        if (!isCount(input) || !isCountOrAbsent(output)) {
            return null;
        }
        JsonNode cached = usage.path("prompt_tokens_details").path("cached_tokens");
        if (!isCountOrAbsent(cached) || cached.asLong(0) > input.asLong()) {
            return null;
        }
        return new Usage(input.asLong(), cached.asLong(0), 0, output.asLong(0), false);
    }

    /** Usage in Anthropic's form, whose {@code input_tokens} do not include what was read from or written to its cache. */
    public static @Nullable Usage anthropicUsage(JsonNode usage) {
        JsonNode input = usage.path("input_tokens");
        JsonNode output = usage.path("output_tokens");
        JsonNode read = usage.path("cache_read_input_tokens");
        JsonNode written = usage.path("cache_creation_input_tokens");
        if (!isCount(input) || !isCount(output) || !isCountOrAbsent(read) || !isCountOrAbsent(written)) {
            return null;
        }
        long all = input.asLong() + read.asLong(0) + written.asLong(0);
        return new Usage(all, read.asLong(0), written.asLong(0), output.asLong(), false);
    }

    private static boolean isCountOrAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull() || isCount(node);
    }

    private static boolean isCount(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToLong() && node.asLong() >= 0 && node.asLong() < (1L << 40);
    }

    /** Puts usage into OpenAI's form. */
    static ObjectNode openAiForm(Usage usage) {
        ObjectNode form = StrictJson.object()
                .put("prompt_tokens", usage.inputTokens())
                .put("completion_tokens", usage.outputTokens())
                .put("total_tokens", usage.inputTokens() + usage.outputTokens());
        form.putObject("prompt_tokens_details").put("cached_tokens", usage.cachedInputTokens());
        return form;
    }
}
