package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Renders a stored {@link Completion} on OpenAI's chat completions wire, whole or as the chunks its SDKs put together. */
final class OpenAiChatReplay {
    static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    private OpenAiChatReplay() {}

    /**
     * The answer as a {@code chat.completion} object in UTF-8: the very bytes that were stored, when they were one.
     *
     * @throws IllegalArgumentException when the answer is of another form and cannot be told in this one
     */
    static byte[] json(Completion completion, Replay replay) {
        return switch (completion.form()) {
            case OPENAI_CHAT -> completion.json();
            case TEXT, OPENAI_COMPLETION, OPENAI_RESPONSE, ANTHROPIC_MESSAGE, OPENAI_EMBEDDING ->
                StrictJson.bytes(OpenAiChatTranslation.write(CanonicalAnswer.of(completion), replay));
        };
    }

    /**
     * The answer as server-sent events: role, content, tool calls, finish reason, then usage when asked for and known, then
     * {@code [DONE]}.
     */
    static byte[] events(Completion completion, Replay replay) {
        ObjectNode answer = StrictJson.parseObject(json(completion, replay));
        JsonNode usage = answer.path("usage");
        // SDKs take a closing chunk without usage for a fault; an upstream that reports none sends no such chunk
        // either.
        boolean withUsage = replay.streamUsage() && usage.isObject();
        ObjectNode frame = answer.deepCopy().put("object", "chat.completion.chunk");
        frame.remove("usage");
        frame.putArray("choices");
        if (withUsage) {
            frame.putNull("usage");
        }
        var out = new ByteArrayOutputStream(1024);
        for (JsonNode choice : answer.path("choices")) {
            choiceEvents(out, frame, (ObjectNode) choice, replay);
        }
        if (withUsage) {
            event(out, frame.deepCopy().<ObjectNode>set("usage", usage));
        }
        out.writeBytes(DONE);
        return out.toByteArray();
    }

    private static void choiceEvents(ByteArrayOutputStream out, ObjectNode frame, ObjectNode choice, Replay replay) {
        ObjectNode message = choice.path("message").deepCopy();
        int index = choice.path("index").asInt(0);
        event(out, chunk(frame, index, opening(message)));

        JsonNode toolCalls = message.path("tool_calls");
        if (!toolCalls.isEmpty()) {
            message.remove("tool_calls");
        }
        JsonNode logprobs = choice.path("logprobs");
        List<String> words = replay.pieces(message.path("content").asText());
        if (words.size() > 1) {
            message.put("content", words.getFirst());
        }
        if (!message.isEmpty() || logprobs.isObject()) {
            ObjectNode chunk = chunk(frame, index, message);
            if (logprobs.isObject()) {
                ((ObjectNode) chunk.path("choices").path(0)).set("logprobs", logprobs);
            }
            event(out, chunk);
        }
        for (String word : words.subList(1, words.size())) {
            event(out, chunk(frame, index, StrictJson.object().put("content", word)));
        }
        int number = 0;
        for (JsonNode call : toolCalls) {
            ObjectNode numbered = StrictJson.object().put("index", 0);
            numbered.setAll((ObjectNode) call);
            ObjectNode delta = StrictJson.object();
            delta.putArray("tool_calls").add(numbered.put("index", number++));
            event(out, chunk(frame, index, delta));
        }
        ObjectNode last = chunk(frame, index, StrictJson.object());
        ObjectNode lastChoice = (ObjectNode) last.path("choices").path(0);
        lastChoice.setAll((ObjectNode) choice.deepCopy().without(List.of("message", "logprobs", "index")));
        event(out, last);
    }

    /** Takes out of the message what the first delta says: the role, and that there will be words or will not. */
    private static ObjectNode opening(ObjectNode message) {
        ObjectNode first = StrictJson.object();
        if (message.has("role")) {
            first.set("role", message.remove("role"));
        }
        if (message.path("content").isTextual()) {
            first.put("content", "");
        } else if (!message.path("content").isArray()) {
            first.set("content", first.nullNode());
            message.remove("content");
        }
        if (message.path("refusal").isNull()) {
            first.set("refusal", message.remove("refusal"));
        }
        return first;
    }

    private static ObjectNode chunk(ObjectNode frame, int index, ObjectNode delta) {
        ObjectNode chunk = frame.deepCopy();
        ObjectNode choice = ((ArrayNode) chunk.path("choices")).addObject().put("index", index);
        choice.set("delta", delta);
        choice.putNull("logprobs");
        choice.putNull("finish_reason");
        return chunk;
    }

    static void event(ByteArrayOutputStream out, ObjectNode chunk) {
        out.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(StrictJson.bytes(chunk));
        out.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
    }
}
