package io.reprise.server.e2e;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.reprise.server.testupstream.ChatRequests;

/** Chat requests, as JSON and as the SDK's parameters. */
final class Chats {
    static final String PATH = ChatRequests.PATH;
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
        return ChatRequests.asking(question);
    }

    static ObjectNode streaming(String question) {
        return ChatRequests.streaming(question);
    }

    static ObjectNode streamingWithUsage(String question) {
        return ChatRequests.streamingWithUsage(question);
    }

    static ChatCompletionCreateParams.Builder params(String question) {
        return ChatCompletionCreateParams.builder().model(MODEL).addUserMessage(question);
    }
}
