package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes the events of a stream in the shape that an answer asks for, each with the empty line that ends it. */
final class EventWriter {

    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.UTF_8);

    private final StreamShape shape;
    private final Wire wire;
    private final String newline;

    EventWriter(StreamShape shape, Wire wire) {
        this.shape = shape;
        this.wire = wire;
        this.newline = shape.crlf() ? "\r\n" : "\n";
    }

    /** All of an answer's events, or those before its error event and that. */
    List<Buffer> write(List<ObjectNode> events) {
        List<Buffer> written = new ArrayList<>(events.size() + 2);
        int whole = shape.error()
                .map(error -> Math.min(error.afterEvents(), events.size()))
                .orElse(events.size());
        for (ObjectNode event : events.subList(0, whole)) {
            written.add(event(event));
        }
        shape.error().ifPresent(error -> written.add(event(error.error().event(wire, whole))));
        if (shape.done() && !wire.namesEvents()) {
            written.add(event("", DONE));
        }
        return written;
    }

    private Buffer event(ObjectNode event) {
        String name = wire.namesEvents() ? "event: " + event.path("type").asText() + newline : "";
        return event(name, Json.bytes(event));
    }

    private Buffer event(String name, byte[] data) {
        Buffer event = Buffer.buffer(name.length() + data.length + 40);
        if (shape.comments()) {
            event.appendString(": keep-alive").appendString(newline).appendString(newline);
        }
        return event.appendString(name)
                .appendString("data: ")
                .appendBytes(data)
                .appendString(newline)
                .appendString(newline);
    }
}
