package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.databind.node.TextNode;

/**
 * How the fields of an object grow that comes in chunks. Whatever would take a guess throws {@link MalformedRequestException}.
 */
final class GrowingFields {
    private GrowingFields() {}

    static void setOnce(ObjectNode into, String name, JsonNode value) {
        if (KnownFields.saysNothing(into.path(name))) {
            into.set(name, value);
        } else if (!KnownFields.saysNothing(value) && !value.equals(into.get(name))) {
            throw unexpected();
        }
    }

    static void setLatest(ObjectNode into, String name, JsonNode value) {
        if (!KnownFields.saysNothing(value) || !into.has(name)) {
            into.set(name, value);
        }
    }

    /** An empty reason is one too, where no other is given; null is none. */
    static void setReason(ObjectNode into, String name, JsonNode value) {
        if (value.isNull() && into.has(name)) {
            return;
        }
        if (KnownFields.saysNothing(into.path(name)) || !KnownFields.saysNothing(value)) {
            into.set(name, value);
        }
    }

    /** Texts grow in place of a text node in a {@link StringBuilder}: they come in thousands of pieces. */
    static void grow(ObjectNode into, String name, JsonNode more) {
        JsonNode was = into.path(name);
        if (was.isMissingNode() || was.isNull()) {
            into.set(name, more);
        } else if (was instanceof POJONode node && node.getPojo() instanceof StringBuilder text && more.isTextual()) {
            text.append(more.textValue());
        } else if (was.isTextual() && more.isTextual()) {
            var text = new StringBuilder(was.textValue());
            into.putPOJO(name, text);
            text.append(more.textValue());
        } else if (was instanceof ArrayNode list && more instanceof ArrayNode elements) {
            // Elements with an index are pieces, but nothing says how they grow.
            if (!elements.findPath("index").isMissingNode()) {
                throw unexpected();
            }
            list.addAll(elements);
        } else if (!more.isNull() && !more.equals(was)) {
            throw unexpected();
        }
    }

    /** A copy with texts where they grew. */
    static JsonNode settled(JsonNode node) {
        return switch (node) {
            case POJONode text -> TextNode.valueOf(String.valueOf(text.getPojo()));
            case ObjectNode object -> {
                ObjectNode copy = object.objectNode();
                object.properties().forEach(field -> copy.set(field.getKey(), settled(field.getValue())));
                yield copy;
            }
            case ArrayNode list -> {
                ArrayNode copy = list.arrayNode(list.size());
                list.forEach(element -> copy.add(settled(element)));
                yield copy;
            }
            default -> node;
        };
    }

    static ObjectNode child(ObjectNode parent, String name) {
        return parent.get(name) instanceof ObjectNode child ? child : parent.putObject(name);
    }

    static ObjectNode object(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw unexpected();
    }

    static JsonNode textOrNull(JsonNode node) {
        if (node.isTextual() || node.isNull()) {
            return node;
        }
        throw unexpected();
    }

    static JsonNode listOrNull(JsonNode node) {
        if (node.isArray() || node.isNull()) {
            return node;
        }
        throw unexpected();
    }

    static MalformedRequestException unexpected() {
        return new MalformedRequestException("a chunk that does not fit those before it");
    }
}
