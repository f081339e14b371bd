package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.CanonicalAnswer.Part;
import java.util.ArrayList;
import java.util.List;

/** Translates between {@code chat.completion} objects and the form of no wire in particular. */
final class OpenAiChatTranslation {
    private static final KnownFields ANSWER = KnownFields.of(
            "id", "object", "created", "model", "choices", "usage", "system_fingerprint", "service_tier");
    private static final KnownFields CHOICE =
            KnownFields.of("index", "message", "finish_reason", "content_filter_results");
    private static final KnownFields MESSAGE = KnownFields.of("role", "content", "reasoning_content", "tool_calls");
    private static final KnownFields PART = KnownFields.of("type", "text");
    private static final KnownFields CALL = KnownFields.of("id", "type", "index", "function");
    private static final KnownFields FUNCTION = KnownFields.of("name", "arguments");

    private OpenAiChatTranslation() {}

    static CanonicalAnswer read(Completion completion) {
        JsonNode answer = completion.tree();
        ANSWER.check(answer);
        JsonNode choice = answer.path("choices").path(0);
        CHOICE.check(choice);
        JsonNode message = choice.path("message");
        MESSAGE.check(message);
        List<Part> parts = new ArrayList<>();
        if (!KnownFields.saysNothing(message.path("reasoning_content"))) {
            parts.add(new Part.Reasoning(KnownFields.text(message, "reasoning_content")));
        }
        parts.addAll(words(message.path("content")));
        parts.addAll(toolCalls(message.path("tool_calls")));
        return new CanonicalAnswer(
                parts,
                choice.path("finish_reason").asText().equals("length"),
                completion.model(),
                completion.usage(),
                answer.at("/usage/completion_tokens_details/reasoning_tokens").asLong(0));
    }

    /** A message's content as parts; those of questions are alike. */
    static List<Part> words(JsonNode content) {
        List<Part> words = new ArrayList<>();
        if (content.isTextual()) {
            words.add(new Part.Text(content.textValue()));
        }
        if (content.isArray()) {
            for (JsonNode part : content) {
                PART.check(part);
                if (!part.path("type").asText().equals("text")) {
                    throw new NotTellableException(part.path("type").asText() + " in a content");
                }
                words.add(new Part.Text(KnownFields.text(part, "text")));
            }
        }
        return words;
    }

    /** A message's tool calls; those in a question's history are alike. */
    static List<Part> toolCalls(JsonNode list) {
        List<Part> calls = new ArrayList<>();
        for (JsonNode call : list) {
            CALL.check(call);
            OpenAiChatQuestion.requireFunction(call);
            JsonNode function = call.path("function");
            FUNCTION.check(function);
            calls.add(new Part.ToolCall(
                    KnownFields.text(call, "id"),
                    KnownFields.text(function, "name"),
                    KnownFields.text(function, "arguments")));
        }
        return calls;
    }

    /**
     * Writes a {@code chat.completion} object.
     *
     * @throws NotTellableException when the parts come in another order than thoughts, words, tool calls, which is the only one that a
     *     chat message has
     */
    static ObjectNode write(CanonicalAnswer answer, Replay replay) {
        ObjectNode message = StrictJson.object().put("role", "assistant").putNull("content");
        int last = 0;
        for (Part part : answer.parts()) {
            int place =
                    switch (part) {
                        case Part.Reasoning(String text) -> {
                            message.put("reasoning_content", text);
                            yield 1;
                        }
                        case Part.Text(String text) -> {
                            message.put("content", text);
                            yield 2;
                        }
                        case Part.ToolCall call -> {
                            toolCall(message, call);
                            yield 3;
                        }
                    };
            if (place < last || (place == last && place < 3)) {
                throw new NotTellableException("parts in an order that a chat message does not have");
            }
            last = place;
        }
        if (answer.parts().isEmpty()) {
            message.put("content", "");
        }
        ObjectNode written = StrictJson.object()
                .put("id", "chatcmpl-" + replay.id())
                .put("object", "chat.completion")
                .put("created", replay.created().getEpochSecond())
                .put("model", answer.model() == null ? replay.model() : answer.model());
        ObjectNode choice = written.putArray("choices").addObject().put("index", 0);
        choice.set("message", message.putNull("refusal"));
        choice.putNull("logprobs")
                .put("finish_reason", answer.callsTools() ? "tool_calls" : answer.truncated() ? "length" : "stop");
        if (answer.usage() != null) {
            written.set("usage", Answers.openAiForm(answer.usage(), answer.reasoningTokens()));
        }
        return written;
    }

    private static void toolCall(ObjectNode message, Part.ToolCall call) {
        message.withArray("tool_calls")
                .addObject()
                .put("id", call.id())
                .put("type", "function")
                .putObject("function")
                .put("name", call.name())
                .put("arguments", call.arguments());
    }
}
