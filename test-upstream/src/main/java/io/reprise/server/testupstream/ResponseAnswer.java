package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A response of OpenAI's Responses wire, sent whole or as events as the request asks, for what {@link ChatAnswer} cannot say.
 * Immutable; the methods return changed copies.
 *
 * @param incompleteReason not null: why it stopped early, which makes it {@code incomplete}
 * @param failure not null: what went wrong, which makes it {@code failed}
 * @param extraFields further fields of the response
 */
public record ResponseAnswer(
        List<OutputItem> output,
        @Nullable String incompleteReason,
        @Nullable ApiError failure,
        UsageReport usage,
        Map<String, JsonNode> extraFields,
        StreamShape streamShape)
        implements Content {

    public ResponseAnswer {
        output = List.copyOf(output);
        Objects.requireNonNull(usage, "usage");
        extraFields = Json.copyOf(extraFields);
        Objects.requireNonNull(streamShape, "streamShape");
        if (incompleteReason != null && failure != null) {
            throw new IllegalArgumentException("a response is incomplete or failed, not both");
        }
    }

    public static ResponseAnswer of(OutputItem... output) {
        return new ResponseAnswer(List.of(output), null, null, new UsageReport.Counted(), Map.of(), StreamShape.USUAL);
    }

    /** The first choice of a chat completion: its reasoning, its text or refusal, and its tool calls. */
    static ResponseAnswer of(ChatAnswer chat) {
        Choice choice = chat.choices().getFirst();
        List<OutputItem> output = new ArrayList<>();
        if (choice.reasoning() != null) {
            output.add(new OutputItem.Reasoning(List.of(choice.reasoning()), null));
        }
        if (choice.content() != null) {
            output.add(new OutputItem.Message(choice.content(), false));
        }
        if (choice.refusal() != null) {
            output.add(new OutputItem.Message(choice.refusal(), true));
        }
        choice.toolCalls().forEach(call -> output.add(new OutputItem.FunctionCall(call)));
        String incomplete =
                switch (choice.finishReason()) {
                    case "length" -> "max_output_tokens";
                    case "content_filter" -> "content_filter";
                    default -> null;
                };
        return new ResponseAnswer(output, incomplete, null, chat.usage(), chat.extraFields(), chat.streamShape());
    }

    /** Stops before its end, for this reason. */
    public ResponseAnswer incomplete(String reason) {
        return new ResponseAnswer(output, reason, null, usage, extraFields, streamShape);
    }

    /** Is said to have failed, with the status 200 and with what there is of its output. */
    public ResponseAnswer failing(ApiError error) {
        return new ResponseAnswer(output, null, error, usage, extraFields, streamShape);
    }

    public ResponseAnswer withUsage(TokenUsage stated) {
        return new ResponseAnswer(
                output, incompleteReason, failure, new UsageReport.Stated(stated), extraFields, streamShape);
    }

    /** Adds a field that OpenAI's wire does not know, or not yet. */
    public ResponseAnswer withExtra(String field, Object value) {
        return new ResponseAnswer(
                output, incompleteReason, failure, usage, Json.plus(extraFields, field, value), streamShape);
    }

    public ResponseAnswer streamed(StreamShape shape) {
        return new ResponseAnswer(output, incompleteReason, failure, usage, extraFields, shape);
    }

    /** {@code completed}, {@code incomplete} or {@code failed}. */
    String status() {
        if (failure != null) {
            return "failed";
        }
        return incompleteReason == null ? "completed" : "incomplete";
    }

    Optional<TokenUsage> usageFor(Question question) {
        return usage.of(
                question,
                output.stream().mapToInt(OutputItem::tokens).sum(),
                output.stream().mapToInt(OutputItem::reasoningTokens).sum());
    }
}
