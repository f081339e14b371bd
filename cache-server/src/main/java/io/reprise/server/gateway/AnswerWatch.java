package io.reprise.server.gateway;

import io.reprise.server.protocol.Answers;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.SseParser;
import io.reprise.server.protocol.StreamCollector;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.protocol.WireFormat;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches an answer pass, events or a whole object, and puts it together. White space before its first byte, which keeps connections
 * alive, is no part of it. Not thread-safe.
 */
final class AnswerWatch implements Consumer<Buffer> {
    private final WireFormat format;
    private final StreamCollector collector;
    private final SseParser parser;
    private final int limitBytes;
    private final Consumer<Answers.Reading> whenDone;
    private final Buffer whole = Buffer.buffer();
    private Beginning beginning;
    private long seenBytes;
    private Answers.@Nullable Reading reading;

    /**
     * @param beginning whether events come, where that is known
     * @param limitBytes the largest answer that is put together; past it the answer passes unwatched
     * @param whenDone gets the answer, once: when the last event has come, when no more is watched, or at the end
     */
    AnswerWatch(WireFormat format, Beginning beginning, int limitBytes, Consumer<Answers.Reading> whenDone) {
        this.format = format;
        this.collector = format.collector();
        this.beginning = beginning;
        this.limitBytes = limitBytes;
        this.whenDone = whenDone;
        this.parser = new SseParser(limitBytes);
    }

    @Override
    public void accept(Buffer bytes) {
        if (tooLarge()) {
            return;
        }
        seenBytes += bytes.length();
        Buffer part = bytes;
        if (beginning == Beginning.WAITING) {
            beginning = Beginning.of(bytes);
            part = Beginning.withoutWhite(bytes);
        }
        switch (beginning) {
            case WAITING -> {}
            case EVENTS -> events(part);
            case OTHER -> whole.appendBuffer(part);
        }
        if (tooLarge()) {
            done(notKept("too-large"));
        }
    }

    private void events(Buffer part) {
        for (SseParser.Event event : parser.feed(part.getBytes())) {
            collector.add(event.data());
            if (collector.isDone()) {
                done(collector.finish());
            }
        }
    }

    /**
     * The answer has come to its end.
     *
     * @param cleanly whether the end is the answer's own, and not that of a connection
     * @return the answer as far as it was watched
     */
    Answers.Reading end(boolean cleanly) {
        Answers.Reading read = reading;
        if (read == null) {
            read = cleanly ? ended() : notKept("broken");
            done(read);
        }
        return read;
    }

    private Answers.Reading ended() {
        if (beginning == Beginning.OTHER) {
            return json(format, whole);
        }
        String last = parser.unendedData();
        if (last != null) {
            collector.add(last);
        }
        collector.ended();
        return collector.finish();
    }

    /** Reads a whole answer; white space before it is no part of it. */
    static Answers.Reading json(WireFormat format, Buffer bytes) {
        byte[] json = Beginning.withoutWhite(bytes).getBytes();
        try {
            return format.answer(json, StrictJson.parse(json));
        } catch (MalformedRequestException e) {
            return new Answers.Reading.NotKept("unreadable", null, null);
        }
    }

    /** The words said so far, for counting what an answer without usage has cost. */
    String text() {
        return beginning == Beginning.OTHER ? whole.toString() : collector.text();
    }

    private boolean tooLarge() {
        return parser.overflown() || seenBytes > limitBytes;
    }

    private Answers.Reading notKept(String why) {
        Answers.Reading soFar = collector.finish();
        String model = soFar instanceof Answers.Reading.NotKept notKept ? notKept.model() : null;
        return new Answers.Reading.NotKept(why, model, soFar.usage());
    }

    private void done(Answers.Reading read) {
        if (reading == null) {
            reading = read;
            whenDone.accept(read);
        }
    }
}
