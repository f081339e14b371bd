package io.reprise.server.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.SseParser;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.upstream.Relay;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps from a client the usage in a stream that only our own asking has brought: the chunk that has nothing else is held back, and the
 * {@code "usage":null} of the others taken out. Everything else passes as it came, event by event, also usage that stands beside
 * something else: such upstreams send it unasked.
 */
final class UsageFilter implements Relay.Passage {
    /** What every chunk has; of the chunk that was asked for, this is all. */
    private static final Set<String> OF_EVERY_CHUNK = Set.of(
            "id",
            "object",
            "created",
            "model",
            "choices",
            "usage",
            "system_fingerprint",
            "service_tier",
            "provider",
            "obfuscation");

    private final SseParser parser;
    /** The first chunk: what it says too, a later one does not bring. */
    private @Nullable String first;

    private boolean begun;
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
        Buffer events = bytes;
        if (!begun) {
            // White space that keeps the connection alive waits for no event.
            events = Beginning.withoutWhite(bytes);
            out.appendBuffer(bytes, 0, bytes.length() - events.length());
            begun = events.length() > 0;
        }
        for (SseParser.Event event : parser.feed(events.getBytes())) {
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

    private void append(Buffer out, SseParser.Event event) {
        if (first == null && event.data().startsWith("{")) {
            first = event.data();
        }
        if (!event.data().contains("\"usage\"")) {
            out.appendBytes(event.raw());
            return;
        }
        try {
            ObjectNode chunk = StrictJson.parseObject(event.data().getBytes(StandardCharsets.UTF_8));
            if (chunk.path("usage").isNull()) {
                chunk.remove("usage");
                out.appendString(otherLines(event));
                out.appendString("data: ").appendBytes(StrictJson.bytes(chunk)).appendString("\n\n");
            } else if (!bringsUsageAlone(chunk)) {
                out.appendBytes(event.raw());
            }
        } catch (MalformedRequestException e) {
            out.appendBytes(event.raw());
        }
    }

    private boolean bringsUsageAlone(ObjectNode chunk) {
        if (!chunk.path("usage").isObject() || !chunk.path("choices").isEmpty()) {
            return false;
        }
        List<String> more = chunk.properties().stream()
                .filter(field -> !OF_EVERY_CHUNK.contains(field.getKey()) && !saysNothing(field.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        if (more.isEmpty() || first == null) {
            return more.isEmpty();
        }
        ObjectNode before = StrictJson.parseObject(first.getBytes(StandardCharsets.UTF_8));
        return more.stream().allMatch(field -> chunk.get(field).equals(before.get(field)));
    }

    private static boolean saysNothing(JsonNode value) {
        return value.isNull() || (value.isContainerNode() && value.isEmpty()) || "".equals(value.textValue());
    }

    /** The lines of an event that are no data: its name, its id, comments. */
    private static String otherLines(SseParser.Event event) {
        var lines = new StringBuilder();
        new String(event.raw(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isEmpty() && !line.startsWith("data"))
                .forEach(line -> lines.append(line).append('\n'));
        return lines.toString();
    }
}
