package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Normal form of a {@code messages} list, shared by the wires that have one: plain string content becomes one text part, the text
 * parts of a user's turns are taken out, leaving marks of where they stood, and what an assistant's turn has that says nothing goes.
 */
final class Conversations {
    /** No conversation that a model could read has more; each turn takes a few hashes. */
    private static final int MAX_TURNS = 10_000;

    private Conversations() {}

    /**
     * Takes the turns out of {@code shape}; {@code cache_control} marks, which tell a provider what to keep and are no part of what is
     * asked, go too.
     *
     * @throws MalformedRequestException when {@code messages} is not a list of at least one object with a role, whose content is a
     *     string or a list of parts if it has any, the text parts with a text
     */
    static List<Turn> takeTurns(ObjectNode shape) {
        dropCacheMarks(shape);
        if (!(shape.remove("messages") instanceof ArrayNode messages) || messages.isEmpty()) {
            throw new MalformedRequestException("messages must be a list of at least one message");
        }
        checkTurns(messages);
        List<Turn> turns = new ArrayList<>(messages.size());
        for (JsonNode message : messages) {
            if (!(message instanceof ObjectNode object) || !object.path("role").isTextual()) {
                throw new MalformedRequestException("each of messages must be an object with a role");
            }
            turns.add(turn(object));
        }
        return turns;
    }

    /**
     * @throws MalformedRequestException when there are more turns than {@value #MAX_TURNS}
     */
    static void checkTurns(JsonNode turns) {
        if (turns.size() > MAX_TURNS) {
            throw new MalformedRequestException("a conversation may have at most " + MAX_TURNS + " turns");
        }
    }

    /** A message as a turn; it is changed. */
    static Turn turn(ObjectNode message) {
        if (message.get("content") instanceof TextNode content) {
            message.putArray("content").addObject().put("type", "text").set("text", content);
        }
        checkContent(message.path("content"));
        return switch (message.path("role").textValue()) {
            case "user" -> new Turn(message, takeTexts(message.path("content")));
            case "assistant" -> {
                dropSilence(message);
                message.path("content").forEach(Conversations::dropSilence);
                yield new Turn(message, List.of());
            }
            default -> new Turn(message, List.of());
        };
    }

    /** An answer as the message that it came in, and its words alone. */
    static List<List<Turn>> echoes(JsonNode message, Completion completion) {
        if (!(message instanceof ObjectNode whole)) {
            return List.of();
        }
        List<Turn> asAnswered = List.of(turn(whole));
        ObjectNode words = StrictJson.object().put("role", "assistant").put("content", completion.text());
        List<Turn> wordsAlone = List.of(turn(words));
        return asAnswered.equals(wordsAlone) ? List.of(asAnswered) : List.of(asAnswered, wordsAlone);
    }

    /** An answer as a turn in the words of no wire in particular; none when it cannot be told so. */
    static List<List<Turn>> canonicalEchoes(Completion completion) {
        try {
            return CanonicalAnswer.of(completion).echoes();
        } catch (NotTellableException e) {
            return List.of();
        }
    }

    /**
     * SDKs send requests, and answers back, with fields that are null or empty lists, which say what their absence
     * says.
     */
    static void dropSilence(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties()
                    .removeIf(field -> field.getValue().isNull()
                            || (field.getValue().isArray() && field.getValue().isEmpty()));
        }
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
