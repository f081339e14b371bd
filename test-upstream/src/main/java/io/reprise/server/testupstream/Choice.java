package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One of the alternatives that an answer offers. Immutable.
 *
 * @param content null: the wire says {@code null}, as beside tool calls and refusals
 * @param reasoning not null: sent as {@code reasoning_content}, as some compatible servers do
 * @param refusal not null: the model declined
 * @param finishReason as on the wire; any text, because providers invent their own
 * @param extraFields further fields of the message, and of the first delta of a stream
 */
public record Choice(
        @Nullable String content,
        @Nullable String reasoning,
        @Nullable String refusal,
        List<ToolCall> toolCalls,
        String finishReason,
        Map<String, JsonNode> extraFields) {

    public Choice {
        Objects.requireNonNull(finishReason, "finishReason");
        toolCalls = List.copyOf(toolCalls);
        extraFields = Json.copyOf(extraFields);
    }

    public static Choice text(String content) {
        return new Choice(Objects.requireNonNull(content, "content"), null, null, List.of(), "stop", Map.of());
    }

    public static Choice refusal(String refusal) {
        return new Choice(null, null, Objects.requireNonNull(refusal, "refusal"), List.of(), "stop", Map.of());
    }

    public static Choice toolCalls(ToolCall... calls) {
        return new Choice(null, null, null, List.of(calls), "tool_calls", Map.of());
    }

    public Choice withReasoning(String text) {
        return new Choice(content, text, refusal, toolCalls, finishReason, extraFields);
    }

    public Choice finishing(String reason) {
        return new Choice(content, reasoning, refusal, toolCalls, reason, extraFields);
    }

    /** Adds a field that OpenAI's wire does not know, or not yet. */
    public Choice withExtra(String field, Object value) {
        return new Choice(content, reasoning, refusal, toolCalls, finishReason, Json.plus(extraFields, field, value));
    }

    int reasoningTokens() {
        return reasoning == null ? 0 : Tokens.count(reasoning);
    }

    int completionTokens() {
        int tokens = reasoningTokens();
        tokens += content == null ? 0 : Tokens.count(content);
        tokens += refusal == null ? 0 : Tokens.count(refusal);
        for (ToolCall call : toolCalls) {
            tokens += call.tokens();
        }
        return tokens;
    }
}
