package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** Bodies of chat requests, each a new object that may be changed. Stateless. */
public final class ChatRequests {

    /** Where they are posted to. */
    public static final String PATH = "/v1/chat/completions";

    private ChatRequests() {}

    /** A conversation of one message. */
    public static ObjectNode asking(String question) {
        ObjectNode body = Json.object().put("model", "gpt-4o-mini");
        body.putArray("messages").addObject().put("role", "user").put("content", question);
        return body;
    }

    /** The same, answered as events. */
    public static ObjectNode streaming(String question) {
        return asking(question).put("stream", true);
    }

    /** The same, whose last event tells the usage. */
    public static ObjectNode streamingWithUsage(String question) {
        ObjectNode body = streaming(question);
        body.putObject("stream_options").put("include_usage", true);
        return body;
    }

    static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }
}
