package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's embeddings wire.
 *
 * <p>Not a {@link WireFormat}: a call has as many answers as inputs, and none is a stream.
 */
public final class OpenAiEmbeddings {
    /** The wire's name in scopes: changing it forgets what was stored under it. */
    public static final String WIRE = "openai-embeddings";

    /** As many as OpenAI takes in one call. */
    public static final int MAX_INPUTS = 2048;

    private OpenAiEmbeddings() {}

    /**
     * Reads a request body.
     *
     * @param body not modified
     * @throws MalformedRequestException when it is not a request of this wire, or its inputs are of a kind that OpenAI has not
     */
    public static EmbeddingsCall read(ObjectNode body) {
        JsonNode model = body.path("model");
        if (!model.isTextual() && !model.isMissingNode() && !model.isNull()) {
            throw new MalformedRequestException("model must be a string");
        }
        JsonNode input = body.path("input");
        List<EmbeddingsCall.Input> inputs = inputs(input);
        ObjectNode shape = StrictJson.object();
        shape.setAll(body);
        shape.remove(List.of("model", "input", "user"));
        Conversations.dropSilence(shape);
        if ("float".equals(shape.path("encoding_format").textValue())) {
            // The default, by OpenAI's reference.
            shape.remove("encoding_format");
        }
        return new EmbeddingsCall(
                model.textValue(), shape.deepCopy(), inputs, inputs.size() > MAX_INPUTS ? "too-many-inputs" : null);
    }

    /** The same request for these inputs only. */
    public static byte[] asking(ObjectNode body, List<EmbeddingsCall.Input> inputs) {
        ObjectNode changed = StrictJson.object();
        changed.setAll(body);
        ArrayNode input = changed.putArray("input");
        inputs.forEach(each -> input.add(each.json()));
        return StrictJson.bytes(changed);
    }

    /**
     * Reads an answer.
     *
     * @param json its bytes, not retained
     * @param call the call that it answers
     * @param asked how many inputs it was asked for
     */
    public static EmbeddingsReading answer(byte[] json, EmbeddingsCall call, int asked) {
        return EmbeddingsReader.read(json, call, asked);
    }

    /**
     * Whether these embeddings can stand in one answer: one model made them, as far as upstream says, with as many dimensions, in one
     * encoding. Those of different times may not, when another model has come behind the same name.
     */
    public static boolean agree(List<Completion> embeddings) {
        Completion first = embeddings.getFirst();
        int dimension = EmbeddingObject.dimension(first.json());
        return embeddings.stream()
                .allMatch(each -> Objects.equals(each.model(), first.model())
                        && EmbeddingObject.dimension(each.json()) == dimension);
    }

    /**
     * Renders the answer to a call, in UTF-8 JSON.
     *
     * @param embeddings one for each input, in the call's order, of {@link Completion.Form#OPENAI_EMBEDDING}
     * @param model the model that answered, or null
     * @param usage what the call counts, or null to leave it out, as an upstream does that does not count
     */
    public static byte[] json(List<Completion> embeddings, @Nullable String model, @Nullable Usage usage) {
        ObjectNode rest = StrictJson.object();
        if (model != null) {
            rest.put("model", model);
        }
        if (usage != null) {
            long tokens = usage.inputTokens();
            rest.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
        }
        byte[] head = "{\"object\":\"list\",\"data\":[".getBytes(StandardCharsets.US_ASCII);
        byte[] tail = StrictJson.bytes(rest);
        tail[0] = (byte) (rest.isEmpty() ? ' ' : ',');
        long length = head.length + 1 + tail.length + embeddings.size() - 1L;
        for (int i = 0; i < embeddings.size(); i++) {
            length += EmbeddingObject.length(embeddings.get(i).json(), i);
        }
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(length)).put(head);
        for (int i = 0; i < embeddings.size(); i++) {
            if (i > 0) {
                out.put((byte) ',');
            }
            EmbeddingObject.write(out, embeddings.get(i).json(), i);
        }
        return out.put((byte) ']').put(tail).array();
    }

    private static List<EmbeddingsCall.Input> inputs(JsonNode input) {
        if (input.isTextual() || isTokens(input)) {
            return List.of(new EmbeddingsCall.Input(input));
        }
        if (!input.isArray() || input.isEmpty()) {
            throw new MalformedRequestException("input must be a text, its tokens, or a list of either");
        }
        boolean tokens = input.path(0).isArray();
        List<EmbeddingsCall.Input> inputs = new ArrayList<>(input.size());
        for (JsonNode each : input) {
            if (tokens ? !isTokens(each) : !each.isTextual()) {
                throw new MalformedRequestException("each input must be a text, or each the tokens of one");
            }
            inputs.add(new EmbeddingsCall.Input(each));
        }
        return inputs;
    }

    private static boolean isTokens(JsonNode input) {
        if (!input.isArray() || input.isEmpty()) {
            return false;
        }
        for (JsonNode token : input) {
            if (!token.isIntegralNumber() || !token.canConvertToInt()) {
                return false;
            }
        }
        return true;
    }
}
