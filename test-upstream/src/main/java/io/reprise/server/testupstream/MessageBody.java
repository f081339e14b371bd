package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A message of Anthropic's wire as one JSON object. */
final class MessageBody {

    private MessageBody() {}

    static ObjectNode json(MessageAnswer answer, Question question, Envelope envelope) {
        ObjectNode body = opening(envelope);
        ArrayNode content = (ArrayNode) body.path("content");
        answer.blocks().forEach(block -> content.add(block.json()));
        body.put("stop_reason", answer.stopReason()).put("stop_sequence", answer.stopSequence());
        answer.usageFor(question).ifPresent(usage -> body.set("usage", usage.messagesJson()));
        body.setAll(answer.extraFields());
        return body;
    }

    /** The message before anything is said in it, without usage. */
    static ObjectNode opening(Envelope envelope) {
        ObjectNode body = Json.object()
                .put("model", envelope.model())
                .put("id", envelope.id())
                .put("type", "message")
                .put("role", "assistant");
        body.putArray("content");
        return body.putNull("stop_reason").putNull("stop_sequence");
    }
}
