package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** OpenAI's chat completions wire. */
public final class OpenAiChat implements WireFormat {
    /** Fields that say who asks or how the answer travels, and cannot change what it says. */
    private static final List<String> OUTSIDE_THE_SHAPE = List.of(
            "user",
            "safety_identifier",
            "metadata",
            "prompt_cache_key",
            "prompt_cache_retention",
            "stream",
            "stream_options");

    private final CachingRules rules;

    public OpenAiChat() {
        this(CachingRules.NONE);
    }

    /**
     * @param rules what the operator wants of all wires
     */
    public OpenAiChat(CachingRules rules) {
        this.rules = rules;
    }

    @Override
    public Wire wire() {
        return Wire.OPENAI_CHAT;
    }

    @Override
    public Call read(ObjectNode body) {
        ObjectNode shape = body.deepCopy();
        shape.remove("model");
        shape.remove(OUTSIDE_THE_SHAPE);
        Conversations.dropSilence(shape);
        if (isOneAnswer(body.path("n"))) {
            shape.remove("n");
        }
        List<Turn> turns = Conversations.takeTurns(shape);
        return rules.applied(new Call(
                Wire.OPENAI_CHAT,
                model(body),
                new Conversation(shape, turns),
                Conversations.flag(body, "stream"),
                usageInStream(body.path("stream_options")),
                body.hasNonNull("web_search_options") ? HostedTools.LOOKS_UP : null,
                uncacheable(body)));
    }

    /** The model that a body names, or null. */
    static @Nullable String model(ObjectNode body) {
        JsonNode model = body.path("model");
        if (!model.isTextual() && !model.isMissingNode() && !model.isNull()) {
            throw new MalformedRequestException("model must be a string");
        }
        return model.textValue();
    }

    /** A chat of one user message, as a lookup by bare prompt means it. */
    public Call ofPrompt(String prompt, @Nullable String model) {
        ObjectNode body = StrictJson.object();
        if (model != null) {
            body.put("model", model);
        }
        body.putArray("messages").addObject().put("role", "user").put("content", prompt);
        return read(body);
    }

    @Override
    public Answers.Reading answer(byte[] json, JsonNode tree) {
        return Answers.openAiChat(json, tree, rules.keepTruncated());
    }

    @Override
    public boolean streamsUsageOnRequest() {
        return true;
    }

    @Override
    public StreamCollector collector() {
        return new OpenAiChatCollector(rules.keepTruncated());
    }

    @Override
    public byte[] json(Completion completion, Replay replay) {
        return OpenAiChatReplay.json(completion, replay);
    }

    @Override
    public byte[] events(Completion completion, Replay replay) {
        return OpenAiChatReplay.events(completion, replay);
    }

    @Override
    public List<List<Turn>> echoes(Completion completion, Replay replay) {
        if (replay.canonical()) {
            return Conversations.canonicalEchoes(completion);
        }
        JsonNode message = StrictJson.parse(json(completion, replay))
                .path("choices")
                .path(0)
                .path("message");
        return Conversations.echoes(message, completion);
    }

    static boolean usageInStream(JsonNode options) {
        if (!options.isObject() && !options.isMissingNode() && !options.isNull()) {
            throw new MalformedRequestException("stream_options must be an object");
        }
        return Conversations.flag(options, "include_usage");
    }

    private static @Nullable String uncacheable(ObjectNode body) {
        if (!isOneAnswer(body.path("n"))) {
            return "n";
        }
        if (body.hasNonNull("audio") || body.path("modalities").toString().contains("\"audio\"")) {
            return "audio";
        }
        return null;
    }

    /** Absent, null and one mean the same to every provider. */
    static boolean isOneAnswer(JsonNode n) {
        return n.isMissingNode()
                || n.isNull()
                || (n.isNumber() && n.decimalValue().compareTo(BigDecimal.ONE) == 0);
    }
}
