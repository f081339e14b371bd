package io.reprise.server.access;

import java.util.List;

/** A request whose fields are not what they may be; tells all that is wrong at once. */
public final class InvalidFieldsException extends RuntimeException {
    private final transient List<Field> fields;

    /**
     * What is wrong with one field.
     *
     * @param name of the field, or empty for the whole body
     * @param problem what is wrong and what is allowed
     */
    public record Field(String name, String problem) {}

    InvalidFieldsException(List<Field> fields) {
        super(fields.toString(), null, false, false);
        this.fields = List.copyOf(fields);
    }

    public List<Field> fields() {
        return fields;
    }
}
