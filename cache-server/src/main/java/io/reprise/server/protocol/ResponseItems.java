package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Normal form of the items of a responses call, each of which is a turn: content that is a plain string becomes one text part, the text
 * parts of a user's messages are taken out, leaving marks of where they stood, and what says nothing about the question goes.
 *
 * <p>Of messages, calls and their results, ids and {@code status} say nothing: upstream makes them up for each answer, callers may leave
 * them out, and what joins a call to its result is its {@code call_id}. A reasoning item keeps its id, which its encrypted content
 * belongs to.
 */
final class ResponseItems {
    private static final Set<String> WITH_IDLE_ID =
            Set.of("message", "function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output");

    private ResponseItems() {}

    /**
     * The turns of an {@code input}, which is changed; one turn without a text when there is none.
     *
     * @throws MalformedRequestException when it is neither a string nor a list of objects that are made as items are
     */
    static List<Turn> turns(JsonNode input) {
        List<Turn> turns = new ArrayList<>();
        if (input.isTextual()) {
            turns.add(turn(StrictJson.object().put("role", "user").<ObjectNode>set("content", input)));
        } else if (input.isArray()) {
            Conversations.checkTurns(input);
            for (JsonNode item : input) {
                if (!(item instanceof ObjectNode object)) {
                    throw new MalformedRequestException("each of input must be an object");
                }
                turns.add(turn(object));
            }
        } else if (!input.isMissingNode() && !input.isNull()) {
            throw new MalformedRequestException("input must be a string or a list of items");
        }
        if (turns.isEmpty()) {
            turns.add(new Turn(StrictJson.object(), List.of()));
        }
        return turns;
    }

    /** An item as a turn; it is changed. */
    private static Turn turn(ObjectNode item) {
        if (!item.has("type") && item.has("role")) {
            item.put("type", "message");
        }
        String type = item.path("type").asText();
        if (WITH_IDLE_ID.contains(type)) {
            item.remove(List.of("id", "status"));
        }
        return switch (type) {
            case "message" -> message(item);
            case "reasoning", "function_call", "custom_tool_call" -> {
                item.remove("status");
                Conversations.dropSilence(item);
                yield new Turn(item, List.of());
            }
            default -> new Turn(item, List.of());
        };
    }

    private static Turn message(ObjectNode message) {
        String role = message.path("role").asText();
        boolean answer = role.equals("assistant");
        if (message.get("content") instanceof TextNode content) {
            message.putArray("content")
                    .addObject()
                    .put("type", answer ? "output_text" : "input_text")
                    .set("text", content);
        }
        if (!message.path("content").isArray()) {
            throw new MalformedRequestException("the content of a message must be a string or a list");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode part : message.path("content")) {
            boolean text = "input_text".equals(part.path("type").textValue());
            if (!(part instanceof ObjectNode object)
                    || (text && !part.path("text").isTextual())) {
                throw new MalformedRequestException(
                        "each part of a content must be an object, a text part one with a text");
            }
            if (answer) {
                Conversations.dropSilence(object);
            } else if (text && role.equals("user")) {
                texts.add(object.remove("text").textValue());
            }
        }
        if (answer) {
            Conversations.dropSilence(message);
        }
        return new Turn(message, texts);
    }

    /** An answer's items as clients send them back: all of them, those but its thoughts, and its words alone. */
    static List<List<Turn>> echoes(JsonNode output, String words) {
        ArrayNode unthought = StrictJson.object().arrayNode();
        for (JsonNode item : output) {
            if (!"reasoning".equals(item.path("type").textValue())) {
                unthought.add(item.deepCopy());
            }
        }
        ArrayNode spoken = StrictJson.object().arrayNode();
        spoken.addObject().put("role", "assistant").put("content", words);
        return List.of(turns(output), turns(unthought), turns(spoken)).stream()
                .distinct()
                .toList();
    }
}
