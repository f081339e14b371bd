package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The deltas by which one choice is streamed, in the order in which OpenAI sends them: the role, which opens a single tool call at
 * once; then the text token by token, or each tool call (opened by a delta of its own when there are several) with fragments of
 * its arguments. Reasoning, where there is any, comes before the text, as DeepSeek and vLLM send it.
 */
final class ChatDeltas {

    private final Choice choice;
    private final List<Delta> deltas = new ArrayList<>();

    private ChatDeltas(Choice choice) {
        this.choice = choice;
    }

    /**
     * One delta.
     *
     * @param json the {@code delta} object
     * @param contentToken the token of the content that it carries, empty when it carries none
     */
    record Delta(ObjectNode json, String contentToken) {}

    /** At least one delta: the first has the role. */
    static List<Delta> of(Choice choice) {
        ChatDeltas stream = new ChatDeltas(choice);
        stream.addOpening();
        stream.addReasoning();
        stream.addContent();
        stream.addRefusal();
        stream.addToolCalls();
        return stream.deltas;
    }

    private void addOpening() {
        ObjectNode delta = Json.object().put("role", "assistant");
        boolean laterText = choice.content() != null && choice.reasoning() == null;
        delta.put("content", laterText ? "" : null);
        if (choice.reasoning() != null) {
            delta.put("reasoning_content", "");
        }
        if (choice.toolCalls().size() == 1) {
            delta.set("tool_calls", opening(0));
        }
        delta.put("refusal", choice.refusal() == null ? null : "");
        delta.setAll(choice.extraFields());
        add(delta);
    }

    private void addReasoning() {
        if (choice.reasoning() != null) {
            for (String token : Tokens.split(choice.reasoning())) {
                add(Json.object().putNull("content").put("reasoning_content", token));
            }
        }
    }

    private void addContent() {
        if (choice.content() != null) {
            for (String token : Tokens.split(choice.content())) {
                deltas.add(new Delta(Json.object().put("content", token), token));
            }
        }
    }

    private void addRefusal() {
        if (choice.refusal() != null) {
            for (String token : Tokens.split(choice.refusal())) {
                add(Json.object().put("refusal", token));
            }
        }
    }

    private void addToolCalls() {
        List<ToolCall> calls = choice.toolCalls();
        for (int index = 0; index < calls.size(); index++) {
            if (calls.size() > 1) {
                ObjectNode delta = Json.object();
                delta.set("tool_calls", opening(index));
                add(delta);
            }
            for (String fragment : Tokens.split(calls.get(index).arguments())) {
                ObjectNode delta = Json.object();
                delta.putArray("tool_calls")
                        .addObject()
                        .put("index", index)
                        .putObject("function")
                        .put("arguments", fragment);
                add(delta);
            }
        }
    }

    private ArrayNode opening(int index) {
        ToolCall call = choice.toolCalls().get(index);
        ArrayNode calls = Json.array();
        calls.addObject()
                .put("index", index)
                .put("id", call.id())
                .put("type", "function")
                .putObject("function")
                .put("name", call.name())
                .put("arguments", "");
        return calls;
    }

    private void add(ObjectNode delta) {
        deltas.add(new Delta(delta, ""));
    }
}
