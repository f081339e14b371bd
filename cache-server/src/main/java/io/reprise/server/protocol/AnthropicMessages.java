package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;

/** Requests of Anthropic's messages wire, read into {@link Call}s. */
public final class AnthropicMessages {
    private static final List<String> OUTSIDE_THE_SHAPE = List.of("metadata", "stream");

    private AnthropicMessages() {}

    /**
     * Reads a request body.
     *
     * @param body not modified
     * @throws MalformedRequestException when it is not a messages request
     */
    public static Call read(ObjectNode body) {
        JsonNode model = body.path("model");
        if (!model.isTextual()) {
            throw new MalformedRequestException("model must be a string");
        }
        ObjectNode shape = body.deepCopy();
        shape.remove("model");
        shape.remove(OUTSIDE_THE_SHAPE);
        if (shape.get("system") instanceof TextNode system) {
            shape.putArray("system").addObject().put("type", "text").set("text", system);
        }
        List<String> texts = Conversations.normalise(shape);
        return new Call(
                Wire.ANTHROPIC_MESSAGES,
                model.textValue(),
                shape,
                texts,
                Conversations.flag(body, "stream"),
                true,
                null);
    }
}
