package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.CanonicalAnswer.Part;
import java.util.ArrayList;
import java.util.List;

/** Says what a responses call asks in the form of no wire in particular. */
final class OpenAiResponsesQuestion {
    private static final KnownFields SHAPE = KnownFields.of(
            "temperature",
            "top_p",
            "max_output_tokens",
            "instructions",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "store",
            "background");
    private static final KnownFields TOOL = KnownFields.of("type", "name", "description", "parameters", "strict");
    private static final KnownFields MESSAGE = KnownFields.of("type", "role", "content");
    private static final KnownFields TEXT = KnownFields.of("type", "text");
    private static final KnownFields RESULT = KnownFields.of("type", "call_id", "output");
    private static final KnownFields MARK = KnownFields.of("type");
    private static final KnownFields IMAGE = KnownFields.of("type", "image_url", "detail");

    private OpenAiResponsesQuestion() {}

    static Conversation canonical(Conversation asked) {
        ObjectNode shape = asked.shape();
        SHAPE.check(shape);
        var question = new CanonicalQuestion();
        question.parameter("temperature", shape.path("temperature"));
        question.parameter("top_p", shape.path("top_p"));
        question.parameter("max_tokens", shape.path("max_output_tokens"));
        if (!KnownFields.saysNothing(shape.path("instructions"))) {
            question.system(KnownFields.text(shape, "instructions"));
        }
        for (JsonNode tool : shape.path("tools")) {
            TOOL.check(tool);
            OpenAiChatQuestion.requireFunction(tool);
            question.tool(
                    KnownFields.text(tool, "name"),
                    tool.path("description"),
                    tool.path("parameters"),
                    // This wire's own default.
                    CanonicalQuestion.flag(tool.path("strict"), true));
        }
        OpenAiChatQuestion.toolChoice(question, shape.path("tool_choice"));
        question.oneToolAtATime(!CanonicalQuestion.flag(shape.path("parallel_tool_calls"), true));
        List<JsonNode> answer = new ArrayList<>();
        for (Turn turn : asked.turns()) {
            if (isAnswers(turn.shape())) {
                answer.add(turn.shape());
            } else {
                endAnswer(question, answer);
                turn(question, turn);
            }
        }
        endAnswer(question, answer);
        return question.build();
    }

    private static boolean isAnswers(JsonNode item) {
        return switch (item.path("type").asText()) {
            case "message" -> item.path("role").asText().equals("assistant");
            case "function_call", "reasoning" -> true;
            default -> false;
        };
    }

    /** The items of one answer are one turn on other wires. */
    private static void endAnswer(CanonicalQuestion question, List<JsonNode> items) {
        if (!items.isEmpty()) {
            question.turn(CanonicalQuestion.assistantTurn(OpenAiResponsesTranslation.parts(items)));
            items.clear();
        }
    }

    private static void turn(CanonicalQuestion question, Turn turn) {
        JsonNode item = turn.shape();
        switch (item.path("type").asText()) {
            case "message" -> {
                MESSAGE.check(item);
                message(question, item.path("role").asText(), turn);
            }
            case "function_call_output" -> {
                RESULT.check(item);
                List<Part> words = new ArrayList<>();
                if (item.path("output").isTextual()) {
                    words.add(new Part.Text(item.path("output").textValue()));
                } else {
                    item.path("output").forEach(part -> words.add(new Part.Text(text(part))));
                }
                question.turn(CanonicalQuestion.toolTurn(KnownFields.text(item, "call_id"), words));
            }
            case String other -> throw new NotTellableException("an item of type " + other);
        }
    }

    private static void message(CanonicalQuestion question, String role, Turn turn) {
        JsonNode parts = turn.shape().path("content");
        switch (role) {
            case "system", "developer" -> parts.forEach(part -> question.system(text(part)));
            case "user" -> {
                List<ObjectNode> content = new ArrayList<>();
                parts.forEach(part -> content.add(userPart(part)));
                question.turn(CanonicalQuestion.userTurn(content, turn.texts()));
            }
            default -> throw new NotTellableException("a turn of " + role);
        }
    }

    private static String text(JsonNode part) {
        TEXT.check(part);
        if (!part.path("type").asText().equals("input_text")) {
            throw new NotTellableException("a part of type " + part.path("type").asText());
        }
        return KnownFields.text(part, "text");
    }

    private static ObjectNode userPart(JsonNode part) {
        return switch (part.path("type").asText()) {
            case "input_text" -> {
                MARK.check(part);
                yield CanonicalQuestion.textMark();
            }
            case "input_image" -> {
                IMAGE.check(part);
                if (!part.path("detail").asText("auto").equals("auto")) {
                    throw new NotTellableException("an image to be seen in detail");
                }
                yield CanonicalQuestion.image(KnownFields.text(part, "image_url"));
            }
            case String other -> throw new NotTellableException("a part of type " + other);
        };
    }
}
