package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** A response of OpenAI's Responses wire as JSON: the whole, and its parts as the events carry them. For one response. */
final class ResponseBody {

    /** The fields of the request that a response repeats, with what it says where the request has none. */
    private static final Map<String, JsonNode> REPEATED = Json.fields("""
            {"instructions":null,"max_output_tokens":null,"max_tool_calls":null,"parallel_tool_calls":true,\
            "previous_response_id":null,"prompt_cache_key":null,"reasoning":{"effort":null,"summary":null},\
            "safety_identifier":null,"store":true,"temperature":1.0,\
            "text":{"format":{"type":"text"},"verbosity":"medium"},"tool_choice":"auto","tools":[],"top_logprobs":0,\
            "top_p":1.0,"truncation":"disabled","user":null,"metadata":{}}""");

    private final ResponseAnswer answer;
    private final Question question;
    private final Envelope envelope;
    private final JsonNode request;

    ResponseBody(ResponseAnswer answer, Question question, Envelope envelope, ReceivedRequest request) {
        this.answer = answer;
        this.question = question;
        this.envelope = envelope;
        this.request = request.json().orElse(MissingNode.getInstance());
    }

    /** The response when it has ended. */
    ObjectNode ended() {
        ObjectNode body = opening(answer.status(), "default");
        ArrayNode output = (ArrayNode) body.path("output");
        for (int index = 0; index < answer.output().size(); index++) {
            output.add(item(index));
        }
        answer.usageFor(question).ifPresent(usage -> body.set("usage", usage.responsesJson()));
        if (answer.incompleteReason() != null) {
            body.putObject("incomplete_details").put("reason", answer.incompleteReason());
        }
        ApiError failure = answer.failure();
        if (failure != null) {
            body.putObject("error")
                    .put("code", failure.code() == null ? failure.type() : failure.code())
                    .put("message", failure.message());
        }
        return body;
    }

    /** The response before anything is put out. */
    ObjectNode opening() {
        return opening("in_progress", "auto");
    }

    /** A finished item. */
    ObjectNode item(int index) {
        return switch (answer.output().get(index)) {
            case OutputItem.Message message -> {
                ObjectNode json = started(index, itemStatus());
                ((ArrayNode) json.path("content")).add(part(message, message.text()));
                yield json;
            }
            case OutputItem.FunctionCall(ToolCall call) ->
                started(index, itemStatus()).put("arguments", call.arguments());
            case OutputItem.Reasoning reasoning -> {
                ObjectNode json = started(index, itemStatus());
                for (String summary : reasoning.summaries()) {
                    ((ArrayNode) json.path("summary")).add(summaryPart(summary));
                }
                yield json;
            }
            case OutputItem.Whole(ObjectNode whole) -> whole.deepCopy();
        };
    }

    /** An item when it begins. */
    ObjectNode started(int index, String status) {
        return switch (answer.output().get(index)) {
            case OutputItem.Message message -> {
                ObjectNode json = Json.object()
                        .put("id", itemId("msg_", index))
                        .put("type", "message")
                        .put("status", status);
                json.putArray("content");
                yield json.put("role", "assistant");
            }
            case OutputItem.FunctionCall(ToolCall call) ->
                Json.object()
                        .put("id", itemId("fc_", index))
                        .put("type", "function_call")
                        .put("status", status)
                        .put("arguments", "")
                        .put("call_id", call.id())
                        .put("name", call.name());
            case OutputItem.Reasoning reasoning -> {
                ObjectNode json = Json.object().put("id", itemId("rs_", index)).put("type", "reasoning");
                if (reasoning.encrypted() != null) {
                    json.put("encrypted_content", reasoning.encrypted());
                }
                json.putArray("summary");
                yield json;
            }
            case OutputItem.Whole(ObjectNode whole) -> whole.deepCopy();
        };
    }

    /** The part of a message that holds its text. */
    ObjectNode part(OutputItem.Message message, String text) {
        if (message.refusal()) {
            return Json.object().put("type", "refusal").put("refusal", text);
        }
        ObjectNode part = Json.object().put("type", "output_text");
        part.putArray("annotations");
        part.set("logprobs", logprobs(text));
        return part.put("text", text);
    }

    static ObjectNode summaryPart(String text) {
        return Json.object().put("type", "summary_text").put("text", text);
    }

    /** Those of a text's tokens, where the request asks for them. */
    ArrayNode logprobs(String text) {
        boolean wanted = request.path("include").valueStream().anyMatch(included -> included.asText()
                .equals("message.output_text.logprobs"));
        return wanted ? Logprobs.content(Tokens.split(text), question.topLogprobs()) : Json.array();
    }

    private String itemStatus() {
        return answer.status().equals("completed") ? "completed" : "incomplete";
    }

    private String itemId(String prefix, int index) {
        return prefix + envelope.id().substring("resp_".length()) + index;
    }

    private ObjectNode opening(String status, String serviceTier) {
        ObjectNode body = Json.object()
                .put("id", envelope.id())
                .put("object", "response")
                .put("created_at", envelope.createdSeconds())
                .put("status", status)
                .put("background", false)
                .putNull("error")
                .putNull("incomplete_details")
                .put("model", envelope.model());
        body.putArray("output");
        REPEATED.forEach(
                (field, unsaid) -> body.set(field, request.path(field).isMissingNode() ? unsaid : request.path(field)));
        body.put("service_tier", serviceTier).putNull("usage");
        body.setAll(answer.extraFields());
        return body;
    }
}
