package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/** The fields of an object whose meaning is known; what any other says would be lost in another form. */
record KnownFields(Set<String> names) {
    static KnownFields of(String... names) {
        return new KnownFields(Set.of(names));
    }

    /**
     * Checks an object; a field that is null or empty says what its absence says.
     *
     * @throws NotTellableException when it is no object, or another field says something
     */
    void check(JsonNode object) {
        if (!object.isObject()) {
            throw new NotTellableException("what should be an object is none");
        }
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!names.contains(field.getKey()) && !saysNothing(field.getValue())) {
                throw new NotTellableException("no other form has the field " + field.getKey());
            }
        }
    }

    static boolean saysNothing(JsonNode value) {
        return value.isMissingNode()
                || value.isNull()
                || (value.isContainerNode() && value.isEmpty())
                || "".equals(value.textValue());
    }

    /** A text that must be there. */
    static String text(JsonNode object, String name) {
        if (!object.path(name).isTextual()) {
            throw new NotTellableException(name + " is no text");
        }
        return object.path(name).textValue();
    }
}
