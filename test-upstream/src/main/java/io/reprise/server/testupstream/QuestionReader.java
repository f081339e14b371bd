package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Reads a question from a request; missing and mistyped fields are as if they were absent. For one request. */
final class QuestionReader {

    private static final int TOKENS_AROUND_MESSAGE = 4;
    private static final int TOKENS_AROUND_PROMPT = 3;

    private final ReceivedRequest request;
    private final Wire wire;
    private final JsonNode body;
    private List<String> prompts = List.of("");
    private int promptTokens;
    private boolean followsToolResult;

    QuestionReader(ReceivedRequest request) {
        this.request = request;
        this.wire = Wire.of(request);
        this.body = request.json().orElse(MissingNode.getInstance());
    }

    Question read() {
        if (body.isMissingNode() && request.bodyBytes() > 0) {
            prompts = List.of(request.bodyBytes() + " bytes with SHA-256 " + request.bodySha256());
        }
        readAsked();
        JsonNode choice = body.path("tool_choice");
        String chosen =
                choice.path("function").path("name").asText(choice.path("name").asText(""));
        String mode = choice.isTextual() ? choice.asText() : choice.path("type").asText("auto");
        boolean none = followsToolResult || mode.equals("none");
        return new Question(
                wire,
                body.path("model").asText(wire == Wire.MESSAGES ? "claude-sonnet-4-5" : "gpt-4o"),
                body.path("stream").asBoolean(),
                body.path("stream_options").path("include_usage").asBoolean(),
                Math.clamp(body.path("n").asInt(1), 1, 128),
                wire == Wire.COMPLETIONS
                        ? body.path("logprobs").isInt()
                        : body.path("logprobs").asBoolean(),
                Math.clamp(
                        body.path(wire == Wire.COMPLETIONS ? "logprobs" : "top_logprobs")
                                .asInt(0),
                        0,
                        20),
                maxTokens(),
                prompts,
                promptTokens,
                thinks(),
                none ? List.of() : tools(chosen),
                !none && (!chosen.isEmpty() || mode.equals("required") || mode.equals("any")));
    }

    private void readAsked() {
        JsonNode asked = wire.asked(body);
        if (wire == Wire.COMPLETIONS) {
            boolean several =
                    asked.isArray() && !asked.isEmpty() && !asked.path(0).isNumber();
            prompts = several
                    ? asked.valueStream().map(QuestionReader::promptText).toList()
                    : List.of(promptText(asked));
            promptTokens = prompts.stream().mapToInt(Tokens::count).sum();
            return;
        }
        promptTokens = TOKENS_AROUND_PROMPT
                + Tokens.count(text(body.path("system")))
                + Tokens.count(text(body.path("instructions")));
        if (asked.isTextual()) {
            readMessage("user", asked);
        }
        for (JsonNode message : asked) {
            readMessage(message.path("role").asText(message.path("type").asText()), message.path("content"));
        }
    }

    private void readMessage(String role, JsonNode content) {
        String text = text(content);
        promptTokens += TOKENS_AROUND_MESSAGE + Tokens.count(text);
        boolean result = content.valueStream()
                .anyMatch(part -> part.path("type").asText().equals("tool_result"));
        followsToolResult = result || role.equals("tool") || role.equals("function_call_output");
        if (role.equals("user")) {
            prompts = List.of(text);
        }
    }

    private OptionalInt maxTokens() {
        return Stream.of("max_completion_tokens", "max_output_tokens", "max_tokens")
                .map(body::path)
                .filter(JsonNode::canConvertToInt)
                .mapToInt(JsonNode::asInt)
                .findFirst();
    }

    private boolean thinks() {
        return switch (wire) {
            case MESSAGES ->
                body.path("thinking").path("type").asText("disabled").matches("enabled|adaptive");
            case RESPONSES -> body.path("reasoning").path("summary").isTextual();
            case CHAT, COMPLETIONS -> false;
        };
    }

    private List<Tool> tools(String chosen) {
        List<Tool> tools = new ArrayList<>();
        for (JsonNode tool : body.path("tools")) {
            JsonNode described = tool.has("function") ? tool.path("function") : tool;
            String name = described.path("name").asText("");
            if (!name.isEmpty() && (chosen.isEmpty() || chosen.equals(name))) {
                tools.add(new Tool(name, described.path(wire == Wire.MESSAGES ? "input_schema" : "parameters")));
            }
        }
        return tools;
    }

    private static String promptText(JsonNode prompt) {
        return prompt.isTextual() ? prompt.asText() : prompt.toString();
    }

    private static String text(JsonNode content) {
        if (!content.isArray()) {
            return content.asText("");
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            if (part.path("type").asText().matches("text|input_text|output_text")) {
                text.append(part.path("text").asText());
            } else {
                text.append('[').append(Sha256.hex(Sha256.of(part.toString()))).append(']');
            }
        }
        return text.toString();
    }
}
