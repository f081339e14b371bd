package io.reprise.server.http;

import io.reprise.server.protocol.Answers;
import io.reprise.server.protocol.SseParser;
import io.reprise.server.protocol.StreamCollector;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Watches a streamed answer pass, and puts the answer together. Not thread-safe. */
final class StreamWatch implements Consumer<Buffer> {
    private final StreamCollector collector;
    private final SseParser parser;
    private final int limitBytes;
    private final Consumer<Answers.Reading> whenDone;
    private long seenBytes;
    private boolean tooLarge;
    private Answers.@Nullable Reading reading;

    /**
     * @param collector puts the answer together
     * @param limitBytes the largest answer that is put together; past it the stream passes unwatched
     * @param whenDone gets the answer, once, when the last event has come or when no more is watched
     */
    StreamWatch(StreamCollector collector, int limitBytes, Consumer<Answers.Reading> whenDone) {
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

    /** Whether the last event has come, or no more is watched. */
    boolean isDone() {
        return reading != null;
    }

    /** The answer as far as it was watched; it is put together once, when it is done. */
    Answers.Reading reading() {
        return reading == null ? collector.finish() : reading;
    }

    private void done() {
        if (reading == null) {
            reading = collector.finish();
            whenDone.accept(reading);
        }
    }
}
