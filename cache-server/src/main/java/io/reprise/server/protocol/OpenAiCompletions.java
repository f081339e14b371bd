package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** OpenAI's completions wire: a text that the model goes on with. */
public final class OpenAiCompletions implements WireFormat {
    /** Fields that say who asks or how the answer travels, and cannot change what it says. */
    private static final List<String> OUTSIDE_THE_SHAPE =
            List.of("user", "metadata", "prompt_cache_key", "stream", "stream_options");

    private final CachingRules rules;

    public OpenAiCompletions() {
        this(CachingRules.NONE);
    }

    /**
     * @param rules what the operator wants of all wires
     */
    public OpenAiCompletions(CachingRules rules) {
        this.rules = rules;
    }

    @Override
    public Wire wire() {
        return Wire.OPENAI_COMPLETIONS;
    }

    @Override
    public Call read(ObjectNode body) {
        ObjectNode shape = body.deepCopy();
        shape.remove("model");
        shape.remove(OUTSIDE_THE_SHAPE);
        Conversations.dropSilence(shape);
        for (String count : List.of("n", "best_of")) {
            if (OpenAiChat.isOneAnswer(body.path(count))) {
                shape.remove(count);
            }
        }
        String prompt = prompt(body.path("prompt"));
        Turn turn = new Turn(StrictJson.object(), List.of());
        if (prompt != null) {
            shape.remove("prompt");
            turn = new Turn(StrictJson.object().put("type", "prompt"), List.of(prompt));
        }
        return rules.applied(new Call(
                Wire.OPENAI_COMPLETIONS,
                OpenAiChat.model(body),
                new Conversation(shape, List.of(turn)),
                Conversations.flag(body, "stream"),
                OpenAiChat.usageInStream(body.path("stream_options")),
                // The answer repeats the prompt as it was typed.
                Conversations.flag(body, "echo") ? "echo" : null,
                uncacheable(body)));
    }

    @Override
    public Answers.Reading answer(byte[] json, JsonNode tree) {
        return Answers.openAiCompletion(json, tree, rules.keepTruncated());
    }

    @Override
    public boolean streamsUsageOnRequest() {
        return true;
    }

    @Override
    public StreamCollector collector() {
        return new OpenAiCompletionsCollector(rules.keepTruncated());
    }

    @Override
    public byte[] json(Completion completion, Replay replay) {
        return OpenAiCompletionsReplay.json(completion, replay);
    }

    @Override
    public byte[] events(Completion completion, Replay replay) {
        return OpenAiCompletionsReplay.events(completion, replay);
    }

    /** None: this wire has no turns, and a prompt that holds an earlier answer is a prompt like any other. */
    @Override
    public List<List<Turn>> echoes(Completion completion, Replay replay) {
        return List.of();
    }

    /** A prompt that is one text, also when it is the only one of a list; null for token arrays, several texts and none. */
    private static @Nullable String prompt(JsonNode prompt) {
        JsonNode only = prompt.isArray() && prompt.size() == 1 ? prompt.get(0) : prompt;
        return only.textValue();
    }

    private static @Nullable String uncacheable(ObjectNode body) {
        if (!OpenAiChat.isOneAnswer(body.path("n")) || !OpenAiChat.isOneAnswer(body.path("best_of"))) {
            return "n";
        }
        return prompt(body.path("prompt")) == null ? "prompt" : null;
    }
}
