package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Renders a stored {@link Completion} on OpenAI's chat completions wire, whole or as the chunks its SDKs put together. */
final class OpenAiChatReplay {
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    private OpenAiChatReplay() {}

    /**
     * The answer as a {@code chat.completion} object in UTF-8: the very bytes that were stored, when they were one.
     *
     * @throws IllegalArgumentException when the answer is of another provider's form
     */
    static byte[] json(Completion completion, Replay replay) {
        return switch (completion.form()) {
            case OPENAI_CHAT -> completion.json();
            case TEXT -> StrictJson.bytes(ofText(completion, replay));
            case ANTHROPIC_MESSAGE ->
                throw new IllegalArgumentException("an Anthropic message has no chat.completion form");
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
            choiceEvents(out, frame, (ObjectNode) choice);
        }
        if (withUsage) {
            event(out, frame.deepCopy().<ObjectNode>set("usage", usage));
        }
        out.writeBytes(DONE);
        return out.toByteArray();
    }

    private static void choiceEvents(ByteArrayOutputStream out, ObjectNode frame, ObjectNode choice) {
        ObjectNode message = choice.path("message").deepCopy();
        ObjectNode first = StrictJson.object();
        first.set("role", message.path("role"));
        boolean says = message.path("content").isTextual();
        first.set("content", says ? choice.textNode("") : choice.nullNode());
        if (message.path("refusal").isNull()) {
            first.putNull("refusal");
            message.remove("refusal");
        }
        int index = choice.path("index").asInt(0);
        event(out, chunk(frame, index, first));

        JsonNode toolCalls = message.path("tool_calls");
        message.remove("role");
        message.remove("tool_calls");
        if (!says || message.path("content").textValue().isEmpty()) {
            message.remove("content");
        }
        JsonNode logprobs = choice.path("logprobs");
        if (!message.isEmpty() || logprobs.isObject()) {
            ObjectNode chunk = chunk(frame, index, message);
            if (logprobs.isObject()) {
                ((ObjectNode) chunk.path("choices").path(0)).set("logprobs", logprobs);
            }
            event(out, chunk);
        }
        for (int call = 0; call < toolCalls.size(); call++) {
            ObjectNode indexed = StrictJson.object().put("index", call);
            indexed.setAll((ObjectNode) toolCalls.get(call));
            ObjectNode delta = StrictJson.object();
            delta.putArray("tool_calls").add(indexed);
            event(out, chunk(frame, index, delta));
        }
        ObjectNode last = chunk(frame, index, StrictJson.object());
        ObjectNode lastChoice = (ObjectNode) last.path("choices").path(0);
        lastChoice.setAll((ObjectNode) choice.deepCopy().without(List.of("message", "logprobs", "index")));
        event(out, last);
    }

    private static ObjectNode chunk(ObjectNode frame, int index, ObjectNode delta) {
        ObjectNode chunk = frame.deepCopy();
        ObjectNode choice = ((ArrayNode) chunk.path("choices")).addObject().put("index", index);
        choice.set("delta", delta);
        choice.putNull("logprobs");
        choice.putNull("finish_reason");
        return chunk;
    }

    private static void event(ByteArrayOutputStream out, ObjectNode chunk) {
        out.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(StrictJson.bytes(chunk));
        out.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static ObjectNode ofText(Completion completion, Replay replay) {
        ObjectNode answer = StrictJson.object()
                .put("id", "chatcmpl-" + replay.id())
                .put("object", "chat.completion")
                .put("created", replay.created().getEpochSecond())
                .put("model", completion.model() == null ? replay.model() : completion.model());
        ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
        choice.putObject("message")
                .put("role", "assistant")
                .put("content", completion.text())
                .putNull("refusal");
        choice.putNull("logprobs").put("finish_reason", "stop");
        Usage usage = completion.usage();
        if (usage != null) {
            answer.set("usage", Answers.openAiForm(usage));
        }
        return answer;
    }
}
