package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A message of Anthropic's wire as server-sent events: the empty message with the tokens of the prompt and a placeholder for those
 * of the answer; each block opened, sent token by token and closed; reason and tokens; the end. A ping follows the first opening,
 * as the provider sends it.
 */
final class MessageEvents {

    private final MessageAnswer answer;
    private final Question question;
    private final Envelope envelope;
    private final List<ObjectNode> events = new ArrayList<>();

    private MessageEvents(MessageAnswer answer, Question question, Envelope envelope) {
        this.answer = answer;
        this.question = question;
        this.envelope = envelope;
    }

    static List<Buffer> render(MessageAnswer answer, Question question, Envelope envelope) {
        MessageEvents events = new MessageEvents(answer, question, envelope);
        events.addStart();
        for (int index = 0; index < answer.blocks().size(); index++) {
            events.addBlock(index, answer.blocks().get(index));
        }
        events.addEnd();
        return new EventWriter(answer.streamShape(), Wire.MESSAGES).write(events.events);
    }

    private void addStart() {
        ObjectNode message = MessageBody.opening(envelope);
        answer.usageFor(question).ifPresent(usage -> {
            ObjectNode soFar = usage.messagesJson();
            message.set("usage", soFar.put("output_tokens", Math.min(1, usage.completionTokens())));
        });
        message.setAll(answer.extraFields());
        add("message_start").set("message", message);
    }

    private void addBlock(int index, Block block) {
        ObjectNode opening =
                switch (block) {
                    case Block.Text text -> text.json().put("text", "");
                    case Block.Thinking thinking ->
                        thinking.json().put("thinking", "").put("signature", "");
                    case Block.ToolUse use -> use.json().set("input", Json.object());
                    case Block.Whole whole -> whole.json();
                };
        add("content_block_start").put("index", index).set("content_block", opening);
        if (index == 0) {
            add("ping");
        }
        switch (block) {
            case Block.Text(String text) -> addDeltas(index, "text_delta", "text", Tokens.split(text));
            case Block.Thinking(String thinking, String signature) -> {
                addDeltas(index, "thinking_delta", "thinking", Tokens.split(thinking));
                addDeltas(index, "signature_delta", "signature", List.of(signature));
            }
            case Block.ToolUse(ToolCall call) -> {
                addDeltas(index, "input_json_delta", "partial_json", List.of(""));
                addDeltas(index, "input_json_delta", "partial_json", Tokens.split(call.arguments()));
            }
            case Block.Whole whole -> {}
        }
        add("content_block_stop").put("index", index);
    }

    private void addDeltas(int index, String type, String field, List<String> pieces) {
        for (String piece : pieces) {
            ObjectNode delta = Json.object().put("type", type).put(field, piece);
            add("content_block_delta").put("index", index).set("delta", delta);
        }
    }

    private void addEnd() {
        ObjectNode delta = add("message_delta");
        delta.putObject("delta").put("stop_reason", answer.stopReason()).put("stop_sequence", answer.stopSequence());
        answer.usageFor(question)
                .ifPresent(usage ->
                        delta.set("usage", usage.messagesJson().remove(List.of("cache_creation", "service_tier"))));
        add("message_stop");
    }

    private ObjectNode add(String type) {
        ObjectNode event = Json.object().put("type", type);
        events.add(event);
        return event;
    }
}
