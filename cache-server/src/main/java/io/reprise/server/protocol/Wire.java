package io.reprise.server.protocol;

/** A wire format, by the name that scopes carry. */
public enum Wire {
    /** OpenAI's chat completions. */
    OPENAI_CHAT("openai-chat", "/v1/chat/completions"),
    /** OpenAI's older completions. */
    OPENAI_COMPLETIONS("openai-completions", "/v1/completions"),
    /** OpenAI's responses. */
    OPENAI_RESPONSES("openai-responses", "/v1/responses"),
    /** Anthropic's messages. */
    ANTHROPIC_MESSAGES("anthropic-messages", "/v1/messages");

    private final String id;
    private final String path;

    Wire(String id, String path) {
        this.id = id;
        this.path = path;
    }

    /** Stable name: part of every scope, so changing one forgets what was stored under it. */
    public String id() {
        return id;
    }

    /** Where its calls are posted. */
    public String path() {
        return path;
    }
}
