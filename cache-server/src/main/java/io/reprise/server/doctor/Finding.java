package io.reprise.server.doctor;

import org.jspecify.annotations.Nullable;

/**
 * A part in which a call differs from another that asks the same text.
 *
 * @param part name of the part
 * @param here what it is in this call, or where texts are long the span in which they differ
 * @param there the same in the other call
 * @param words what that means
 * @param setting lines of the configuration with which the two would have shared an answer, or null where none is offered
 */
public record Finding(
        String part,
        String here,
        String there,
        String words,
        @Nullable String setting) {}
