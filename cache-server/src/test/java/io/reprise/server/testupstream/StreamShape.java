package io.reprise.server.testupstream;

import java.util.Objects;
import java.util.Optional;

/**
 * How the events of a stream are written, where servers differ.
 *
 * @param done end with {@code data: [DONE]}
 * @param crlf end lines with CR LF
 * @param comments precede each event by a comment line, as servers do to keep connections alive
 * @param error empty, or an error event in place of the rest of the answer
 */
public record StreamShape(boolean done, boolean crlf, boolean comments, Optional<ErrorEvent> error) {

    static final StreamShape OPENAI = new StreamShape(true, false, false, Optional.empty());

    public StreamShape {
        Objects.requireNonNull(error, "error");
    }

    /**
     * An event that carries an error, when the status 200 is already sent. The stream ends after it, with {@code [DONE]} where
     * the stream has one.
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
