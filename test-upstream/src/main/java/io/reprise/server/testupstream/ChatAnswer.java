package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An answer in the terms of chat completions, sent whole or as events and in the form of the request's wire: on that of
 * completions the texts of the choices, on the two others the first choice. Immutable; the methods return changed copies.
 *
 * @param choices at least one
 * @param extraFields further fields of the completion, and of each event of a stream
 */
public record ChatAnswer(
        List<Choice> choices, UsageReport usage, Map<String, JsonNode> extraFields, StreamShape streamShape)
        implements Content {

    public ChatAnswer {
        choices = List.copyOf(choices);
        Objects.requireNonNull(usage, "usage");
        extraFields = Json.copyOf(extraFields);
        Objects.requireNonNull(streamShape, "streamShape");
        if (choices.isEmpty()) {
            throw new IllegalArgumentException("choices must have at least one element");
        }
    }

    public static ChatAnswer of(Choice... choices) {
        return new ChatAnswer(List.of(choices), new UsageReport.Counted(), Map.of(), StreamShape.USUAL);
    }

    /** One choice that says {@code text} and stops. */
    public static ChatAnswer text(String text) {
        return of(Choice.text(text));
    }

    public ChatAnswer withUsage(TokenUsage stated) {
        return new ChatAnswer(choices, new UsageReport.Stated(stated), extraFields, streamShape);
    }

    /** Reports no tokens, as some compatible servers do. */
    public ChatAnswer withoutUsage() {
        return new ChatAnswer(choices, new UsageReport.Absent(), extraFields, streamShape);
    }

    /** Adds a field that OpenAI's wire does not know, or not yet. */
    public ChatAnswer withExtra(String field, Object value) {
        return new ChatAnswer(choices, usage, Json.plus(extraFields, field, value), streamShape);
    }

    /** Ends streams without {@code data: [DONE]}. */
    public ChatAnswer withoutDone() {
        return with(streamShape.withoutDone());
    }

    /** Ends the lines of streams with CR LF. */
    public ChatAnswer withCrLf() {
        return with(streamShape.withCrLf());
    }

    /** Precedes each event of streams by a comment line. */
    public ChatAnswer withComments() {
        return with(streamShape.withComments());
    }

    /** Breaks streams off with an error event; a request that asks for no stream gets the whole answer. */
    public ChatAnswer failingAfter(int events, ApiError error) {
        return with(streamShape.failingAfter(events, error));
    }

    private ChatAnswer with(StreamShape shape) {
        return new ChatAnswer(choices, usage, extraFields, shape);
    }

    /** What to report to this question; empty where nothing is reported. */
    Optional<TokenUsage> usageFor(Question question) {
        return usage.of(
                question,
                choices.stream().mapToInt(Choice::completionTokens).sum(),
                choices.stream().mapToInt(Choice::reasoningTokens).sum());
    }
}
