package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** Bodies of chat requests. */
final class ChatRequests {

    static final String PATH = "/v1/chat/completions";

    private ChatRequests() {}

    /** A conversation of one message. */
    static ObjectNode asking(String question) {
        ObjectNode body = Json.object().put("model", "gpt-4o-mini");
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

    static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }
}
