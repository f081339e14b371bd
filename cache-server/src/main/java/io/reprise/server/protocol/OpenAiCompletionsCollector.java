package io.reprise.server.protocol;

import static io.reprise.server.protocol.GrowingFields.child;
import static io.reprise.server.protocol.GrowingFields.grow;
import static io.reprise.server.protocol.GrowingFields.listOrNull;
import static io.reprise.server.protocol.GrowingFields.object;
import static io.reprise.server.protocol.GrowingFields.setLatest;
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

/**
 * Puts the chunks of a streamed text completion together: texts and the lists of {@code logprobs} grow by what follows, other values
 * hold until they are said again. A chunk that fits none of this makes the answer one that is not kept. Not thread-safe.
 */
final class OpenAiCompletionsCollector implements StreamCollector {
    private final boolean keepTruncated;
    private final ObjectNode answer = StrictJson.object();
    private final ObjectNode choice = StrictJson.object();
    private boolean done;
    private boolean ended;
    private boolean broken;

    /**
     * @param keepTruncated whether an answer that ended by its limit of tokens counts as whole
     */
    OpenAiCompletionsCollector(boolean keepTruncated) {
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
        ArrayNode choices = whole.putArray("choices");
        if (!choice.isEmpty()) {
            choices.add(settled(choice));
        }
        return Answers.openAiCompletion(StrictJson.bytes(whole), whole, keepTruncated)
                .keptOnlyIf(!broken && (done || (ended && !saysNothing(choice.path("finish_reason")))));
    }

    @Override
    public String text() {
        return settled(choice.path("text")).asText("");
    }

    private void merge(ObjectNode chunk) {
        JsonNode choices = chunk.path("choices");
        if (chunk.hasNonNull("error") || !choices.isArray()) {
            throw unexpected();
        }
        for (Map.Entry<String, JsonNode> field : chunk.properties()) {
            switch (field.getKey()) {
                case "choices", "usage", "obfuscation" -> {}
                default -> setLatest(answer, field.getKey(), field.getValue());
            }
        }
        for (JsonNode part : choices) {
            mergeChoice(object(part));
        }
    }

    private void mergeChoice(ObjectNode part) {
        // One answer was asked for: whatever is not the first is not understood.
        if (part.path("index").asInt(0) != 0) {
            throw unexpected();
        }
        for (Map.Entry<String, JsonNode> field : part.properties()) {
            JsonNode value = field.getValue();
            switch (field.getKey()) {
                case "text" -> grow(choice, "text", textOrNull(value));
                case "logprobs" -> {
                    if (value.isNull()) {
                        setLatest(choice, "logprobs", value);
                    } else {
                        for (Map.Entry<String, JsonNode> list : object(value).properties()) {
                            grow(child(choice, "logprobs"), list.getKey(), listOrNull(list.getValue()));
                        }
                    }
                }
                case "finish_reason" -> setReason(choice, "finish_reason", value);
                default -> setLatest(choice, field.getKey(), value);
            }
        }
    }
}
