package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The events of one streamed response, as they are made from its items. Not thread-safe. */
final class ResponseEvents {
    private final Replay replay;
    private final List<ObjectNode> events = new ArrayList<>();

    ResponseEvents(Replay replay) {
        this.replay = replay;
    }

    /** Begins the next event; its other fields are the caller's to set. */
    ObjectNode add(String type) {
        ObjectNode event = StrictJson.object().put("type", type).put("sequence_number", events.size());
        events.add(event);
        return event;
    }

    /** The events as a stream, in UTF-8. */
    byte[] bytes() {
        var out = new ByteArrayOutputStream(4096);
        for (ObjectNode event : events) {
            out.writeBytes(("event: " + event.path("type").asText() + "\ndata: ").getBytes(StandardCharsets.UTF_8));
            out.writeBytes(StrictJson.bytes(event));
            out.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
        }
        return out.toByteArray();
    }

    /**
     * All events of one item: that it begins, how it grows, that it is done.
     *
     * @throws NotTellableException when it is not known how it is streamed
     */
    void item(int index, ObjectNode item) {
        ObjectNode begun = item.deepCopy();
        if (begun.has("status")) {
            begun.put("status", "in_progress");
        }
        String type = item.path("type").asText();
        switch (type) {
            case "message" -> begun.putArray("content");
            case "function_call" -> begun.put("arguments", "");
            case "custom_tool_call" -> begun.put("input", "");
            case "reasoning" -> {
                begun.putArray("summary");
                if (begun.has("content")) {
                    begun.putArray("content");
                }
            }
            case "web_search_call", "file_search_call" -> {}
            default -> throw new NotTellableException("it is not known how an item of type " + type + " is streamed");
        }
        add("response.output_item.added").put("output_index", index).set("item", begun);
        switch (type) {
            case "function_call" -> whole(index, item, "response.function_call_arguments", "arguments");
            case "custom_tool_call" -> whole(index, item, "response.custom_tool_call_input", "input");
            case "web_search_call", "file_search_call" -> {
                for (String stage : List.of("in_progress", "searching", "completed")) {
                    at(index, item, "response." + type + "." + stage);
                }
            }
            default -> {
                summary(index, item);
                content(index, item);
            }
        }
        add("response.output_item.done").put("output_index", index).set("item", item);
    }

    /** A text that grows without parts. */
    private void whole(int index, ObjectNode item, String event, String field) {
        String text = KnownFields.text(item, field);
        if (!text.isEmpty()) {
            at(index, item, event + ".delta").put("delta", text);
        }
        ObjectNode done = at(index, item, event + ".done").put(field, text);
        if (field.equals("arguments")) {
            done.set("name", item.path("name"));
        }
    }

    private void summary(int index, ObjectNode item) {
        int number = 0;
        for (JsonNode part : item.path("summary")) {
            if (!part.path("type").asText().equals("summary_text")) {
                throw new NotTellableException("a summary that is no text");
            }
            String text = KnownFields.text(part, "text");
            String event = "response.reasoning_summary_";
            ObjectNode begun = ((ObjectNode) part.deepCopy()).put("text", "");
            at(index, item, event + "part.added").put("summary_index", number).set("part", begun);
            at(index, item, event + "text.delta").put("summary_index", number).put("delta", text);
            at(index, item, event + "text.done").put("summary_index", number).put("text", text);
            at(index, item, event + "part.done").put("summary_index", number).set("part", part);
            number++;
        }
    }

    private void content(int index, ObjectNode item) {
        int number = 0;
        for (JsonNode part : item.path("content")) {
            switch (part.path("type").asText()) {
                case "output_text" -> outputText(index, item, number, part);
                case "reasoning_text" -> {
                    String text = KnownFields.text(part, "text");
                    part(index, item, number, "response.content_part.added")
                            .set("part", ((ObjectNode) part.deepCopy()).put("text", ""));
                    part(index, item, number, "response.reasoning_text.delta").put("delta", text);
                    part(index, item, number, "response.reasoning_text.done").put("text", text);
                    part(index, item, number, "response.content_part.done").set("part", part);
                }
                case String other -> throw new NotTellableException("it is not known how " + other + " is streamed");
            }
            number++;
        }
    }

    private void outputText(int index, ObjectNode item, int number, JsonNode whole) {
        String text = KnownFields.text(whole, "text");
        ObjectNode begun = whole.deepCopy();
        begun.put("text", "");
        begun.putArray("annotations");
        if (begun.has("logprobs")) {
            begun.putArray("logprobs");
        }
        JsonNode logprobs = whole.path("logprobs").isArray()
                ? whole.path("logprobs")
                : StrictJson.object().arrayNode();
        part(index, item, number, "response.content_part.added").set("part", begun);
        JsonNode unsaid = logprobs;
        for (String words : replay.pieces(text)) {
            part(index, item, number, "response.output_text.delta")
                    .put("delta", words)
                    .set("logprobs", unsaid);
            unsaid = StrictJson.object().arrayNode();
        }
        int annotation = 0;
        for (JsonNode note : whole.path("annotations")) {
            part(index, item, number, "response.output_text.annotation.added")
                    .put("annotation_index", annotation++)
                    .set("annotation", note);
        }
        part(index, item, number, "response.output_text.done").put("text", text).set("logprobs", logprobs);
        part(index, item, number, "response.content_part.done").set("part", whole);
    }

    private ObjectNode part(int index, ObjectNode item, int number, String type) {
        return at(index, item, type).put("content_index", number);
    }

    private ObjectNode at(int index, ObjectNode item, String type) {
        return add(type).put("item_id", KnownFields.text(item, "id")).put("output_index", index);
    }
}
