package io.reprise.server.testupstream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reading and writing of JSON trees. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** The tree of any value Jackson knows how to write. */
    static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    static byte[] bytes(JsonNode tree) {
        try {
            return MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The tree that these bytes spell, or empty when they are not one JSON value. */
    static Optional<JsonNode> parse(byte[] bytes) {
        try {
            JsonNode tree = MAPPER.readTree(bytes);
            return tree == null || tree.isMissingNode() ? Optional.empty() : Optional.of(tree);
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    /** The fields of the object that this text spells, in their order. */
    static Map<String, JsonNode> fields(String object) {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        parse(object.getBytes(StandardCharsets.UTF_8))
                .orElseThrow(() -> new IllegalArgumentException("object must be JSON: " + object))
                .properties()
                .forEach(field -> fields.put(field.getKey(), field.getValue()));
        return Collections.unmodifiableMap(fields);
    }

    /** An unmodifiable copy that keeps the order of the fields, because the order is part of what a client receives. */
    static Map<String, JsonNode> copyOf(Map<String, JsonNode> fields) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    static Map<String, JsonNode> plus(Map<String, JsonNode> fields, String name, Object value) {
        Map<String, JsonNode> more = new LinkedHashMap<>(fields);
        more.put(name, tree(value));
        return more;
    }
}
