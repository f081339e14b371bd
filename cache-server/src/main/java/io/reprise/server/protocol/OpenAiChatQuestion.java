package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.CanonicalAnswer.Part;
import java.util.ArrayList;
import java.util.List;

/** Says what a chat completions call asks in the form of no wire in particular. */
final class OpenAiChatQuestion {
    private static final KnownFields SHAPE = KnownFields.of(
            "temperature",
            "top_p",
            "max_tokens",
            "max_completion_tokens",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "store");
    private static final KnownFields TOOL = KnownFields.of("type", "function");
    private static final KnownFields FUNCTION = KnownFields.of("name", "description", "parameters", "strict");
    private static final KnownFields CHOICE = KnownFields.of("type", "function", "name");
    private static final KnownFields CHOSEN = KnownFields.of("name");
    private static final KnownFields SPOKEN = KnownFields.of("role", "content");
    private static final KnownFields ASSISTANT = KnownFields.of("role", "content", "tool_calls");
    private static final KnownFields RESULT = KnownFields.of("role", "content", "tool_call_id");
    private static final KnownFields MARK = KnownFields.of("type");
    private static final KnownFields IMAGE = KnownFields.of("type", "image_url");
    private static final KnownFields IMAGE_URL = KnownFields.of("url", "detail");

    private OpenAiChatQuestion() {}

    static Conversation canonical(Conversation asked) {
        ObjectNode shape = asked.shape();
        SHAPE.check(shape);
        if (CanonicalQuestion.flag(shape.path("store"), false)) {
            throw new NotTellableException("an answer that upstream keeps");
        }
        var question = new CanonicalQuestion();
        question.parameter("temperature", shape.path("temperature"));
        question.parameter("top_p", shape.path("top_p"));
        question.parameter("max_tokens", shape.path("max_tokens"));
        question.parameter("max_tokens", shape.path("max_completion_tokens"));
        for (JsonNode tool : shape.path("tools")) {
            TOOL.check(tool);
            requireFunction(tool);
            JsonNode function = tool.path("function");
            FUNCTION.check(function);
            question.tool(
                    KnownFields.text(function, "name"),
                    function.path("description"),
                    function.path("parameters"),
                    CanonicalQuestion.flag(function.path("strict"), false));
        }
        toolChoice(question, shape.path("tool_choice"));
        question.oneToolAtATime(!CanonicalQuestion.flag(shape.path("parallel_tool_calls"), true));
        asked.turns().forEach(turn -> turn(question, turn));
        return question.build();
    }

    /** The choice of a tool; on the responses wire it is said alike, but for the tool's name. */
    static void toolChoice(CanonicalQuestion question, JsonNode choice) {
        if (choice.isTextual()) {
            switch (choice.textValue()) {
                case "auto", "none", "required" -> question.toolChoice(choice.textValue(), null);
                default -> throw new NotTellableException("a tool choice that is not known");
            }
        } else if (!KnownFields.saysNothing(choice)) {
            CHOICE.check(choice);
            requireFunction(choice);
            boolean nested = choice.has("function");
            if (nested) {
                CHOSEN.check(choice.path("function"));
            }
            question.toolChoice("tool", KnownFields.text(nested ? choice.path("function") : choice, "name"));
        }
    }

    static void requireFunction(JsonNode tool) {
        if (!"function".equals(tool.path("type").textValue())) {
            throw new NotTellableException("a tool that is no function");
        }
    }

    private static void turn(CanonicalQuestion question, Turn turn) {
        JsonNode message = turn.shape();
        switch (message.path("role").asText()) {
            case "system", "developer" -> {
                SPOKEN.check(message);
                OpenAiChatTranslation.words(message.path("content"))
                        .forEach(part -> question.system(((Part.Text) part).text()));
            }
            case "user" -> {
                SPOKEN.check(message);
                List<ObjectNode> content = new ArrayList<>();
                message.path("content").forEach(part -> content.add(userPart(part)));
                question.turn(CanonicalQuestion.userTurn(content, turn.texts()));
            }
            case "assistant" -> {
                ASSISTANT.check(message);
                List<Part> parts = new ArrayList<>(OpenAiChatTranslation.words(message.path("content")));
                parts.addAll(OpenAiChatTranslation.toolCalls(message.path("tool_calls")));
                question.turn(CanonicalQuestion.assistantTurn(parts));
            }
            case "tool" -> {
                RESULT.check(message);
                question.turn(CanonicalQuestion.toolTurn(
                        KnownFields.text(message, "tool_call_id"),
                        OpenAiChatTranslation.words(message.path("content"))));
            }
            case String other -> throw new NotTellableException("a turn of " + other);
        }
    }

    private static ObjectNode userPart(JsonNode part) {
        return switch (part.path("type").asText()) {
            case "text" -> {
                MARK.check(part);
                yield CanonicalQuestion.textMark();
            }
            case "image_url" -> {
                IMAGE.check(part);
                IMAGE_URL.check(part.path("image_url"));
                if (!part.path("image_url").path("detail").asText("auto").equals("auto")) {
                    throw new NotTellableException("an image to be seen in detail");
                }
                yield CanonicalQuestion.image(KnownFields.text(part.path("image_url"), "url"));
            }
            case String other -> throw new NotTellableException("a part of type " + other);
        };
    }
}
