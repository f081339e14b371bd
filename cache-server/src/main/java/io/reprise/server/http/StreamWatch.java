package io.reprise.server.http;

import io.reprise.server.protocol.SseParser;
import io.reprise.server.protocol.StreamCollector;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/** Watches a streamed answer pass, and puts the answer together. Not thread-safe. */
final class StreamWatch implements Consumer<Buffer> {
    private final StreamCollector collector;
    private final SseParser parser;
    private final int limitBytes;
    private final Runnable whenDone;
    private long seenBytes;
    private boolean tooLarge;
    private boolean done;

    /**
     * @param collector puts the answer together
     * @param limitBytes the largest answer that is put together; past it the stream passes unwatched
     * @param whenDone runs once when the last event has come, or when no more is watched
     */
    StreamWatch(StreamCollector collector, int limitBytes, Runnable whenDone) {
        this.collector = collector;
        this.limitBytes = limitBytes;
        this.whenDone = whenDone;
        this.parser = new SseParser(limitBytes);
    }

    @Override
    public void accept(Buffer bytes) {
        if (tooLarge) {
            return;
        }
        for (SseParser.Event event : parser.feed(bytes.getBytes())) {
            collector.add(event.data());
            if (collector.isDone()) {
                done();
            }
        }
        seenBytes += bytes.length();
        if (parser.overflown() || seenBytes > limitBytes) {
            tooLarge = true;
            done();
        }
    }

    private void done() {
        if (!done) {
            done = true;
            whenDone.run();
        }
    }
}
