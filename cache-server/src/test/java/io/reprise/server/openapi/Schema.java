package io.reprise.server.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The part of JSON Schema 2020-12 that the description uses. A keyword that it does not know fails, so that nothing is
 * believed to be checked that is not.
 */
final class Schema {
    private static final Set<String> ONLY_WORDS = Set.of("description", "format", "default");
    private static final int MAX_DEPTH = 64;

    private final JsonNode document;
    private final List<String> problems = new ArrayList<>();

    private Schema(JsonNode document) {
        this.document = document;
    }

    /** What is wrong with a value, each with its place; empty when nothing is. */
    static List<String> problems(JsonNode document, JsonNode schema, JsonNode value) {
        Schema check = new Schema(document);
        check.check(schema, value, "$", 0);
        return check.problems;
    }

    /** What a reference of the document stands for. */
    static JsonNode resolve(JsonNode document, JsonNode node) {
        JsonNode at = node;
        while (at.has("$ref")) {
            String reference = at.path("$ref").asText();
            at = document.at(reference.substring(1));
            if (at.isMissingNode()) {
                throw new IllegalArgumentException("nothing is at " + reference);
            }
        }
        return at;
    }

    private void check(JsonNode given, JsonNode value, String place, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("schemas nest without end at " + place);
        }
        JsonNode schema = resolve(document, given);
        schema.properties().forEach(keyword -> {
            JsonNode asked = keyword.getValue();
            switch (keyword.getKey()) {
                case "type" -> type(asked, value, place);
                case "const" -> require(value.equals(asked), place, "is not " + asked);
                case "enum" -> require(contains(asked, value), place, "is none of " + asked);
                case "pattern" ->
                    require(
                            !value.isTextual()
                                    || Pattern.compile(asked.asText())
                                            .matcher(value.asText())
                                            .find(),
                            place,
                            "does not match " + asked);
                case "minimum" ->
                    require(!value.isNumber() || value.asDouble() >= asked.asDouble(), place, "is under " + asked);
                case "maximum" ->
                    require(!value.isNumber() || value.asDouble() <= asked.asDouble(), place, "is over " + asked);
                case "minItems" -> require(value.size() >= asked.asInt(), place, "has too few elements");
                case "maxItems" -> require(value.size() <= asked.asInt(), place, "has too many elements");
                case "required" ->
                    asked.forEach(name -> require(value.has(name.asText()), place, "has no field " + name.asText()));
                case "items" -> {
                    for (int i = 0; value.isArray() && i < value.size(); i++) {
                        check(asked, value.get(i), place + "[" + i + "]", depth + 1);
                    }
                }
                case "properties" ->
                    asked.properties().forEach(field -> {
                        if (value.has(field.getKey())) {
                            check(field.getValue(), value.get(field.getKey()), place + "." + field.getKey(), depth + 1);
                        }
                    });
                case "additionalProperties" -> additional(schema, asked, value, place, depth);
                case "allOf" -> asked.forEach(part -> check(part, value, place, depth + 1));
                case "oneOf" -> oneOf(asked, value, place);
                default -> require(ONLY_WORDS.contains(keyword.getKey()), place, "unknown keyword " + keyword.getKey());
            }
        });
    }

    private void additional(JsonNode schema, JsonNode asked, JsonNode value, String place, int depth) {
        value.properties().forEach(field -> {
            if (!schema.path("properties").has(field.getKey())) {
                if (asked.isBoolean()) {
                    require(asked.asBoolean(), place, "has a field " + field.getKey() + " that is not described");
                } else {
                    check(asked, field.getValue(), place + "." + field.getKey(), depth + 1);
                }
            }
        });
    }

    private void oneOf(JsonNode choices, JsonNode value, String place) {
        List<String> all = new ArrayList<>();
        int fit = 0;
        for (JsonNode choice : choices) {
            List<String> found = problems(document, choice, value);
            all.addAll(found);
            fit += found.isEmpty() ? 1 : 0;
        }
        require(fit == 1, place, "fits " + fit + " of the choices: " + all);
    }

    private void type(JsonNode asked, JsonNode value, String place) {
        List<String> types = new ArrayList<>();
        if (asked.isTextual()) {
            types.add(asked.asText());
        }
        asked.forEach(one -> types.add(one.asText()));
        require(types.stream().anyMatch(type -> isOf(type, value)), place, "is no " + types + ": " + value);
    }

    private static boolean isOf(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "number" -> value.isNumber();
            case "integer" -> value.isIntegralNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> throw new IllegalArgumentException("no type of JSON Schema: " + type);
        };
    }

    private static boolean contains(JsonNode choices, JsonNode value) {
        for (JsonNode choice : choices) {
            if (choice.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private void require(boolean holds, String place, String problem) {
        if (!holds) {
            problems.add(place + " " + problem);
        }
    }
}
