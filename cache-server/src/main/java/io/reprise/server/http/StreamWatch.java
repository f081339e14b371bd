package io.reprise.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.SseParser;
import io.reprise.server.protocol.StreamCollector;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.upstream.Relay;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * Watches a streamed answer pass, and puts the answer together.
 *
 * <p>When the request was made to ask for usage that the client did not ask for, the chunk that brings it is held back, and the
 * {@code "usage":null} of the others taken out. Otherwise every byte passes as it came, when it came.
 */
final class StreamWatch implements Relay.Passage {
    private final StreamCollector collector;
    private final SseParser parser;
    private final boolean hideUsage;
    private final int limitBytes;
    private final Runnable whenDone;
    private long seenBytes;
    private boolean tooLarge;
    private boolean done;

    /**
     * @param collector puts the answer together
     * @param hideUsage whether usage is kept from the client
     * @param limitBytes the largest answer that is put together; past it the stream passes unwatched
     * @param whenDone runs once when the last event has come, before it goes to the client
     */
    StreamWatch(StreamCollector collector, boolean hideUsage, int limitBytes, Runnable whenDone) {
        this.collector = collector;
        this.hideUsage = hideUsage;
        this.limitBytes = limitBytes;
        this.whenDone = whenDone;
        this.parser = new SseParser(limitBytes);
    }

    /** Whether the stream was larger than what is put together, so that what was collected is not the whole. */
    boolean tooLarge() {
        return tooLarge;
    }

    @Override
    public Buffer pass(Buffer bytes) {
        if (tooLarge) {
            return bytes;
        }
        Buffer out = Buffer.buffer(bytes.length());
        for (SseParser.Event event : parser.feed(bytes.getBytes())) {
            take(event);
            if (hideUsage) {
                appendWithoutUsage(out, event);
            }
        }
        seenBytes += bytes.length();
        if (parser.overflown() || seenBytes > limitBytes) {
            tooLarge = true;
            return hideUsage ? out.appendBytes(parser.pending()) : bytes;
        }
        return hideUsage ? out : bytes;
    }

    @Override
    public Buffer rest() {
        return hideUsage && !tooLarge ? Buffer.buffer(parser.pending()) : Buffer.buffer();
    }

    private void take(SseParser.Event event) {
        collector.add(event.data());
        if (!done && collector.isDone()) {
            done = true;
            whenDone.run();
        }
    }

    private static void appendWithoutUsage(Buffer out, SseParser.Event event) {
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
