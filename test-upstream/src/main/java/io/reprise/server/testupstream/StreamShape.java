package io.reprise.server.testupstream;

import java.util.Objects;
import java.util.Optional;

/**
 * How the events of a stream are written, where servers differ.
 *
 * @param done end with {@code data: [DONE]}, on the wires that do
 * @param crlf end lines with CR LF
 * @param comments precede each event by a comment line, as servers do to keep connections alive
 * @param error empty, or an error event in place of the rest of the answer
 */
public record StreamShape(boolean done, boolean crlf, boolean comments, Optional<ErrorEvent> error) {

    public static final StreamShape USUAL = new StreamShape(true, false, false, Optional.empty());

    public StreamShape {
        Objects.requireNonNull(error, "error");
    }

    /** Without {@code [DONE]}, as some compatible servers end. */
    public StreamShape withoutDone() {
        return new StreamShape(false, crlf, comments, error);
    }

    public StreamShape withCrLf() {
        return new StreamShape(done, true, comments, error);
    }

    public StreamShape withComments() {
        return new StreamShape(done, crlf, true, error);
    }

    /** With an error event after so many events of the answer. */
    public StreamShape failingAfter(int events, ApiError failure) {
        return new StreamShape(done, crlf, comments, Optional.of(new ErrorEvent(events, failure)));
    }

    /**
     * An event that carries an error, when the status 200 is already sent. The stream ends after it, with {@code [DONE]} where the
     * stream has one.
     *
     * @param afterEvents events of the answer sent before it
     */
    public record ErrorEvent(int afterEvents, ApiError error) {
        public ErrorEvent {
            Objects.requireNonNull(error, "error");
            if (afterEvents < 0) {
                throw new IllegalArgumentException("afterEvents must not be negative: " + afterEvents);
            }
        }
    }
}
