package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.CanonicalAnswer.Part;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds what a call asks in the form of no wire in particular, so that calls that ask the same on different wires are equal.
 *
 * <p>The form is
 *
 * <pre>
 * shape  {system: [text], tools: [{name, description, parameters, strict}], tool_choice: {mode, name}, one_tool_at_a_time,
 *         max_tokens, temperature, top_p}
 * turns  {role: user, content: [{type: text} | {type: image, url}]} with the texts taken out,
 *        {role: assistant, content: [{type: text, text} | {type: tool_call, id, name, arguments}]},
 *        {role: tool, id, content: [text]}
 * </pre>
 *
 * with what was not said left out. A call that says anything else has no such form: its answers stay on its wire. Stop sequences are
 * such a thing, since one wire tells an answer that met one from an answer that ended, and the others do not.
 */
final class CanonicalQuestion {
    private final ObjectNode shape = StrictJson.object();
    private final ArrayNode system = shape.putArray("system");
    private final ArrayNode tools = shape.putArray("tools");
    private final List<Turn> turns = new ArrayList<>();

    /** What a call asks, or null when only its own wire can say it. */
    static @Nullable Conversation of(Call call) {
        try {
            return switch (call.wire()) {
                case OPENAI_CHAT -> OpenAiChatQuestion.canonical(call.asked());
                case OPENAI_RESPONSES -> OpenAiResponsesQuestion.canonical(call.asked());
                case ANTHROPIC_MESSAGES -> AnthropicQuestion.canonical(call.asked());
                // To go on with a text is another question than to answer it.
                case OPENAI_COMPLETIONS -> null;
            };
        } catch (NotTellableException e) {
            return null;
        }
    }

    Conversation build() {
        if (turns.isEmpty() || turns.getLast().shape().path("role").asText().equals("assistant")) {
            // One wire goes on with an assistant's last turn, the others answer it.
            throw new NotTellableException("a conversation that asks nothing");
        }
        if (tools.isEmpty()) {
            // Without tools there is nothing to choose.
            shape.remove(List.of("tool_choice", "one_tool_at_a_time"));
        }
        return new Conversation(shape, turns);
    }

    void system(String text) {
        if (!turns.isEmpty()) {
            throw new NotTellableException("a system's turn between others");
        }
        system.add(text);
    }

    /** A parameter under its canonical name; one that is null or absent is not said. */
    void parameter(String name, JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return;
        }
        if (!value.isNumber() || shape.has(name)) {
            throw new NotTellableException(name + " is no number, or said twice");
        }
        shape.set(name, value);
    }

    /**
     * A function that the model may call.
     *
     * @param strict whether its arguments must follow the schema
     */
    void tool(String name, JsonNode description, JsonNode parameters, boolean strict) {
        ObjectNode tool = tools.addObject().put("name", name).put("strict", strict);
        if (!KnownFields.saysNothing(description)) {
            tool.set("description", description);
        }
        if (!KnownFields.saysNothing(parameters)) {
            tool.set("parameters", parameters);
        }
    }

    /**
     * Whether and what the model must call.
     *
     * @param mode {@code auto}, {@code none}, {@code required} or {@code tool}
     * @param name the tool's, with the mode {@code tool}
     */
    void toolChoice(String mode, @Nullable String name) {
        // To be free to choose is what is meant when nothing is said.
        if (!mode.equals("auto")) {
            shape.putObject("tool_choice").put("mode", mode).put("name", name);
        }
    }

    void oneToolAtATime(boolean one) {
        if (one) {
            shape.put("one_tool_at_a_time", true);
        }
    }

    void turn(Turn turn) {
        turns.add(turn);
    }

    /** A switch that may be absent or null. */
    static boolean flag(JsonNode value, boolean otherwise) {
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw new NotTellableException("what is neither true nor false");
        }
        return value.booleanValue();
    }

    static ObjectNode textMark() {
        return StrictJson.object().put("type", "text");
    }

    /**
     * An image.
     *
     * @param url of the web, or with the image itself in it
     */
    static ObjectNode image(String url) {
        return StrictJson.object().put("type", "image").put("url", url);
    }

    /**
     * A user's turn.
     *
     * @param content marks of texts, and images
     */
    static Turn userTurn(List<ObjectNode> content, List<String> texts) {
        ObjectNode turn = StrictJson.object().put("role", "user");
        turn.putArray("content").addAll(content);
        return new Turn(turn, texts);
    }

    /**
     * An assistant's turn: an answer in the history of a question.
     *
     * @throws NotTellableException when it thought, or a call's arguments are no object
     */
    static Turn assistantTurn(List<Part> parts) {
        ObjectNode turn = StrictJson.object().put("role", "assistant");
        ArrayNode content = turn.putArray("content");
        // An answer's own rules say which parts are one.
        for (Part part : new CanonicalAnswer(parts, false, null, null, 0).parts()) {
            switch (part) {
                case Part.Text(String text) ->
                    content.addObject().put("type", "text").put("text", text);
                case Part.ToolCall(String id, String name, String arguments) ->
                    content.addObject()
                            .put("type", "tool_call")
                            .put("id", id)
                            .put("name", name)
                            .set("arguments", CanonicalAnswer.object(arguments));
                case Part.Reasoning thought -> throw new NotTellableException("thoughts in a history");
            }
        }
        return new Turn(turn, List.of());
    }

    /** What a tool gave back. */
    static Turn toolTurn(String callId, List<Part> words) {
        ObjectNode turn = StrictJson.object().put("role", "tool").put("id", callId);
        ArrayNode content = turn.putArray("content");
        for (Part part : words) {
            if (!(part instanceof Part.Text(String text))) {
                throw new NotTellableException("a tool's result that is no text");
            }
            content.add(text);
        }
        return new Turn(turn, List.of());
    }
}
