package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Watches the events of a streamed response. The last one carries the whole response, whose very text is kept, but only when it says
 * what the events before it said: sequence numbers that ascend, one id, and the words and arguments of the deltas. Not thread-safe.
 */
final class OpenAiResponsesCollector implements StreamCollector {
    private final boolean keepTruncated;
    /** What grew by deltas, by where in the response it stands. */
    private final Map<String, StringBuilder> grown = new TreeMap<>();

    private final StringBuilder words = new StringBuilder();
    private @Nullable String response;
    private @Nullable String id;
    private long lastNumber = -1;
    private boolean done;
    private boolean broken;

    /**
     * @param keepTruncated whether an answer that ended by its limit of tokens counts as whole
     */
    OpenAiResponsesCollector(boolean keepTruncated) {
        this.keepTruncated = keepTruncated;
    }

    @Override
    public void add(String data) {
        if (done || data.isEmpty()) {
            return;
        }
        try {
            take(StrictJson.parseObject(data.getBytes(StandardCharsets.UTF_8)), data);
        } catch (MalformedRequestException e) {
            broken = true;
        }
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public void ended() {
        // The last event alone has the whole response: without it there is nothing to keep.
    }

    @Override
    public Answers.Reading finish() {
        if (response == null) {
            return new Answers.Reading.NotKept("incomplete", null, null);
        }
        byte[] json = response.getBytes(StandardCharsets.UTF_8);
        JsonNode tree = StrictJson.parse(json);
        return OpenAiResponseReading.read(json, tree, keepTruncated)
                .keptOnlyIf(done && !broken && said(tree).equals(grownTexts()));
    }

    @Override
    public String text() {
        return words.toString();
    }

    private void take(ObjectNode event, String data) {
        String type = event.path("type").asText();
        switch (type) {
            case "response.completed", "response.incomplete", "response.failed" -> {
                // What a stream has cost, and that it ended, is read even when it was not well formed.
                done = true;
                response = event.path("response").isObject() ? StrictJson.member(data, "response") : null;
            }
            case "response.output_text.delta" -> {
                grow(event, "text", "content_index");
                words.append(event.path("delta").textValue());
            }
            case "response.refusal.delta" -> grow(event, "refusal", "content_index");
            case "response.reasoning_text.delta" -> grow(event, "reasoning", "content_index");
            case "response.reasoning_summary_text.delta" -> grow(event, "summary", "summary_index");
            case "response.function_call_arguments.delta" -> grow(event, "arguments", null);
            case "response.custom_tool_call_input.delta" -> grow(event, "input", null);
            case "error" -> throw GrowingFields.unexpected();
            default -> {
                // Events that announce or repeat: the last one has all that they say.
            }
        }
        checkPlace(event);
    }

    private void checkPlace(ObjectNode event) {
        JsonNode number = event.path("sequence_number");
        if (!number.isMissingNode()) {
            if (!number.isIntegralNumber() || number.longValue() <= lastNumber) {
                throw GrowingFields.unexpected();
            }
            lastNumber = number.longValue();
        }
        String named = event.path("response").path("id").textValue();
        if (named != null) {
            if (id != null && !id.equals(named)) {
                throw GrowingFields.unexpected();
            }
            id = named;
        }
    }

    /**
     * @param index the field that numbers the item's parts, or null when it grows without parts
     */
    private void grow(ObjectNode event, String what, @Nullable String index) {
        JsonNode delta = event.path("delta");
        JsonNode item = event.path("output_index");
        if (!delta.isTextual()
                || !item.isInt()
                || (index != null && !event.path(index).isInt())) {
            throw GrowingFields.unexpected();
        }
        int part = index == null ? 0 : event.path(index).intValue();
        grown.computeIfAbsent(place(what, item.intValue(), part), first -> new StringBuilder())
                .append(delta.textValue());
    }

    private Map<String, String> grownTexts() {
        Map<String, String> texts = new TreeMap<>();
        grown.forEach((place, text) -> put(texts, place, text.toString()));
        return texts;
    }

    /** What a response says of all that grows by deltas, by where it stands. */
    private static Map<String, String> said(JsonNode response) {
        Map<String, String> texts = new TreeMap<>();
        int i = 0;
        for (JsonNode item : response.path("output")) {
            int j = 0;
            for (JsonNode part : item.path("content")) {
                switch (part.path("type").asText()) {
                    case "output_text" ->
                        put(texts, place("text", i, j), part.path("text").textValue());
                    case "refusal" ->
                        put(texts, place("refusal", i, j), part.path("refusal").textValue());
                    case "reasoning_text" ->
                        put(texts, place("reasoning", i, j), part.path("text").textValue());
                    default -> {
                        // A part that comes whole.
                    }
                }
                j++;
            }
            j = 0;
            for (JsonNode part : item.path("summary")) {
                put(texts, place("summary", i, j++), part.path("text").textValue());
            }
            put(texts, place("arguments", i, 0), functionArguments(item));
            put(texts, place("input", i, 0), item.path("input").textValue());
            i++;
        }
        return texts;
    }

    private static @Nullable String functionArguments(JsonNode item) {
        return item.path("type").asText().equals("function_call")
                ? item.path("arguments").textValue()
                : null;
    }

    private static void put(Map<String, String> texts, String place, @Nullable String text) {
        if (text != null && !text.isEmpty()) {
            texts.put(place, text);
        }
    }

    private static String place(String what, int item, int part) {
        return what + " " + item + " " + part;
    }
}
