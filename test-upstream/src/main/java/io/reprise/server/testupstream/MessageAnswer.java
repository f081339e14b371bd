package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message of Anthropic's wire, sent whole or as events as the request asks, for what {@link ChatAnswer} cannot say. Immutable;
 * the methods return changed copies.
 *
 * @param stopReason as on the wire
 * @param stopSequence not null: the text that the answer stopped at
 * @param extraFields further fields of the message
 */
public record MessageAnswer(
        List<Block> blocks,
        String stopReason,
        @Nullable String stopSequence,
        UsageReport usage,
        Map<String, JsonNode> extraFields,
        StreamShape streamShape)
        implements Content {

    public MessageAnswer {
        blocks = List.copyOf(blocks);
        Objects.requireNonNull(stopReason, "stopReason");
        Objects.requireNonNull(usage, "usage");
        extraFields = Json.copyOf(extraFields);
        Objects.requireNonNull(streamShape, "streamShape");
    }

    /** These blocks; it stops to have its tools used when it calls any, or else because it has said all. */
    public static MessageAnswer of(Block... blocks) {
        boolean uses = List.of(blocks).stream().anyMatch(Block.ToolUse.class::isInstance);
        return new MessageAnswer(
                List.of(blocks),
                uses ? "tool_use" : "end_turn",
                null,
                new UsageReport.Counted(),
                Map.of(),
                StreamShape.USUAL);
    }

    /** The first choice of a chat completion: its reasoning, its text or refusal, and its tool calls. */
    static MessageAnswer of(ChatAnswer chat) {
        Choice choice = chat.choices().getFirst();
        List<Block> blocks = new ArrayList<>();
        if (choice.reasoning() != null) {
            blocks.add(new Block.Thinking(choice.reasoning(), signature(choice.reasoning())));
        }
        if (choice.content() != null) {
            blocks.add(new Block.Text(choice.content()));
        }
        if (choice.refusal() != null) {
            blocks.add(new Block.Text(choice.refusal()));
        }
        choice.toolCalls().forEach(call -> blocks.add(new Block.ToolUse(call)));
        return new MessageAnswer(
                blocks, stopReason(choice), null, chat.usage(), chat.extraFields(), chat.streamShape());
    }

    /** Stops for another reason. */
    public MessageAnswer stopping(String reason) {
        return new MessageAnswer(blocks, reason, stopSequence, usage, extraFields, streamShape);
    }

    /** Stops at one of the request's stop sequences. */
    public MessageAnswer stoppingAt(String sequence) {
        return new MessageAnswer(blocks, "stop_sequence", sequence, usage, extraFields, streamShape);
    }

    public MessageAnswer withUsage(TokenUsage stated) {
        return new MessageAnswer(
                blocks, stopReason, stopSequence, new UsageReport.Stated(stated), extraFields, streamShape);
    }

    /** Adds a field that Anthropic's wire does not know, or not yet. */
    public MessageAnswer withExtra(String field, Object value) {
        return new MessageAnswer(
                blocks, stopReason, stopSequence, usage, Json.plus(extraFields, field, value), streamShape);
    }

    public MessageAnswer streamed(StreamShape shape) {
        return new MessageAnswer(blocks, stopReason, stopSequence, usage, extraFields, shape);
    }

    Optional<TokenUsage> usageFor(Question question) {
        return usage.of(question, blocks.stream().mapToInt(Block::tokens).sum(), 0);
    }

    private static String signature(String thinking) {
        return "Eq" + Sha256.hex(Sha256.of(thinking)) + "==";
    }

    private static String stopReason(Choice choice) {
        if (choice.refusal() != null) {
            return "refusal";
        }
        return switch (choice.finishReason()) {
            case "stop" -> "end_turn";
            case "length" -> "max_tokens";
            case "tool_calls" -> "tool_use";
            case "content_filter" -> "refusal";
            default -> choice.finishReason();
        };
    }
}
