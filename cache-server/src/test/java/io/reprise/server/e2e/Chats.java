package io.reprise.server.e2e;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.models.chat.completions.ChatCompletionCreateParams;

/** Chat requests, as JSON and as the SDK's parameters. */
final class Chats {
    static final String PATH = "/v1/chat/completions";
    static final String MODEL = "gpt-4o-mini";
    static final String QUESTION = "How do I reset my password?";
    static final String PARAPHRASE = "How can I reset my password?";
    static final String OTHER_QUESTION = "What is the capital of France?";

    private Chats() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** A conversation of one message. */
    static ObjectNode asking(String question) {
        ObjectNode body = object().put("model", MODEL);
        body.putArray("messages").addObject().put("role", "user").put("content", question);
        return body;
    }

    static ObjectNode streaming(String question) {
        return asking(question).put("stream", true);
    }

    static ObjectNode streamingWithUsage(String question) {
        ObjectNode body = streaming(question);
        body.putObject("stream_options").put("include_usage", true);
        return body;
    }

    static ChatCompletionCreateParams.Builder params(String question) {
        return ChatCompletionCreateParams.builder().model(MODEL).addUserMessage(question);
    }
}
