package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request for embeddings: several questions, each with an answer of its own.
 *
 * @param model the model asked for, or null when absent, which is a value of its own
 * @param shape what must be equal for another call's embedding of the same input to serve: the body without model, inputs and fields
 *     that cannot change a vector. Not modified after construction
 * @param inputs what is to be embedded, at least one
 * @param uncacheable why the answer must neither come from the cache nor go there, or null
 */
public record EmbeddingsCall(
        @Nullable String model,
        ObjectNode shape,
        List<Input> inputs,
        @Nullable String uncacheable) {
    private static final Set<String> OPENAI_FIELDS = Set.of("encoding_format", "dimensions");

    public EmbeddingsCall {
        inputs = List.copyOf(inputs);
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("a call has at least one input");
        }
    }

    /**
     * What one vector is asked for.
     *
     * @param json a string, or an array of the whole numbers that are its tokens. Not modified
     */
    public record Input(JsonNode json) {
        /** Whether it is given as the tokens of a text, and not as the text. */
        public boolean isTokens() {
            return json.isArray();
        }

        /** The text as typed, or the tokens as canonical JSON. */
        public String text() {
            return isTokens() ? new String(StrictJson.bytes(json), StandardCharsets.US_ASCII) : json.textValue();
        }
    }

    /** Whether vectors are asked for in base64, which not every upstream heeds. */
    boolean asksForBase64() {
        return "base64".equals(shape.path("encoding_format").textValue());
    }

    /** Whether base64 would be of 32-bit floats: other providers' fields may ask for vectors of bytes or bits. */
    boolean asksForFloats() {
        return shape.properties().stream().allMatch(field -> OPENAI_FIELDS.contains(field.getKey()));
    }
}
