package io.reprise.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.SseParser;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.upstream.Relay;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * Keeps from a client the usage in a stream that it did not ask for: the chunk that brings it is held back, and the
 * {@code "usage":null} of the others taken out. Everything else passes as it came, event by event.
 */
final class UsageFilter implements Relay.Passage {
    private final SseParser parser;
    private boolean passing;

    /**
     * @param limitBytes the largest event that is looked at; from one that is larger on, everything passes
     */
    UsageFilter(int limitBytes) {
        parser = new SseParser(limitBytes);
    }

    @Override
    public Buffer pass(Buffer bytes) {
        if (passing) {
            return bytes;
        }
        Buffer out = Buffer.buffer(bytes.length());
        for (SseParser.Event event : parser.feed(bytes.getBytes())) {
            append(out, event);
        }
        if (parser.overflown()) {
            passing = true;
            out.appendBytes(parser.pending());
        }
        return out;
    }

    @Override
    public Buffer rest() {
        return passing ? Buffer.buffer() : Buffer.buffer(parser.pending());
    }

    private static void append(Buffer out, SseParser.Event event) {
        if (!event.data().contains("\"usage\"")) {
            out.appendBytes(event.raw());
            return;
        }
        try {
            ObjectNode chunk = StrictJson.parseObject(event.data().getBytes(StandardCharsets.UTF_8));
            JsonNode usage = chunk.path("usage");
            if (usage.isNull()) {
                chunk.remove("usage");
                out.appendString("data: ").appendBytes(StrictJson.bytes(chunk)).appendString("\n\n");
            } else if (!usage.isObject() || !chunk.path("choices").isEmpty()) {
                // The chunk that was asked for has no choices; usage beside choices is what this upstream always sends.
                out.appendBytes(event.raw());
            }
        } catch (MalformedRequestException e) {
            out.appendBytes(event.raw());
        }
    }
}
