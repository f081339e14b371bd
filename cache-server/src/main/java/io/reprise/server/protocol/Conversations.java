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
     * @throws MalformedRequestException when {@code messages} is not a list of at least one object with a role, whose content is a
     *     string or a list of parts if it has any, the text parts with a text
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
            checkContent(object.path("content"));
        }
        dropCacheMarks(shape);
        JsonNode last = messages.get(messages.size() - 1);
        return last.path("role").textValue().equals("user") ? takeTexts(last.path("content")) : List.of();
    }

    /**
     * Reads a switch of a request: off when absent or null.
     *
     * @throws MalformedRequestException for anything else than true, false and null, which providers do not agree on
     */
    static boolean flag(JsonNode body, String name) {
        JsonNode flag = body.path(name);
        if (!flag.isBoolean() && !flag.isMissingNode() && !flag.isNull()) {
            throw new MalformedRequestException(name + " must be true or false");
        }
        return flag.booleanValue();
    }

    /** What were left in the shape as it is could be mistaken for the mark of a text that was taken out. */
    private static void checkContent(JsonNode content) {
        if (!content.isArray() && !content.isMissingNode() && !content.isNull()) {
            throw new MalformedRequestException("the content of a message must be a string or a list");
        }
        for (JsonNode part : content) {
            if (!part.isObject() || (isText(part) && !part.path("text").isTextual())) {
                throw new MalformedRequestException(
                        "each part of a content must be an object, a text part one with a text");
            }
        }
    }

    private static boolean isText(JsonNode part) {
        return "text".equals(part.path("type").textValue());
    }

    private static List<String> takeTexts(JsonNode content) {
        List<String> texts = new ArrayList<>();
        for (JsonNode part : content) {
            if (isText(part) && part instanceof ObjectNode object) {
                texts.add(object.remove("text").textValue());
            }
        }
        return texts;
    }

    /** Where providers look for the marks, and nowhere else: a caller's own data may have fields of that name. */
    private static void dropCacheMarks(ObjectNode shape) {
        shape.remove("cache_control");
        shape.path("tools").forEach(Conversations::dropCacheMark);
        shape.path("system").forEach(Conversations::dropCacheMarksOfBlock);
        shape.path("messages").forEach(Conversations::dropCacheMarksOfBlock);
    }

    private static void dropCacheMarksOfBlock(JsonNode block) {
        dropCacheMark(block);
        if (block.get("content") instanceof ArrayNode blocks) {
            blocks.forEach(Conversations::dropCacheMarksOfBlock);
        }
    }

    private static void dropCacheMark(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove("cache_control");
        }
    }
}
