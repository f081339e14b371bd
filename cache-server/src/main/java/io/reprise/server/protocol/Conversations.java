package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Normal form of a {@code messages} list, shared by the wires that have one: plain string content becomes one text part, and the text
 * parts of a closing user turn are taken out, leaving marks of where they stood.
 */
final class Conversations {
    private Conversations() {}

    /**
     * Normalises {@code shape} in place; {@code cache_control} marks, which tell a provider what to keep and are no part of what is
     * asked, go too.
     *
     * @return the texts that were taken out, in order; empty when the last message is not a user's or has no text
     * @throws MalformedRequestException when {@code messages} is not a list of at least one object with a role
     */
    static List<String> normalise(ObjectNode shape) {
        if (!(shape.get("messages") instanceof ArrayNode messages) || messages.isEmpty()) {
            throw new MalformedRequestException("messages must be a list of at least one message");
        }
        for (JsonNode message : messages) {
            if (!(message instanceof ObjectNode object) || !object.path("role").isTextual()) {
                throw new MalformedRequestException("each of messages must be an object with a role");
            }
            if (object.get("content") instanceof TextNode content) {
                object.putArray("content").addObject().put("type", "text").set("text", content);
            }
        }
        dropCacheMarks(shape);
        List<String> texts = new ArrayList<>();
        JsonNode last = messages.get(messages.size() - 1);
        if (last.path("role").textValue().equals("user") && last.get("content") instanceof ArrayNode parts) {
            for (JsonNode part : parts) {
                if (part instanceof ObjectNode object
                        && object.path("type").asText().equals("text")
                        && object.path("text").isTextual()) {
                    texts.add(object.remove("text").textValue());
                }
            }
        }
        return texts;
    }

    private static void dropCacheMarks(ObjectNode shape) {
        shape.remove("cache_control");
        for (String list : List.of("system", "tools", "messages")) {
            for (JsonNode element : shape.path(list)) {
                dropCacheMark(element);
                element.path("content").forEach(Conversations::dropCacheMark);
            }
        }
    }

    private static void dropCacheMark(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove("cache_control");
        }
    }
}
