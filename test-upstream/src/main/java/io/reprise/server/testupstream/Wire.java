package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.JsonNode;

/** The form in which a path takes questions and gives answers. */
public enum Wire {
    /** OpenAI's chat completions; also that of a path that takes no questions. */
    CHAT("/v1/chat/completions"),
    /** OpenAI's older completions of a bare text. */
    COMPLETIONS("/v1/completions"),
    /** OpenAI's responses. */
    RESPONSES("/v1/responses"),
    /** Anthropic's messages. */
    MESSAGES("/v1/messages");

    private final String path;

    Wire(String path) {
        this.path = path;
    }

    public String path() {
        return path;
    }

    static Wire of(ReceivedRequest request) {
        for (Wire wire : values()) {
            if (wire.takes(request)) {
                return wire;
            }
        }
        return request.header("anthropic-version").isPresent() ? MESSAGES : CHAT;
    }

    boolean takes(ReceivedRequest request) {
        return request.method().equals("POST") && request.path().equals(path);
    }

    /** Whether streams name their events in a line of their own and end with an event in place of {@code [DONE]}. */
    boolean namesEvents() {
        return this == RESPONSES || this == MESSAGES;
    }

    /** The array or text that holds what is asked. */
    JsonNode asked(JsonNode body) {
        return switch (this) {
            case CHAT, MESSAGES -> body.path("messages");
            case COMPLETIONS -> body.path("prompt");
            case RESPONSES -> body.path("input");
        };
    }
}
