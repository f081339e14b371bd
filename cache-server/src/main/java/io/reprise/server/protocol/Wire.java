package io.reprise.server.protocol;

/** A wire format, by the name that scopes carry. */
public enum Wire {
    /** {@code POST /v1/chat/completions}. */
    OPENAI_CHAT("openai-chat"),
    /** {@code POST /v1/completions}. */
    OPENAI_COMPLETIONS("openai-completions"),
    /** {@code POST /v1/responses}. */
    OPENAI_RESPONSES("openai-responses"),
    /** {@code POST /v1/messages}. */
    ANTHROPIC_MESSAGES("anthropic-messages");

    private final String id;

    Wire(String id) {
        this.id = id;
    }

    /** Stable name: part of every scope, so changing one forgets what was stored under it. */
    public String id() {
        return id;
    }
}
