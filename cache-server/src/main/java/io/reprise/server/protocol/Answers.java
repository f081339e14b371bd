package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads providers' answer objects: whether they are whole, and what they cost. */
public final class Answers {
    /** In lower case: OpenAI's own, and what servers that speak its wire say in their place. */
    private static final Set<String> COMPLETE_CHAT = Set.of(
            "stop",
            "tool_calls",
            "function_call",
            "eos",
            "eos_token",
            "stop_sequence",
            "end_turn",
            "tool_use",
            "complete");

    private static final String TRUNCATED_CHAT = "length";
    private static final Set<String> COMPLETE_MESSAGE = Set.of("end_turn", "stop_sequence", "tool_use");
    private static final String TRUNCATED_MESSAGE = "max_tokens";

    private Answers() {}

    /** What reading an answer object says. */
    public sealed interface Reading {
        /** What the answer has cost, or null when it does not say. */
        @Nullable Usage usage();

        /** The model it names, or null. */
        @Nullable String model();

        /** This reading if the answer came to its end; otherwise one that keeps nothing but what the answer has cost. */
        default Reading keptOnlyIf(boolean complete) {
            return switch (this) {
                case Whole(Completion c) when !complete -> new NotKept("incomplete", c.model(), c.usage());
                case Whole whole -> whole;
                case NotKept notKept -> notKept;
            };
        }

        /** A whole answer. */
        record Whole(Completion completion) implements Reading {
            @Override
            public @Nullable String model() {
                return completion.model();
            }

            @Override
            public @Nullable Usage usage() {
                return completion.usage();
            }
        }

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
     * Reads an answer that was stored before and comes back from outside, so that nothing it says of itself is believed.
     *
     * @param json its bytes, kept as they are
     * @throws MalformedRequestException when they are no JSON
     */
    public static Reading stored(Completion.Form form, byte[] json) {
        JsonNode tree = StrictJson.parse(json);
        if (tree.isObject() == (form == Completion.Form.TEXT)) {
            return new Reading.NotKept("not-an-answer", null, null);
        }
        return switch (form) {
            case TEXT ->
                tree.isTextual() && !tree.textValue().isEmpty()
                        ? new Reading.Whole(new Completion(form, json, null, null, false))
                        : new Reading.NotKept("not-an-answer", null, null);
            case OPENAI_CHAT -> openAiChat(json, tree, true);
            case OPENAI_COMPLETION -> openAiCompletion(json, tree, true);
            case OPENAI_RESPONSE -> OpenAiResponseReading.read(json, tree, true);
            case ANTHROPIC_MESSAGE -> anthropicMessage(json, tree, true);
            case OPENAI_EMBEDDING ->
                EmbeddingObject.isOne(json, tree)
                        ? new Reading.Whole(new Completion(form, json, null, null, false))
                        : new Reading.NotKept("not-an-answer", null, null);
        };
    }

    /** As {@link #openAiChat(byte[], JsonNode, boolean)}, where an answer that was cut is not whole. */
    public static Reading openAiChat(byte[] json, JsonNode tree) {
        return openAiChat(json, tree, false);
    }

    /**
     * Reads a {@code chat.completion} object.
     *
     * @param json its bytes, kept as they are
     * @param tree the same, parsed
     * @param keepTruncated whether an answer that ended by its limit of tokens counts as whole; one that calls tools never does, since
     *     its arguments end where they end
     */
    static Reading openAiChat(byte[] json, JsonNode tree, boolean keepTruncated) {
        String model = tree.path("model").textValue();
        Usage usage = WireUsage.openAi(tree);
        String why = whyNotKept(tree, keepTruncated);
        if (why != null) {
            return new Reading.NotKept(why, model, usage);
        }
        JsonNode message = tree.path("choices").path(0).path("message");
        return new Reading.Whole(new Completion(Completion.Form.OPENAI_CHAT, json, model, usage, callsTools(message)));
    }

    /**
     * Reads a {@code text_completion} object.
     *
     * @param json its bytes, kept as they are
     * @param tree the same, parsed
     * @param keepTruncated whether an answer that ended by its limit of tokens counts as whole
     */
    static Reading openAiCompletion(byte[] json, JsonNode tree, boolean keepTruncated) {
        String model = tree.path("model").textValue();
        Usage usage = WireUsage.openAi(tree);
        JsonNode choice = tree.path("choices").path(0);
        String why = null;
        if (tree.hasNonNull("error")
                || tree.path("choices").size() != 1
                || !choice.path("text").isTextual()) {
            why = "not-an-answer";
        } else if (!ends(choice.path("finish_reason"), keepTruncated)) {
            why = whyNotEnded(choice.path("finish_reason"));
        } else if (choice.path("text").textValue().isEmpty()) {
            why = "empty";
        }
        return why != null
                ? new Reading.NotKept(why, model, usage)
                : new Reading.Whole(new Completion(Completion.Form.OPENAI_COMPLETION, json, model, usage, false));
    }

    /** As {@link #anthropicMessage(byte[], JsonNode, boolean)}, where an answer that was cut is not whole. */
    public static Reading anthropicMessage(byte[] json, JsonNode tree) {
        return anthropicMessage(json, tree, false);
    }

    /**
     * Reads an Anthropic {@code message} object.
     *
     * @param json its bytes, kept as they are
     * @param tree the same, parsed
     * @param keepTruncated as for {@link #openAiChat(byte[], JsonNode, boolean)}
     */
    static Reading anthropicMessage(byte[] json, JsonNode tree, boolean keepTruncated) {
        String model = tree.path("model").textValue();
        Usage usage = WireUsage.anthropic(tree.path("usage"));
        JsonNode content = tree.path("content");
        if (!"message".equals(tree.path("type").textValue()) || !isListOfBlocks(content)) {
            return new Reading.NotKept("not-an-answer", model, usage);
        }
        boolean callsTools = false;
        boolean says = false;
        for (JsonNode block : content) {
            callsTools |= "tool_use".equals(block.path("type").textValue());
            says |= !"".equals(block.path("text").textValue());
        }
        String stop = tree.path("stop_reason").asText();
        boolean cutButKept = keepTruncated && !callsTools && stop.equals(TRUNCATED_MESSAGE);
        if (!COMPLETE_MESSAGE.contains(stop) && !cutButKept) {
            return new Reading.NotKept(stop.equals("refusal") ? "refusal" : "incomplete", model, usage);
        }
        if (!says) {
            return new Reading.NotKept("empty", model, usage);
        }
        return new Reading.Whole(new Completion(Completion.Form.ANTHROPIC_MESSAGE, json, model, usage, callsTools));
    }

    private static boolean isListOfBlocks(JsonNode content) {
        boolean blocks = content.isArray();
        for (JsonNode block : content) {
            boolean text = "text".equals(block.path("type").textValue());
            blocks &= block.isObject() && (!text || block.path("text").isTextual());
        }
        return blocks;
    }

    private static @Nullable String whyNotKept(JsonNode tree, boolean keepTruncated) {
        JsonNode choices = tree.path("choices");
        JsonNode message = choices.path(0).path("message");
        if (tree.hasNonNull("error") || choices.size() != 1 || !isMessage(message)) {
            return "not-an-answer";
        }
        JsonNode finish = choices.path(0).path("finish_reason");
        boolean ends = callsTools(message) ? isSaidToEnd(finish) : ends(finish, keepTruncated);
        if (!ends) {
            return whyNotEnded(finish);
        }
        if (message.hasNonNull("refusal") && !"".equals(message.path("refusal").textValue())) {
            return "refusal";
        }
        JsonNode content = message.path("content");
        boolean says = content.isTextual() ? !content.textValue().isEmpty() : !content.isEmpty();
        return says || callsTools(message) ? null : "empty";
    }

    /** Some servers give an empty reason where an answer simply ends; words are then taken for whole, calls of tools are not. */
    private static boolean ends(JsonNode finish, boolean keepTruncated) {
        return isSaidToEnd(finish)
                || "".equals(finish.textValue())
                || (keepTruncated && finish.asText().equals(TRUNCATED_CHAT));
    }

    private static boolean isSaidToEnd(JsonNode finish) {
        return COMPLETE_CHAT.contains(finish.asText().toLowerCase(Locale.ROOT));
    }

    private static String whyNotEnded(JsonNode finish) {
        return finish.asText().equals("content_filter") ? "filtered" : "incomplete";
    }

    /** Whether what will be taken apart to be replayed is made as every reader expects. */
    private static boolean isMessage(JsonNode message) {
        JsonNode content = message.path("content");
        JsonNode toolCalls = message.path("tool_calls");
        JsonNode functionCall = message.path("function_call");
        boolean asExpected = message.isObject()
                && (content.isTextual() || content.isArray() || isAbsent(content))
                && (toolCalls.isArray() || isAbsent(toolCalls))
                && (functionCall.isObject() || isAbsent(functionCall));
        for (JsonNode call : toolCalls) {
            asExpected &= call.isObject();
        }
        return asExpected;
    }

    private static boolean callsTools(JsonNode message) {
        return !message.path("tool_calls").isEmpty() || message.hasNonNull("function_call");
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    /** Usage in OpenAI's form, whose {@code prompt_tokens} include cached ones; null when there is none to trust. */
    public static @Nullable Usage openAiUsage(JsonNode usage) {
        return WireUsage.openAiCounts(usage);
    }

    /** Puts usage into OpenAI's form. */
    static ObjectNode openAiForm(Usage usage, long reasoningTokens) {
        ObjectNode form = StrictJson.object()
                .put("prompt_tokens", usage.inputTokens())
                .put("completion_tokens", usage.outputTokens())
                .put("total_tokens", usage.inputTokens() + usage.outputTokens());
        form.putObject("prompt_tokens_details").put("cached_tokens", usage.cachedInputTokens());
        if (reasoningTokens > 0) {
            form.putObject("completion_tokens_details").put("reasoning_tokens", reasoningTokens);
        }
        return form;
    }
}
