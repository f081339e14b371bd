package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;

/** Renders a stored {@link Completion} on OpenAI's completions wire, whole or as the chunks its SDKs put together. */
final class OpenAiCompletionsReplay {
    private OpenAiCompletionsReplay() {}

    /**
     * The answer as a {@code text_completion} object in UTF-8: the very bytes that were stored, when they were one.
     *
     * @throws IllegalArgumentException when the answer is of another form and cannot be told in this one
     */
    static byte[] json(Completion completion, Replay replay) {
        return switch (completion.form()) {
            case OPENAI_COMPLETION -> completion.json();
            case TEXT, OPENAI_CHAT, OPENAI_RESPONSE, ANTHROPIC_MESSAGE, OPENAI_EMBEDDING ->
                StrictJson.bytes(OpenAiCompletionsTranslation.write(CanonicalAnswer.of(completion), replay));
        };
    }

    /**
     * The answer as server-sent events: its text, then why it ended, then usage when asked for and known, then {@code [DONE]}.
     */
    static byte[] events(Completion completion, Replay replay) {
        ObjectNode answer = StrictJson.parseObject(json(completion, replay));
        JsonNode usage = answer.path("usage");
        boolean withUsage = replay.streamUsage() && usage.isObject();
        ObjectNode frame = answer.deepCopy();
        frame.remove("usage");
        frame.putArray("choices");
        if (withUsage) {
            frame.putNull("usage");
        }
        ObjectNode whole = (ObjectNode) answer.path("choices").path(0);
        ObjectNode said = whole.deepCopy().putNull("finish_reason");
        ObjectNode ended = whole.deepCopy().put("text", "").putNull("logprobs");
        var out = new ByteArrayOutputStream(1024);
        for (String words : replay.pieces(whole.path("text").asText())) {
            OpenAiChatReplay.event(out, chunk(frame, said.deepCopy().put("text", words)));
            // They belong to the text as a whole, and clients add up what they get.
            said.putNull("logprobs");
        }
        OpenAiChatReplay.event(out, chunk(frame, ended));
        if (withUsage) {
            OpenAiChatReplay.event(out, frame.deepCopy().<ObjectNode>set("usage", usage));
        }
        out.writeBytes(OpenAiChatReplay.DONE);
        return out.toByteArray();
    }

    private static ObjectNode chunk(ObjectNode frame, ObjectNode choice) {
        ObjectNode chunk = frame.deepCopy();
        ((ArrayNode) chunk.path("choices")).add(choice);
        return chunk;
    }
}
