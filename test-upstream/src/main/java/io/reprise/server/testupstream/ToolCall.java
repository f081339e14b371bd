package io.reprise.server.testupstream;

import java.util.Objects;

/**
 * A call of a function that the model asks for.
 *
 * @param arguments JSON as text, which the wire carries as a string
 */
public record ToolCall(String id, String name, String arguments) {

    public ToolCall {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(arguments, "arguments");
    }

    int tokens() {
        return Tokens.count(name) + Tokens.count(arguments);
    }
}
