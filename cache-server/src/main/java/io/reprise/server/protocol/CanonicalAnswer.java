package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an answer says, in the form of no wire in particular.
 *
 * <p>Each form in which answers are stored has one reader into it and one writer from it, so that an answer that was stored on any wire
 * can be rendered on any other. It holds what more than one wire can say. Whatever a reader finds beside it (signatures of thinking,
 * citations, probabilities, sound, fields that are not known) makes the answer one that only its own wire can tell: a reader never leaves
 * anything out that was said.
 *
 * @param parts in order; texts that follow each other are one, and none is empty
 * @param truncated whether the answer ended by its limit of tokens
 * @param model the model that answered, or null when it is not known
 * @param usage what it cost, or null when it is not known
 * @param reasoningTokens those of the output tokens that went into reasoning, where the form that was read says
 */
record CanonicalAnswer(
        List<Part> parts,
        boolean truncated,
        @Nullable String model,
        @Nullable Usage usage,
        long reasoningTokens) {

    /** One thing that an answer says. */
    sealed interface Part {
        /** Words. */
        record Text(String text) implements Part {}

        /**
         * A call of a tool.
         *
         * @param arguments a JSON object, as the model wrote it
         */
        record ToolCall(String id, String name, String arguments) implements Part {}

        /** What the model thought, in the open. */
        record Reasoning(String text) implements Part {}
    }

    CanonicalAnswer {
        List<Part> merged = new ArrayList<>(parts.size());
        for (Part part : parts) {
            if (part instanceof Part.Text(String text)) {
                if (!merged.isEmpty() && merged.getLast() instanceof Part.Text(String before)) {
                    merged.set(merged.size() - 1, new Part.Text(before + text));
                } else if (!text.isEmpty()) {
                    merged.add(part);
                }
            } else {
                merged.add(part);
            }
        }
        parts = List.copyOf(merged);
    }

    /**
     * Reads a stored answer.
     *
     * @throws NotTellableException when only its own wire can tell it
     */
    static CanonicalAnswer of(Completion completion) {
        return switch (completion.form()) {
            case TEXT ->
                new CanonicalAnswer(
                        List.of(new Part.Text(completion.text())), false, completion.model(), completion.usage(), 0);
            case OPENAI_CHAT -> OpenAiChatTranslation.read(completion);
            case OPENAI_COMPLETION -> OpenAiCompletionsTranslation.read(completion);
            case OPENAI_RESPONSE -> OpenAiResponsesTranslation.read(completion);
            case ANTHROPIC_MESSAGE -> AnthropicTranslation.read(completion);
            case OPENAI_EMBEDDING -> throw new IllegalArgumentException("an embedding answers no chat");
        };
    }

    /** All texts. */
    String words() {
        var words = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof Part.Text(String text)) {
                words.append(text);
            }
        }
        return words.toString();
    }

    boolean callsTools() {
        return parts.stream().anyMatch(Part.ToolCall.class::isInstance);
    }

    /** The turns as which clients send it back, in the form of no wire in particular: whole, and its words alone. */
    List<List<Turn>> echoes() {
        List<Turn> whole = List.of(CanonicalQuestion.assistantTurn(parts));
        List<Turn> wordsAlone = List.of(CanonicalQuestion.assistantTurn(List.of(new Part.Text(words()))));
        return whole.equals(wordsAlone) ? List.of(whole) : List.of(whole, wordsAlone);
    }

    /**
     * A tool call's arguments as an object.
     *
     * @throws NotTellableException when they are none, and so can be told only where arguments are a text
     */
    static ObjectNode object(String arguments) {
        try {
            return StrictJson.parseObject(arguments.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedRequestException e) {
            throw new NotTellableException("arguments that are no JSON object have no other form");
        }
    }

    /** An object as the text of a tool call's arguments. */
    static String text(JsonNode object) {
        return new String(StrictJson.bytes(object), StandardCharsets.UTF_8);
    }
}
