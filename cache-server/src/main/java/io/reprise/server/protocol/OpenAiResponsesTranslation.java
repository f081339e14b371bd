package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.CanonicalAnswer.Part;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Translates between {@code response} objects and the form of no wire in particular. */
final class OpenAiResponsesTranslation {
    /** What a response says of itself, and what it repeats of its request. */
    private static final KnownFields RESPONSE = KnownFields.of(
            "id",
            "object",
            "created_at",
            "completed_at",
            "status",
            "background",
            "billing",
            "incomplete_details",
            "instructions",
            "max_output_tokens",
            "max_tool_calls",
            "model",
            "output",
            "output_text",
            "parallel_tool_calls",
            "prompt_cache_key",
            "prompt_cache_retention",
            "reasoning",
            "safety_identifier",
            "service_tier",
            "store",
            "temperature",
            "text",
            "tool_choice",
            "tools",
            "top_logprobs",
            "top_p",
            "frequency_penalty",
            "presence_penalty",
            "truncation",
            "usage",
            "user",
            "metadata");

    private static final KnownFields MESSAGE = KnownFields.of("id", "type", "status", "role", "content");
    private static final KnownFields TEXT = KnownFields.of("type", "text");
    private static final KnownFields CALL = KnownFields.of("id", "type", "status", "call_id", "name", "arguments");
    private static final KnownFields REASONING = KnownFields.of("id", "type", "status", "content");

    /** What every response repeats of its request, and what it says there when the request said nothing. */
    private static final ObjectNode REPEATED = StrictJson.parseObject("""
            {"background":false,"instructions":null,"max_output_tokens":null,"metadata":{},"parallel_tool_calls":true,
             "previous_response_id":null,"prompt_cache_key":null,"reasoning":{"effort":null,"summary":null},"safety_identifier":null,
             "service_tier":"default","store":false,"temperature":1.0,"text":{"format":{"type":"text"}},"tool_choice":"auto",
             "tools":[],"top_logprobs":0,"top_p":1.0,"truncation":"disabled","user":null}
            """.getBytes(StandardCharsets.UTF_8));

    private OpenAiResponsesTranslation() {}

    static CanonicalAnswer read(Completion completion) {
        JsonNode response = completion.tree();
        RESPONSE.check(response);
        return new CanonicalAnswer(
                parts(response.path("output")),
                response.path("status").asText().equals("incomplete"),
                completion.model(),
                completion.usage(),
                response.at("/usage/output_tokens_details/reasoning_tokens").asLong(0));
    }

    /**
     * Items as parts; those of an assistant in a question's history are alike.
     *
     * @throws NotTellableException also when two messages follow each other, whose border no other wire has
     */
    static List<Part> parts(Iterable<JsonNode> items) {
        List<Part> parts = new ArrayList<>();
        boolean afterMessage = false;
        for (JsonNode item : items) {
            String type = item.path("type").asText();
            switch (type) {
                case "message" -> {
                    if (afterMessage) {
                        throw new NotTellableException("two messages in one answer");
                    }
                    MESSAGE.check(item);
                    texts(item.path("content"), "output_text", parts);
                }
                case "function_call" -> {
                    CALL.check(item);
                    parts.add(new Part.ToolCall(
                            KnownFields.text(item, "call_id"),
                            KnownFields.text(item, "name"),
                            KnownFields.text(item, "arguments")));
                }
                case "reasoning" -> {
                    // Without a summary and a text it only says that there was thinking, which its tokens say as well.
                    REASONING.check(item);
                    List<Part> thoughts = new ArrayList<>();
                    texts(item.path("content"), "reasoning_text", thoughts);
                    thoughts.forEach(thought -> parts.add(new Part.Reasoning(((Part.Text) thought).text())));
                }
                default -> throw new NotTellableException("an item of type " + type);
            }
            afterMessage = type.equals("message");
        }
        return parts;
    }

    private static void texts(JsonNode content, String type, List<Part> into) {
        for (JsonNode part : content) {
            TEXT.check(part);
            if (!part.path("type").asText().equals(type)) {
                throw new NotTellableException(part.path("type").asText() + " in a content");
            }
            into.add(new Part.Text(KnownFields.text(part, "text")));
        }
    }

    /** Writes a {@code response} object, which repeats what the request said as the API does. */
    static ObjectNode write(CanonicalAnswer answer, Replay replay) {
        ObjectNode written = StrictJson.object()
                .put("id", "resp_" + replay.id())
                .put("object", "response")
                .put("created_at", replay.created().getEpochSecond())
                .put("status", answer.truncated() ? "incomplete" : "completed")
                .putNull("error");
        if (answer.truncated()) {
            written.putObject("incomplete_details").put("reason", "max_output_tokens");
        } else {
            written.putNull("incomplete_details");
        }
        written.put("model", answer.model() == null ? replay.model() : answer.model());
        ArrayNode output = written.putArray("output");
        for (Part part : answer.parts()) {
            item(output, replay.id() + "_" + output.size(), part, answer.truncated() ? "incomplete" : "completed");
        }
        for (Map.Entry<String, JsonNode> field : REPEATED.properties()) {
            JsonNode said = replay.repeated().path(field.getKey());
            written.set(field.getKey(), said.isMissingNode() || said.isNull() ? field.getValue() : said);
        }
        if (answer.usage() == null) {
            written.putNull("usage");
        } else {
            usage(written.putObject("usage"), answer.usage(), answer.reasoningTokens());
        }
        return written;
    }

    private static void item(ArrayNode output, String id, Part part, String status) {
        switch (part) {
            case Part.Text(String text) -> {
                ObjectNode message = output.addObject()
                        .put("id", "msg_" + id)
                        .put("type", "message")
                        .put("status", status)
                        .put("role", "assistant");
                ObjectNode words = message.putArray("content").addObject().put("type", "output_text");
                words.putArray("annotations");
                words.putArray("logprobs");
                words.put("text", text);
            }
            case Part.ToolCall(String callId, String name, String arguments) ->
                output.addObject()
                        .put("id", "fc_" + id)
                        .put("type", "function_call")
                        .put("status", "completed")
                        .put("call_id", callId)
                        .put("name", name)
                        .put("arguments", arguments);
            case Part.Reasoning(String text) -> {
                ObjectNode reasoning = output.addObject().put("id", "rs_" + id).put("type", "reasoning");
                reasoning.putArray("summary");
                reasoning
                        .putArray("content")
                        .addObject()
                        .put("type", "reasoning_text")
                        .put("text", text);
            }
        }
    }

    private static void usage(ObjectNode into, Usage usage, long reasoningTokens) {
        into.put("input_tokens", usage.inputTokens());
        into.putObject("input_tokens_details").put("cached_tokens", usage.cachedInputTokens());
        into.put("output_tokens", usage.outputTokens());
        into.putObject("output_tokens_details").put("reasoning_tokens", reasoningTokens);
        into.put("total_tokens", usage.inputTokens() + usage.outputTokens());
    }
}
