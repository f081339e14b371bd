package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A part of what a message of Anthropic's wire holds. Immutable. */
public sealed interface Block {

    record Text(String text) implements Block {
        public Text {
            Objects.requireNonNull(text, "text");
        }
    }

    /**
     * Reasoning that the request asked to see.
     *
     * @param signature proves to the provider that the thinking is its own when it comes back
     */
    record Thinking(String thinking, String signature) implements Block {
        public Thinking {
            Objects.requireNonNull(thinking, "thinking");
            Objects.requireNonNull(signature, "signature");
        }
    }

    /** {@code call.arguments()} are to be a JSON object; a stream sends the very text, in fragments. */
    record ToolUse(ToolCall call) implements Block {
        public ToolUse {
            Objects.requireNonNull(call, "call");
        }
    }

    /** A block that streams send whole in the event that opens it: redacted thinking, results of the provider's own tools. */
    record Whole(ObjectNode json) implements Block {
        public Whole {
            json = json.deepCopy();
        }
    }

    /** The thinking that the provider sends encrypted. */
    static Block redactedThinking(String data) {
        return new Whole(Json.object().put("type", "redacted_thinking").put("data", data));
    }

    /** The block as it stands in a whole message. */
    default ObjectNode json() {
        return switch (this) {
            case Text(String text) -> Json.object().put("type", "text").put("text", text);
            case Thinking(String thinking, String signature) ->
                Json.object().put("type", "thinking").put("thinking", thinking).put("signature", signature);
            case ToolUse(ToolCall call) -> {
                ObjectNode use = Json.object()
                        .put("type", "tool_use")
                        .put("id", call.id())
                        .put("name", call.name());
                JsonNode input = Json.parse(call.arguments().getBytes(StandardCharsets.UTF_8))
                        .orElseThrow(() -> new IllegalArgumentException("arguments must be JSON: " + call.arguments()));
                use.set("input", input);
                yield use;
            }
            case Whole(ObjectNode whole) -> whole.deepCopy();
        };
    }

    default int tokens() {
        return switch (this) {
            case Text(String text) -> Tokens.count(text);
            case Thinking(String thinking, String signature) -> Tokens.count(thinking);
            case ToolUse(ToolCall call) -> call.tokens();
            case Whole(ObjectNode whole) -> 0;
        };
    }
}
