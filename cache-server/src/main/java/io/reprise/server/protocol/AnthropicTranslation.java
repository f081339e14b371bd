package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.CanonicalAnswer.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Translates between Anthropic {@code message} objects and the form of no wire in particular. */
final class AnthropicTranslation {
    private static final KnownFields MESSAGE =
            KnownFields.of("id", "type", "role", "model", "content", "stop_reason", "usage");
    private static final KnownFields TEXT = KnownFields.of("type", "text");
    private static final KnownFields TOOL_USE = KnownFields.of("type", "id", "name", "input");
    /** Others are refused when the conversation goes on. */
    private static final Pattern TOOL_USE_ID = Pattern.compile("[a-zA-Z0-9_-]+");

    private AnthropicTranslation() {}

    static CanonicalAnswer read(Completion completion) {
        JsonNode message = completion.tree();
        MESSAGE.check(message);
        String stop = message.path("stop_reason").asText();
        if (stop.equals("stop_sequence")) {
            throw new NotTellableException("other wires do not tell a stop sequence from the end");
        }
        return new CanonicalAnswer(
                parts(message.path("content")), stop.equals("max_tokens"), completion.model(), completion.usage(), 0);
    }

    /** Content blocks as parts; those of an assistant's turn in a question's history are alike. */
    static List<Part> parts(JsonNode content) {
        List<Part> parts = new ArrayList<>();
        for (JsonNode block : content) {
            switch (block.path("type").asText()) {
                case "text" -> {
                    TEXT.check(block);
                    parts.add(new Part.Text(KnownFields.text(block, "text")));
                }
                case "tool_use" -> {
                    TOOL_USE.check(block);
                    parts.add(new Part.ToolCall(
                            KnownFields.text(block, "id"),
                            KnownFields.text(block, "name"),
                            CanonicalAnswer.text(block.path("input"))));
                }
                // Thinking is signed for its own wire, and refused there without the signature.
                case String other -> throw new NotTellableException("a block of type " + other);
            }
        }
        return parts;
    }

    /**
     * Writes a {@code message} object.
     *
     * @throws NotTellableException when the answer thought, since this wire has no unsigned thoughts, or calls a tool under an id or with
     *     arguments that this wire does not have
     */
    static ObjectNode write(CanonicalAnswer answer, Replay replay) {
        ObjectNode message = StrictJson.object()
                .put("id", "msg_" + replay.id())
                .put("type", "message")
                .put("role", "assistant")
                .put("model", answer.model() == null ? replay.model() : answer.model());
        ArrayNode content = message.putArray("content");
        for (Part part : answer.parts()) {
            switch (part) {
                case Part.Text(String text) ->
                    content.addObject().put("type", "text").put("text", text);
                case Part.ToolCall(String id, String name, String arguments) -> {
                    if (!TOOL_USE_ID.matcher(id).matches()) {
                        throw new NotTellableException("an id that no tool use has");
                    }
                    content.addObject()
                            .put("type", "tool_use")
                            .put("id", id)
                            .put("name", name)
                            .set("input", CanonicalAnswer.object(arguments));
                }
                case Part.Reasoning thought -> throw new NotTellableException("thoughts without a signature");
            }
        }
        if (content.isEmpty()) {
            content.addObject().put("type", "text").put("text", "");
        }
        message.put("stop_reason", answer.callsTools() ? "tool_use" : answer.truncated() ? "max_tokens" : "end_turn")
                .putNull("stop_sequence");
        message.set("usage", usage(answer.usage() == null ? Usage.of(0, 0, true) : answer.usage()));
        return message;
    }

    static ObjectNode usage(Usage usage) {
        return StrictJson.object()
                .put("input_tokens", usage.inputTokens() - usage.cachedInputTokens() - usage.cacheWriteTokens())
                .put("cache_creation_input_tokens", usage.cacheWriteTokens())
                .put("cache_read_input_tokens", usage.cachedInputTokens())
                .put("output_tokens", usage.outputTokens());
    }
}
