package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A part of what a response of OpenAI's Responses wire puts out. Immutable. */
public sealed interface OutputItem {

    /**
     * What the model says.
     *
     * @param refusal whether that is that it declines
     */
    record Message(String text, boolean refusal) implements OutputItem {
        public Message {
            Objects.requireNonNull(text, "text");
        }
    }

    record FunctionCall(ToolCall call) implements OutputItem {
        public FunctionCall {
            Objects.requireNonNull(call, "call");
        }
    }

    /**
     * What the provider shows of the model's reasoning.
     *
     * @param encrypted all of it for the provider's eyes, where the request asked for that
     */
    record Reasoning(List<String> summaries, @Nullable String encrypted) implements OutputItem {
        public Reasoning {
            summaries = List.copyOf(summaries);
        }
    }

    /** An item that streams send whole: what the provider's own tools did. */
    record Whole(ObjectNode json) implements OutputItem {
        public Whole {
            json = json.deepCopy();
        }
    }

    default int tokens() {
        return switch (this) {
            case Message(String text, boolean refusal) -> Tokens.count(text);
            case FunctionCall(ToolCall call) -> call.tokens();
            case Reasoning reasoning -> reasoningTokens();
            case Whole whole -> 0;
        };
    }

    default int reasoningTokens() {
        return this instanceof Reasoning(List<String> summaries, String encrypted)
                ? summaries.stream().mapToInt(Tokens::count).sum()
                : 0;
    }
}
