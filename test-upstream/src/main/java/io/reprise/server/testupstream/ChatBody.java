package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A chat completion as one JSON object. */
final class ChatBody {

    private ChatBody() {}

    static ObjectNode json(ChatAnswer answer, Question request, Envelope envelope) {
        ObjectNode body = envelope.json("chat.completion");
        ArrayNode choices = body.putArray("choices");
        for (int index = 0; index < answer.choices().size(); index++) {
            choices.add(choice(answer.choices().get(index), index, request));
        }
        answer.usageFor(request).ifPresent(usage -> body.set("usage", usage.json()));
        Envelope.putOrigin(body);
        body.setAll(answer.extraFields());
        return body;
    }

    private static ObjectNode choice(Choice choice, int index, Question request) {
        ObjectNode json = Json.object().put("index", index);
        json.set("message", message(choice));
        if (request.logprobs() && choice.content() != null) {
            json.set("logprobs", Logprobs.of(Tokens.split(choice.content()), request.topLogprobs()));
        } else {
            json.putNull("logprobs");
        }
        return json.put("finish_reason", choice.finishReason());
    }

    private static ObjectNode message(Choice choice) {
        ObjectNode message = Json.object().put("role", "assistant").put("content", choice.content());
        if (choice.reasoning() != null) {
            message.put("reasoning_content", choice.reasoning());
        }
        if (!choice.toolCalls().isEmpty()) {
            ArrayNode calls = message.putArray("tool_calls");
            for (ToolCall call : choice.toolCalls()) {
                ObjectNode json = calls.addObject().put("id", call.id()).put("type", "function");
                json.putObject("function").put("name", call.name()).put("arguments", call.arguments());
            }
        }
        message.put("refusal", choice.refusal());
        message.putArray("annotations");
        message.setAll(choice.extraFields());
        return message;
    }
}
