package io.reprise.server.config;

/** A setting's text is not a value of its type; the message says why, and never repeats the text. */
final class InvalidValueException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidValueException(String reason) {
        super(reason);
    }
}
