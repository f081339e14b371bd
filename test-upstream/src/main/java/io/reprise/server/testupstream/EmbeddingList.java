package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;

/** The answer of {@code /v1/embeddings}: a random but fixed direction for each input. */
final class EmbeddingList {

    private static final int DIMENSIONS = 1536;

    private EmbeddingList() {}

    static ObjectNode of(ReceivedRequest request) {
        JsonNode body = request.json().orElse(MissingNode.getInstance());
        int dimensions = Math.clamp(body.path("dimensions").asInt(DIMENSIONS), 1, 3072);
        boolean base64 = body.path("encoding_format").asText().equals("base64");
        List<String> inputs = inputs(body.path("input"));
        ObjectNode list = Json.object().put("object", "list");
        ArrayNode data = list.putArray("data");
        int tokens = 0;
        for (int index = 0; index < inputs.size(); index++) {
            float[] vector = vector(inputs.get(index), dimensions);
            ObjectNode entry = data.addObject().put("object", "embedding").put("index", index);
            entry.set("embedding", base64 ? Json.tree(base64(vector)) : Json.tree(vector));
            tokens += Tokens.count(inputs.get(index));
        }
        list.put("model", body.path("model").asText("text-embedding-3-small"));
        list.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
        return list;
    }

    /** One text, several texts, the tokens of one text, or those of several. */
    private static List<String> inputs(JsonNode input) {
        if (!input.isArray() || input.path(0).isNumber()) {
            return List.of(input.isTextual() ? input.asText() : input.toString());
        }
        List<String> inputs = new ArrayList<>();
        for (JsonNode each : input) {
            inputs.add(each.isTextual() ? each.asText() : each.toString());
        }
        return inputs;
    }

    private static float[] vector(String text, int dimensions) {
        SplittableRandom random =
                new SplittableRandom(ByteBuffer.wrap(Sha256.of(text)).getLong());
        double[] direction = random.doubles(dimensions, -1, 1).toArray();
        double squares = 0;
        for (double d : direction) {
            squares += d * d;
        }
        float[] unit = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            unit[i] = (float) (direction[i] / Math.sqrt(squares));
        }
        return unit;
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
