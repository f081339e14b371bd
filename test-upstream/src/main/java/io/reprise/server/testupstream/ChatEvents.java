package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.ChatDeltas.Delta;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A chat completion as server-sent events: the first delta of each choice, the others in turn by choice, one event with the finish
 * reason of each, the usage where the request asks for it (with {@code "usage":null} in all events before it), and
 * {@code [DONE]}.
 */
final class ChatEvents {

    private final ChatAnswer answer;
    private final Question request;
    private final Envelope envelope;
    private final boolean reportsUsage;
    private final List<ObjectNode> chunks = new ArrayList<>();

    private ChatEvents(ChatAnswer answer, Question request, Envelope envelope) {
        this.answer = answer;
        this.request = request;
        this.envelope = envelope;
        this.reportsUsage = request.includeUsage() && answer.usageFor(request).isPresent();
    }

    /** Each event with the empty line that ends it, and with the comment before it where the answer has comments. */
    static List<Buffer> render(ChatAnswer answer, Question request, Envelope envelope) {
        ChatEvents events = new ChatEvents(answer, request, envelope);
        events.addDeltas();
        events.addFinishes();
        if (events.reportsUsage) {
            events.addUsage();
        }
        return new EventWriter(answer.streamShape(), Wire.CHAT).write(events.chunks);
    }

    private void addDeltas() {
        List<List<Delta>> byChoice =
                answer.choices().stream().map(ChatDeltas::of).toList();
        int longest = byChoice.stream().mapToInt(List::size).max().orElse(0);
        for (int turn = 0; turn < longest; turn++) {
            for (int index = 0; index < byChoice.size(); index++) {
                if (turn < byChoice.get(index).size()) {
                    addDelta(index, byChoice.get(index).get(turn));
                }
            }
        }
    }

    private void addDelta(int index, Delta delta) {
        ObjectNode choice = addChunk(index, delta.json());
        if (request.logprobs() && !delta.contentToken().isEmpty()) {
            choice.set("logprobs", Logprobs.of(List.of(delta.contentToken()), request.topLogprobs()));
        } else {
            choice.putNull("logprobs");
        }
        choice.putNull("finish_reason");
    }

    private void addFinishes() {
        for (int index = 0; index < answer.choices().size(); index++) {
            addChunk(index, Json.object())
                    .putNull("logprobs")
                    .put("finish_reason", answer.choices().get(index).finishReason());
        }
    }

    private ObjectNode addChunk(int index, ObjectNode delta) {
        ObjectNode chunk = envelope.json("chat.completion.chunk");
        Envelope.putOrigin(chunk);
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", index);
        choice.set("delta", delta);
        if (reportsUsage) {
            chunk.putNull("usage");
        }
        chunk.setAll(answer.extraFields());
        chunks.add(chunk);
        return choice;
    }

    private void addUsage() {
        ObjectNode chunk = envelope.json("chat.completion.chunk");
        Envelope.putOrigin(chunk);
        chunk.putArray("choices");
        chunk.set("usage", answer.usageFor(request).orElseThrow().json());
        chunk.setAll(answer.extraFields());
        chunks.add(chunk);
    }
}
