package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's responses wire.
 *
 * <p>Its answers are kept upstream unless the call says {@code store: false}, and later calls may go on from their ids: an answer that is
 * replayed would go on somebody else's conversation, so only such calls are cached.
 */
public final class OpenAiResponses implements WireFormat {
    /** Fields that say who asks or how the answer travels, and cannot change what it says. */
    private static final List<String> OUTSIDE_THE_SHAPE = List.of(
            "user",
            "safety_identifier",
            "metadata",
            "prompt_cache_key",
            "prompt_cache_retention",
            "stream",
            "stream_options");

    private static final Set<String> NOT_REPEATED = Set.of("input", "stream", "stream_options", "model");

    private final CachingRules rules;

    public OpenAiResponses() {
        this(CachingRules.NONE);
    }

    /**
     * @param rules what the operator wants of all wires
     */
    public OpenAiResponses(CachingRules rules) {
        this.rules = rules;
    }

    @Override
    public Wire wire() {
        return Wire.OPENAI_RESPONSES;
    }

    @Override
    public Call read(ObjectNode body) {
        ObjectNode shape = body.deepCopy();
        shape.remove("model");
        shape.remove(OUTSIDE_THE_SHAPE);
        Conversations.dropSilence(shape);
        JsonNode input = shape.path("input");
        shape.remove("input");
        ObjectNode repeated = StrictJson.object();
        for (Map.Entry<String, JsonNode> field : body.properties()) {
            if (!NOT_REPEATED.contains(field.getKey())) {
                repeated.set(field.getKey(), field.getValue());
            }
        }
        return rules.applied(new Call(
                Wire.OPENAI_RESPONSES,
                OpenAiChat.model(body),
                new Conversation(shape, ResponseItems.turns(input)),
                null,
                Conversations.flag(body, "stream"),
                true,
                HostedTools.lookUp(body.path("tools")) ? HostedTools.LOOKS_UP : null,
                uncacheable(body),
                repeated));
    }

    @Override
    public Answers.Reading answer(byte[] json, JsonNode tree) {
        return OpenAiResponseReading.read(json, tree, rules.keepTruncated());
    }

    @Override
    public boolean streamsUsageOnRequest() {
        return false;
    }

    @Override
    public StreamCollector collector() {
        return new OpenAiResponsesCollector(rules.keepTruncated());
    }

    @Override
    public byte[] json(Completion completion, Replay replay) {
        return OpenAiResponsesReplay.json(completion, replay);
    }

    @Override
    public byte[] events(Completion completion, Replay replay) {
        return OpenAiResponsesReplay.events(completion, replay);
    }

    @Override
    public List<List<Turn>> echoes(Completion completion, Replay replay) {
        if (replay.canonical()) {
            return Conversations.canonicalEchoes(completion);
        }
        JsonNode output = StrictJson.parse(json(completion, replay)).path("output");
        return ResponseItems.echoes(output, completion.text());
    }

    /** What is kept elsewhere may have changed by the time of a replay, and what acts would not act again. */
    private static @Nullable String uncacheable(ObjectNode body) {
        if (body.hasNonNull("previous_response_id")) {
            return "previous-response";
        }
        if (body.hasNonNull("conversation")) {
            return "conversation";
        }
        if (Conversations.flag(body, "background")) {
            return "background";
        }
        if (body.hasNonNull("prompt")) {
            return "prompt-template";
        }
        for (JsonNode item : body.path("input")) {
            if ("item_reference".equals(item.path("type").textValue())) {
                return "item-reference";
            }
        }
        if (HostedTools.mayAct(body.path("tools"))) {
            return HostedTools.ACTS;
        }
        JsonNode store = body.path("store");
        return store.isBoolean() && !store.booleanValue() ? null : "store";
    }
}
