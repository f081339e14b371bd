package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts the chunks of a streamed chat completion together into the {@code chat.completion} object that the same answer would have
 * been without streaming; fields that are not known are kept by the same rules. Not thread-safe.
 */
final class OpenAiChatCollector implements StreamCollector {
    /** Strings that name a thing and are not streamed in pieces, though some servers repeat them. */
    private static final Set<String> WHOLE_STRINGS = Set.of("role", "id", "type");

    /** A choice as far as it has come; its content apart, because it grows by thousands of pieces. */
    private record Choice(ObjectNode node, StringBuilder content) {}

    private final Map<Integer, Choice> choices = new TreeMap<>();
    private final ObjectNode answer = StrictJson.object();
    private boolean done;
    private boolean broken;

    @Override
    public void add(String data) {
        if (done || broken || data.isEmpty()) {
            return;
        }
        if (data.equals("[DONE]")) {
            done = true;
            return;
        }
        try {
            merge(StrictJson.parseObject(data.getBytes(StandardCharsets.UTF_8)));
        } catch (MalformedRequestException | ClassCastException e) {
            broken = true;
        }
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public Answers.Reading finish() {
        ObjectNode whole = answer.deepCopy();
        ArrayNode list = whole.putArray("choices");
        choices.values().forEach(choice -> list.add(wholeChoice(choice)));
        Answers.Reading reading = Answers.openAiChat(StrictJson.bytes(whole), whole);
        if (done && !broken) {
            return reading;
        }
        return switch (reading) {
            case Answers.Reading.Whole(Completion c) -> new Answers.Reading.NotKept("incomplete", c.model(), c.usage());
            case Answers.Reading.NotKept notKept -> notKept;
        };
    }

    @Override
    public String text() {
        var text = new StringBuilder();
        choices.values().forEach(choice -> text.append(choice.content()));
        return text.toString();
    }

    private void merge(ObjectNode chunk) {
        if (chunk.has("error")) {
            broken = true;
            return;
        }
        for (Map.Entry<String, JsonNode> field : chunk.properties()) {
            switch (field.getKey()) {
                case "object" -> answer.put("object", "chat.completion");
                case "choices" -> field.getValue().forEach(choice -> mergeChoice((ObjectNode) choice));
                case "usage" -> setUnlessNull(answer, "usage", field.getValue());
                // Padding against side channels on the wire: it belongs to a chunk, not to the answer.
                case "obfuscation" -> {}
                default -> setUnlessNull(answer, field.getKey(), field.getValue());
            }
        }
    }

    private static ObjectNode wholeChoice(Choice part) {
        ObjectNode choice = part.node().deepCopy();
        ObjectNode message = choice.withObject("message");
        boolean callsTools = message.has("tool_calls") || message.has("function_call");
        // Without streaming, an answer that only calls tools has null content, and tool calls have no index.
        if (part.content().isEmpty() && (callsTools || !message.has("content"))) {
            message.putNull("content");
        } else {
            message.put("content", part.content().toString());
        }
        message.path("tool_calls").forEach(call -> ((ObjectNode) call).remove("index"));
        return choice;
    }

    private void mergeChoice(ObjectNode part) {
        Choice soFar = choices.computeIfAbsent(
                part.path("index").asInt(0),
                index -> new Choice(StrictJson.object().put("index", index), new StringBuilder()));
        ObjectNode choice = soFar.node();
        for (Map.Entry<String, JsonNode> field : part.properties()) {
            switch (field.getKey()) {
                case "index" -> {}
                case "delta" -> {
                    ObjectNode delta = (ObjectNode) field.getValue();
                    if (delta.path("content").isTextual()) {
                        soFar.content().append(delta.path("content").textValue());
                        choice.withObject("message").put("content", "");
                        delta.remove("content");
                    }
                    mergeDelta(choice.withObject("message"), delta);
                }
                case "logprobs" -> {
                    if (field.getValue() instanceof ObjectNode logprobs) {
                        mergeDelta(choice.withObject("logprobs"), logprobs);
                    } else if (!choice.has("logprobs")) {
                        choice.putNull("logprobs");
                    }
                }
                default -> {
                    if (!choice.hasNonNull(field.getKey())) {
                        choice.set(field.getKey(), field.getValue());
                    }
                }
            }
        }
    }

    /** Strings grow, objects merge, lists of indexed elements merge by index and other lists grow. */
    private static void mergeDelta(ObjectNode into, ObjectNode delta) {
        for (Map.Entry<String, JsonNode> field : delta.properties()) {
            String name = field.getKey();
            JsonNode was = into.get(name);
            JsonNode now = field.getValue();
            if (was == null || was.isNull()) {
                if (now instanceof ArrayNode list) {
                    mergeList(into.putArray(name), list);
                } else {
                    into.set(name, now);
                }
            } else if (was.isTextual() && now.isTextual()) {
                if (!WHOLE_STRINGS.contains(name)) {
                    into.put(name, was.textValue() + now.textValue());
                }
            } else if (was instanceof ObjectNode object && now instanceof ObjectNode more) {
                mergeDelta(object, more);
            } else if (was instanceof ArrayNode list && now instanceof ArrayNode more) {
                mergeList(list, more);
            } else if (!now.isNull()) {
                into.set(name, now);
            }
        }
    }

    private static void mergeList(ArrayNode into, ArrayNode more) {
        for (JsonNode element : more) {
            ObjectNode same = element.path("index").isInt()
                    ? withIndex(into, element.path("index").intValue())
                    : null;
            if (same != null && element instanceof ObjectNode object) {
                mergeDelta(same, object.deepCopy().without("index"));
            } else {
                into.add(element);
            }
        }
    }

    private static @Nullable ObjectNode withIndex(ArrayNode list, int index) {
        for (JsonNode element : list) {
            if (element instanceof ObjectNode object && object.path("index").asInt(-1) == index) {
                return object;
            }
        }
        return null;
    }

    private static void setUnlessNull(ObjectNode object, String name, JsonNode value) {
        if (!value.isNull() || !object.has(name)) {
            object.set(name, value);
        }
    }
}
