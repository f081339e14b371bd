package io.reprise.server.testupstream;

import java.util.Objects;

/** One header line; names compare without regard to case. */
public record Header(String name, String value) {

    public Header {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        if (name.isBlank()) {
            throw new IllegalArgumentException("name must not be blank");
        }
    }

    boolean isNamed(String other) {
        return name.equalsIgnoreCase(other);
    }
}
