package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.CanonicalAnswer.Part;
import java.util.ArrayList;
import java.util.List;

/** Says what an Anthropic messages call asks in the form of no wire in particular. */
final class AnthropicQuestion {
    private static final KnownFields SHAPE =
            KnownFields.of("temperature", "top_p", "max_tokens", "system", "tools", "tool_choice");
    private static final KnownFields TEXT = KnownFields.of("type", "text");
    private static final KnownFields TOOL = KnownFields.of("type", "name", "description", "input_schema", "strict");
    private static final KnownFields CHOICE = KnownFields.of("type", "name", "disable_parallel_tool_use");
    private static final KnownFields MESSAGE = KnownFields.of("role", "content");
    private static final KnownFields RESULT = KnownFields.of("type", "tool_use_id", "content", "is_error");
    private static final KnownFields MARK = KnownFields.of("type");
    private static final KnownFields IMAGE = KnownFields.of("type", "source");
    private static final KnownFields SOURCE = KnownFields.of("type", "media_type", "data", "url");

    private AnthropicQuestion() {}

    static Conversation canonical(Conversation asked) {
        ObjectNode shape = asked.shape();
        SHAPE.check(shape);
        var question = new CanonicalQuestion();
        question.parameter("temperature", shape.path("temperature"));
        question.parameter("top_p", shape.path("top_p"));
        question.parameter("max_tokens", shape.path("max_tokens"));
        for (JsonNode block : shape.path("system")) {
            question.system(text(block));
        }
        for (JsonNode tool : shape.path("tools")) {
            TOOL.check(tool);
            if (!tool.path("type").asText("custom").equals("custom")) {
                throw new NotTellableException("a tool of Anthropic's own");
            }
            question.tool(
                    KnownFields.text(tool, "name"),
                    tool.path("description"),
                    tool.path("input_schema"),
                    CanonicalQuestion.flag(tool.path("strict"), false));
        }
        toolChoice(question, shape.path("tool_choice"));
        String before = "";
        for (Turn turn : asked.turns()) {
            String role = turn.shape().path("role").asText();
            if (role.equals(before)) {
                // This wire takes turns of one role as one.
                throw new NotTellableException("two turns of one role");
            }
            turn(question, role, turn);
            before = role;
        }
        return question.build();
    }

    private static void toolChoice(CanonicalQuestion question, JsonNode choice) {
        if (KnownFields.saysNothing(choice)) {
            return;
        }
        CHOICE.check(choice);
        switch (choice.path("type").asText()) {
            case "auto" -> question.toolChoice("auto", null);
            case "none" -> question.toolChoice("none", null);
            case "any" -> question.toolChoice("required", null);
            case "tool" -> question.toolChoice("tool", KnownFields.text(choice, "name"));
            case String other -> throw new NotTellableException("a tool choice " + other);
        }
        question.oneToolAtATime(CanonicalQuestion.flag(choice.path("disable_parallel_tool_use"), false));
    }

    private static void turn(CanonicalQuestion question, String role, Turn turn) {
        MESSAGE.check(turn.shape());
        JsonNode content = turn.shape().path("content");
        switch (role) {
            case "assistant" -> question.turn(CanonicalQuestion.assistantTurn(AnthropicTranslation.parts(content)));
            case "user" -> {
                List<ObjectNode> said = new ArrayList<>();
                for (JsonNode block : content) {
                    if (block.path("type").asText().equals("tool_result")) {
                        if (!said.isEmpty()) {
                            throw new NotTellableException("a tool's result after what the user says");
                        }
                        question.turn(result(block));
                    } else {
                        said.add(userBlock(block));
                    }
                }
                if (!said.isEmpty()) {
                    question.turn(CanonicalQuestion.userTurn(said, turn.texts()));
                }
            }
            case String other -> throw new NotTellableException("a turn of " + other);
        }
    }

    /** Other wires have tools' results in turns of their own, and say of none that it failed. */
    private static Turn result(JsonNode block) {
        RESULT.check(block);
        if (CanonicalQuestion.flag(block.path("is_error"), false)) {
            throw new NotTellableException("a tool that failed");
        }
        List<Part> words = new ArrayList<>();
        if (block.path("content").isTextual()) {
            words.add(new Part.Text(block.path("content").textValue()));
        } else {
            block.path("content").forEach(part -> words.add(new Part.Text(text(part))));
        }
        return CanonicalQuestion.toolTurn(KnownFields.text(block, "tool_use_id"), words);
    }

    private static String text(JsonNode block) {
        TEXT.check(block);
        if (!block.path("type").asText().equals("text")) {
            throw new NotTellableException(
                    "a block of type " + block.path("type").asText());
        }
        return KnownFields.text(block, "text");
    }

    private static ObjectNode userBlock(JsonNode block) {
        return switch (block.path("type").asText()) {
            case "text" -> {
                MARK.check(block);
                yield CanonicalQuestion.textMark();
            }
            case "image" -> {
                IMAGE.check(block);
                JsonNode source = block.path("source");
                SOURCE.check(source);
                yield CanonicalQuestion.image(
                        switch (source.path("type").asText()) {
                            case "url" -> KnownFields.text(source, "url");
                            case "base64" ->
                                "data:" + KnownFields.text(source, "media_type") + ";base64,"
                                        + KnownFields.text(source, "data");
                            case String other -> throw new NotTellableException("an image from " + other);
                        });
            }
            case String other -> throw new NotTellableException("a block of type " + other);
        };
    }
}
