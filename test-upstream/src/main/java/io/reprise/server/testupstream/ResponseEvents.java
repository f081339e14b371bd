package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A response of OpenAI's Responses wire as server-sent events: the empty response; each item added, its text or arguments token by
 * token, and done; the whole response once more.
 */
final class ResponseEvents {

    private final ResponseAnswer answer;
    private final ResponseBody body;
    private final List<ObjectNode> events = new ArrayList<>();

    private ResponseEvents(ResponseAnswer answer, ResponseBody body) {
        this.answer = answer;
        this.body = body;
    }

    static List<Buffer> render(ResponseAnswer answer, ResponseBody body) {
        ResponseEvents events = new ResponseEvents(answer, body);
        events.add("response.created").set("response", body.opening());
        events.add("response.in_progress").set("response", body.opening());
        for (int index = 0; index < answer.output().size(); index++) {
            events.addItem(index);
        }
        events.add("response." + answer.status()).set("response", body.ended());
        return new EventWriter(answer.streamShape(), Wire.RESPONSES).write(events.events);
    }

    private void addItem(int index) {
        ObjectNode started = body.started(index, "in_progress");
        String id = started.path("id").asText();
        add("response.output_item.added").put("output_index", index).set("item", started);
        switch (answer.output().get(index)) {
            case OutputItem.Message message -> addMessage(id, index, message);
            case OutputItem.FunctionCall(ToolCall call) -> addArguments(id, index, call);
            case OutputItem.Reasoning reasoning -> {
                for (int part = 0; part < reasoning.summaries().size(); part++) {
                    addSummary(id, index, part, reasoning.summaries().get(part));
                }
            }
            case OutputItem.Whole whole -> {}
        }
        add("response.output_item.done").put("output_index", index).set("item", body.item(index));
    }

    private void addMessage(String id, int index, OutputItem.Message message) {
        String kind = message.refusal() ? "refusal" : "output_text";
        String field = message.refusal() ? "refusal" : "text";
        ofContent("response.content_part.added", id, index).set("part", body.part(message, ""));
        for (String token : Tokens.split(message.text())) {
            ObjectNode delta =
                    ofContent("response." + kind + ".delta", id, index).put("delta", token);
            if (!message.refusal()) {
                delta.set("logprobs", body.logprobs(token));
            }
        }
        ObjectNode done = ofContent("response." + kind + ".done", id, index).put(field, message.text());
        if (!message.refusal()) {
            done.set("logprobs", body.logprobs(message.text()));
        }
        ofContent("response.content_part.done", id, index).set("part", body.part(message, message.text()));
    }

    private void addArguments(String id, int index, ToolCall call) {
        for (String token : Tokens.split(call.arguments())) {
            ofItem("response.function_call_arguments.delta", id, index).put("delta", token);
        }
        ofItem("response.function_call_arguments.done", id, index)
                .put("name", call.name())
                .put("arguments", call.arguments());
    }

    private void addSummary(String id, int index, int part, String summary) {
        ofSummary("part.added", id, index, part).set("part", ResponseBody.summaryPart(""));
        for (String token : Tokens.split(summary)) {
            ofSummary("text.delta", id, index, part).put("delta", token);
        }
        ofSummary("text.done", id, index, part).put("text", summary);
        ofSummary("part.done", id, index, part).set("part", ResponseBody.summaryPart(summary));
    }

    private ObjectNode ofSummary(String what, String id, int index, int part) {
        return ofItem("response.reasoning_summary_" + what, id, index).put("summary_index", part);
    }

    private ObjectNode ofContent(String type, String id, int index) {
        return ofItem(type, id, index).put("content_index", 0);
    }

    private ObjectNode ofItem(String type, String id, int index) {
        return add(type).put("item_id", id).put("output_index", index);
    }

    private ObjectNode add(String type) {
        ObjectNode event = Json.object().put("type", type).put("sequence_number", events.size());
        events.add(event);
        return event;
    }
}
