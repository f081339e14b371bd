package io.reprise.server.protocol;

import static io.reprise.server.protocol.GrowingFields.child;
import static io.reprise.server.protocol.GrowingFields.grow;
import static io.reprise.server.protocol.GrowingFields.listOrNull;
import static io.reprise.server.protocol.GrowingFields.object;
import static io.reprise.server.protocol.GrowingFields.setLatest;
import static io.reprise.server.protocol.GrowingFields.setOnce;
import static io.reprise.server.protocol.GrowingFields.setReason;
import static io.reprise.server.protocol.GrowingFields.settled;
import static io.reprise.server.protocol.GrowingFields.textOrNull;
import static io.reprise.server.protocol.GrowingFields.unexpected;
import static io.reprise.server.protocol.KnownFields.saysNothing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts the chunks of a streamed chat completion together into the {@code chat.completion} object that the same answer would have
 * been without streaming.
 *
 * <p>How the parts that OpenAI defines grow is known. Fields of a delta that are not known grow where that is plain: texts and lists
 * by what follows, other values not at all. Whatever would take a guess makes the answer one that is not kept. Not thread-safe.
 */
final class OpenAiChatCollector implements StreamCollector {
    private final boolean keepTruncated;
    private final Map<Integer, ObjectNode> choices = new TreeMap<>();
    private final ObjectNode answer = StrictJson.object();
    private boolean done;
    private boolean ended;
    private boolean broken;

    OpenAiChatCollector() {
        this(false);
    }

    /**
     * @param keepTruncated whether an answer that ended by its limit of tokens counts as whole
     */
    OpenAiChatCollector(boolean keepTruncated) {
        this.keepTruncated = keepTruncated;
    }

    @Override
    public void add(String data) {
        if (done || data.isEmpty()) {
            return;
        }
        if (data.equals("[DONE]")) {
            done = true;
            return;
        }
        try {
            ObjectNode chunk = StrictJson.parseObject(data.getBytes(StandardCharsets.UTF_8));
            // What a stream has cost is told even when what it said can no longer be put together.
            if (chunk.hasNonNull("usage")) {
                answer.set("usage", chunk.get("usage"));
            }
            if (!broken) {
                merge(chunk);
            }
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
        ended = true;
    }

    @Override
    public Answers.Reading finish() {
        ObjectNode whole = answer.deepCopy();
        ArrayNode list = whole.putArray("choices");
        choices.values().forEach(choice -> list.add(wholeChoice(choice)));
        return Answers.openAiChat(StrictJson.bytes(whole), whole, keepTruncated)
                .keptOnlyIf(!broken && (done || (ended && saidWhyItStopped())));
    }

    private boolean saidWhyItStopped() {
        return choices.values().stream().noneMatch(choice -> saysNothing(choice.path("finish_reason")));
    }

    @Override
    public String text() {
        var text = new StringBuilder();
        choices.values()
                .forEach(choice -> text.append(
                        settled(choice.path("message").path("content")).asText("")));
        return text.toString();
    }

    private void merge(ObjectNode chunk) {
        JsonNode list = chunk.path("choices");
        if (chunk.hasNonNull("error") || !(list.isArray() || list.isNull())) {
            throw unexpected();
        }
        for (Map.Entry<String, JsonNode> field : chunk.properties()) {
            switch (field.getKey()) {
                case "object" -> answer.put("object", "chat.completion");
                // Obfuscation is padding against side channels on the wire: it belongs to a chunk, not to the answer.
                case "choices", "usage", "obfuscation" -> {}
                default -> setLatest(answer, field.getKey(), field.getValue());
            }
        }
        list.forEach(choice -> mergeChoice(object(choice)));
    }

    private void mergeChoice(ObjectNode part) {
        JsonNode index = part.path("index");
        if (!index.isInt() && !index.isMissingNode()) {
            throw unexpected();
        }
        ObjectNode choice = choices.computeIfAbsent(
                index.intValue(), number -> StrictJson.object().put("index", number));
        for (Map.Entry<String, JsonNode> field : part.properties()) {
            JsonNode value = field.getValue();
            switch (field.getKey()) {
                case "index" -> {}
                case "delta" -> {
                    if (!value.isNull()) {
                        mergeDelta(child(choice, "message"), object(value));
                    }
                }
                case "logprobs" -> {
                    if (value.isNull()) {
                        setLatest(choice, "logprobs", value);
                    } else {
                        object(value)
                                .properties()
                                .forEach(list ->
                                        grow(child(choice, "logprobs"), list.getKey(), listOrNull(list.getValue())));
                    }
                }
                // Where the deltas are put together: a choice that brings one is no chunk.
                case "message" -> throw unexpected();
                case "finish_reason" -> setReason(choice, "finish_reason", value);
                default -> setLatest(choice, field.getKey(), value);
            }
        }
    }

    private static void mergeDelta(ObjectNode message, ObjectNode delta) {
        for (Map.Entry<String, JsonNode> field : delta.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            switch (name) {
                case "role" -> {
                    if (!message.hasNonNull(name)) {
                        message.set(name, value);
                    }
                }
                case "content", "refusal" -> grow(message, name, textOrNull(value));
                case "function_call" -> {
                    if (!value.isNull()) {
                        mergeNamed(child(message, name), object(value), "arguments");
                    }
                }
                case "tool_calls" -> {
                    if (value.isNull()) {
                        setLatest(message, name, value);
                    } else {
                        ArrayNode calls = message.get(name) instanceof ArrayNode list ? list : message.putArray(name);
                        listOrNull(value).forEach(call -> mergeToolCall(calls, object(call)));
                    }
                }
                default -> grow(message, name, value);
            }
        }
    }

    /** Fragments of a call carry its index; a call without one comes whole. */
    private static void mergeToolCall(ArrayNode calls, ObjectNode part) {
        JsonNode index = part.path("index");
        if (!index.isInt()) {
            if (!index.isMissingNode() || !part.path("id").isTextual()) {
                throw unexpected();
            }
            calls.add(part);
            return;
        }
        for (JsonNode call : calls) {
            if (call instanceof ObjectNode begun && begun.path("index").equals(index)) {
                mergeNamed(begun, part, null);
                return;
            }
        }
        mergeNamed(calls.addObject(), part, null);
    }

    /**
     * Merges what names a thing, where every value stays what it was first, though some servers repeat it; another value is of
     * another thing, mistaken for this one.
     *
     * @param growing the one field that comes in pieces, or null
     */
    private static void mergeNamed(ObjectNode into, ObjectNode part, @Nullable String growing) {
        for (Map.Entry<String, JsonNode> field : part.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (name.equals(growing)) {
                grow(into, name, textOrNull(value));
            } else if (name.equals("function") && !value.isNull()) {
                mergeNamed(child(into, name), object(value), "arguments");
            } else if (name.equals("custom") && !value.isNull()) {
                mergeNamed(child(into, name), object(value), "input");
            } else {
                setOnce(into, name, value);
            }
        }
    }

    private static ObjectNode wholeChoice(ObjectNode collected) {
        ObjectNode choice = (ObjectNode) settled(collected);
        ObjectNode message = child(choice, "message");
        boolean callsTools = !message.path("tool_calls").isEmpty() || message.has("function_call");
        // Without streaming, an answer that only calls tools has null content, and tool calls have no index.
        if (!message.has("content") || (callsTools && saysNothing(message.path("content")))) {
            message.putNull("content");
        }
        message.path("tool_calls").forEach(call -> ((ObjectNode) call).remove("index"));
        return choice;
    }
}
