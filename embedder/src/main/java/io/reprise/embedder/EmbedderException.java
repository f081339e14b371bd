package io.reprise.embedder;

/** A model folder that cannot be used, or a model that failed while running. The message says what to do. */
public final class EmbedderException extends RuntimeException {
    public EmbedderException(String message) {
        super(message);
    }

    public EmbedderException(String message, Throwable cause) {
        super(message, cause);
    }
}
