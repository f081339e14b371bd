package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Renders a stored {@link Completion} on Anthropic's messages wire, whole or as the events its SDKs put together. */
final class AnthropicReplay {
    /** What is known at the end alone, and so stands in the delta of {@code message_delta}. */
    private static final List<String> OF_THE_END = List.of("stop_reason", "stop_sequence", "stop_details", "container");
    /** What was taken out of the conversation: it is known at the end too, and stands beside that delta. */
    private static final String CONTEXT_MANAGEMENT = "context_management";

    private AnthropicReplay() {}

    /**
     * The answer as a {@code message} object in UTF-8: the very bytes that were stored, when they were one.
     *
     * @throws IllegalArgumentException when the answer is of another form and cannot be told in this one
     */
    static byte[] json(Completion completion, Replay replay) {
        return switch (completion.form()) {
            case ANTHROPIC_MESSAGE -> completion.json();
            case TEXT, OPENAI_CHAT, OPENAI_COMPLETION, OPENAI_RESPONSE, OPENAI_EMBEDDING ->
                StrictJson.bytes(AnthropicTranslation.write(CanonicalAnswer.of(completion), replay));
        };
    }

    static byte[] events(Completion completion, Replay replay) {
        ObjectNode message = StrictJson.parseObject(json(completion, replay));
        if (!message.path("usage").isObject()) {
            Usage usage = completion.usage() == null ? Usage.of(0, 0, true) : completion.usage();
            message.set("usage", AnthropicTranslation.usage(usage));
        }
        var out = new ByteArrayOutputStream(1024);
        event(out, start(message));
        int index = 0;
        for (JsonNode block : message.path("content")) {
            block(out, index++, (ObjectNode) block, replay);
        }
        ObjectNode end = type("message_delta");
        ObjectNode delta = end.putObject("delta").putNull("stop_reason").putNull("stop_sequence");
        OF_THE_END.stream().filter(message::has).forEach(field -> delta.set(field, message.get(field)));
        end.set("usage", message.path("usage"));
        if (message.has(CONTEXT_MANAGEMENT)) {
            end.set(CONTEXT_MANAGEMENT, message.get(CONTEXT_MANAGEMENT));
        }
        event(out, end);
        event(out, type("message_stop"));
        return out.toByteArray();
    }

    /**
     * The message as it stands before its first word: no content, nothing that is known at the end alone, one token of output, as the
     * provider puts it.
     */
    private static ObjectNode start(ObjectNode message) {
        ObjectNode started = message.deepCopy().without(OF_THE_END);
        started.remove(CONTEXT_MANAGEMENT);
        started.putArray("content");
        started.putNull("stop_reason").putNull("stop_sequence");
        ((ObjectNode) started.path("usage")).put("output_tokens", 1);
        return type("message_start").set("message", started);
    }

    private static void block(ByteArrayOutputStream out, int index, ObjectNode block, Replay replay) {
        ObjectNode begun = block.deepCopy();
        String type = block.path("type").asText();
        switch (type) {
            case "text" -> {
                begun.put("text", "");
                if (block.path("citations").isArray()) {
                    begun.putArray("citations");
                }
            }
            case "thinking" -> {
                begun.put("thinking", "");
                if (block.path("signature").isTextual()) {
                    begun.put("signature", "");
                }
            }
            case "tool_use", "server_tool_use" -> begun.putObject("input");
            default -> {
                // Blocks that do not grow come whole with their start.
            }
        }
        event(out, at(index, "content_block_start").set("content_block", begun));
        switch (type) {
            case "text" -> {
                for (String words : replay.pieces(block.path("text").asText())) {
                    delta(out, index, type("text_delta").put("text", words));
                }
                for (JsonNode citation : block.path("citations")) {
                    delta(out, index, type("citations_delta").set("citation", citation));
                }
            }
            case "thinking" -> {
                delta(out, index, type("thinking_delta").set("thinking", block.path("thinking")));
                if (block.path("signature").isTextual()) {
                    delta(out, index, type("signature_delta").set("signature", block.path("signature")));
                }
            }
            case "tool_use", "server_tool_use" -> {
                String input = new String(StrictJson.bytes(block.path("input")), StandardCharsets.UTF_8);
                delta(out, index, type("input_json_delta").put("partial_json", input));
            }
            default -> {
                // As above.
            }
        }
        event(out, at(index, "content_block_stop"));
    }

    private static void delta(ByteArrayOutputStream out, int index, JsonNode delta) {
        event(out, at(index, "content_block_delta").set("delta", delta));
    }

    private static ObjectNode type(String type) {
        return StrictJson.object().put("type", type);
    }

    private static ObjectNode at(int index, String type) {
        return type(type).put("index", index);
    }

    private static void event(ByteArrayOutputStream out, ObjectNode event) {
        out.writeBytes(("event: " + event.path("type").asText() + "\ndata: ").getBytes(StandardCharsets.UTF_8));
        out.writeBytes(StrictJson.bytes(event));
        out.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
    }
}
