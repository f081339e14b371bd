package io.reprise.server.config;

import static java.util.Objects.requireNonNull;

/**
 * A token or key that must not reach a log, a message or a page: {@link #toString()} never shows it.
 *
 * @param value the secret in clear: visible ASCII, at least one character
 */
public record Secret(String value) {
    /** What is shown in a secret's place. */
    static final String REDACTED = "(not shown)";

    public Secret {
        requireNonNull(value, "value");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a secret must not be empty");
        }
    }

    @Override
    public String toString() {
        return REDACTED;
    }
}
