package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Anthropic's messages wire. */
public final class AnthropicMessages implements WireFormat {
    private static final List<String> OUTSIDE_THE_SHAPE = List.of("metadata", "stream");

    private final CachingRules rules;

    public AnthropicMessages() {
        this(CachingRules.NONE);
    }

    /**
     * @param rules what the operator wants of all wires
     */
    public AnthropicMessages(CachingRules rules) {
        this.rules = rules;
    }

    @Override
    public Wire wire() {
        return Wire.ANTHROPIC_MESSAGES;
    }

    @Override
    public Call read(ObjectNode body) {
        JsonNode model = body.path("model");
        if (!model.isTextual()) {
            throw new MalformedRequestException("model must be a string");
        }
        ObjectNode shape = body.deepCopy();
        shape.remove("model");
        shape.remove(OUTSIDE_THE_SHAPE);
        Conversations.dropSilence(shape);
        if (shape.get("system") instanceof TextNode system) {
            shape.putArray("system").addObject().put("type", "text").set("text", system);
        }
        List<Turn> turns = Conversations.takeTurns(shape);
        return rules.applied(new Call(
                Wire.ANTHROPIC_MESSAGES,
                model.textValue(),
                new Conversation(shape, turns),
                Conversations.flag(body, "stream"),
                true,
                HostedTools.lookUp(body.path("tools")) ? HostedTools.LOOKS_UP : null,
                uncacheable(body)));
    }

    @Override
    public Answers.Reading answer(byte[] json, JsonNode tree) {
        return Answers.anthropicMessage(json, tree, rules.keepTruncated());
    }

    @Override
    public boolean streamsUsageOnRequest() {
        return false;
    }

    @Override
    public StreamCollector collector() {
        return new AnthropicCollector(rules.keepTruncated());
    }

    @Override
    public byte[] json(Completion completion, Replay replay) {
        return AnthropicReplay.json(completion, replay);
    }

    @Override
    public byte[] events(Completion completion, Replay replay) {
        return AnthropicReplay.events(completion, replay);
    }

    @Override
    public List<List<Turn>> echoes(Completion completion, Replay replay) {
        if (replay.canonical()) {
            return Conversations.canonicalEchoes(completion);
        }
        ObjectNode message = StrictJson.object().put("role", "assistant");
        message.set("content", StrictJson.parse(json(completion, replay)).path("content"));
        return Conversations.echoes(message, completion);
    }

    /** Calls that act on something beyond the answer, which a replay would not do. */
    private static @Nullable String uncacheable(ObjectNode body) {
        if (body.hasNonNull("container")) {
            return "container";
        }
        if (!body.path("mcp_servers").isEmpty()) {
            return "mcp-servers";
        }
        return HostedTools.act(body.path("tools")) ? HostedTools.ACTS : null;
    }
}
