package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;

/**
 * A function that a request offers to the model.
 *
 * @param parameters its JSON schema, or anything else where the request has none
 */
public record Tool(String name, JsonNode parameters) {

    public Tool {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(parameters, "parameters");
    }

    /** A call of it with arguments that fit the schema and that, with the id, are determined by the prompt. */
    ToolCall call(String idPrefix, String prompt) {
        long seed = ByteBuffer.wrap(Sha256.of(name + "\n" + prompt)).getLong();
        return new ToolCall(
                idPrefix + HexFormat.of().toHexDigits(seed),
                name,
                argument("", parameters, seed).toString());
    }

    private static JsonNode argument(String name, JsonNode schema, long seed) {
        if (schema.path("enum").isArray() && !schema.path("enum").isEmpty()) {
            return schema.path("enum")
                    .get(Math.floorMod(seed, schema.path("enum").size()));
        }
        return switch (schema.path("type").asText(schema.has("properties") || name.isEmpty() ? "object" : "string")) {
            case "object" -> {
                ObjectNode object = Json.object();
                for (Map.Entry<String, JsonNode> property :
                        schema.path("properties").properties()) {
                    object.set(property.getKey(), argument(property.getKey(), property.getValue(), seed));
                }
                yield object;
            }
            case "array" -> {
                ArrayNode array = Json.array();
                array.add(argument(name, schema.path("items"), seed));
                yield array.add(argument(name, schema.path("items"), seed + 1));
            }
            case "integer" -> Json.tree(Math.floorMod(seed, 100));
            case "number" -> Json.tree(Math.floorMod(seed, 100) + 0.5);
            case "boolean" -> Json.tree(seed % 2 == 0);
            case "null" -> Json.object().nullNode();
            // Characters of two to four bytes, a quotation mark and a line: what cutting and escaping gets wrong.
            default -> Json.tree("Zürich \"世界\" 🌍\n" + HexFormat.of().toHexDigits((short) seed));
        };
    }
}
