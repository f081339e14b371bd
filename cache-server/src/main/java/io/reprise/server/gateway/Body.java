package io.reprise.server.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.streams.ReadStream;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The body of a request or a response, as far as it was read. */
public sealed interface Body {
    int FIRST_BYTES = 64 * 1024;

    /** All of it. */
    record Whole(Buffer bytes) implements Body {}

    /** More than the limit: what was read is here, the rest waits in the paused stream. */
    record TooLarge(Buffer start) implements Body {}

    /**
     * Reads a body up to a limit; fails as the stream fails.
     *
     * @param stream paused
     * @param end how it ends; it may have failed already
     * @param declaredLength its {@code content-length} header, or null
     * @param limitBytes the most that is kept in memory
     * @param taken hears how many bytes are kept each time some come; what it throws ends the reading
     */
    static Body read(
            ReadStream<Buffer> stream,
            Future<Void> end,
            @Nullable String declaredLength,
            int limitBytes,
            LongConsumer taken) {
        long declared = declared(declaredLength);
        if (declared > limitBytes) {
            return new TooLarge(Buffer.buffer());
        }
        Promise<Body> read = Promise.promise();
        // What is declared may never come: the memory grows with what does.
        Buffer bytes = Buffer.buffer(declared < 0 ? 1024 : (int) Math.min(declared, FIRST_BYTES));
        end.onFailure(read::tryFail);
        stream.endHandler(all -> read.tryComplete(new Whole(bytes)));
        stream.handler(chunk -> {
            try {
                taken.accept(chunk.length());
            } catch (RuntimeException refused) {
                stream.pause();
                read.tryFail(refused);
                return;
            }
            bytes.appendBuffer(chunk);
            if (bytes.length() > limitBytes) {
                stream.pause();
                read.tryComplete(new TooLarge(bytes));
            }
        });
        stream.resume();
        return Future.await(read.future());
    }

    /** Reads an upstream answer's body up to a limit; null when upstream breaks off. */
    static @Nullable Body ofAnswer(HttpClientResponse answer, int limitBytes) {
        try {
            return read(answer, answer.end(), answer.getHeader("content-length"), limitBytes, bytes -> {});
        } catch (Exception e) {
            // Whatever the connection failed with, checked exceptions too, which a future's await throws undeclared.
            return null;
        }
    }

    /**
     * As {@link #ofAnswer(HttpClientResponse, int)}, but for the white space by which upstream keeps a connection alive before it
     * answers.
     *
     * @param white gets that as it comes; it is no part of what is read
     */
    static @Nullable Body ofAnswer(HttpClientResponse answer, int limitBytes, Consumer<Buffer> white) {
        while (true) {
            switch (AnswerBody.read(answer, limitBytes, first -> Beginning.of(first) == Beginning.WAITING)) {
                case AnswerBody.Begun(Buffer start) -> white.accept(start);
                case AnswerBody.Whole(Buffer bytes) -> {
                    return new Whole(bytes);
                }
                case AnswerBody.TooLarge(Buffer start) -> {
                    return new TooLarge(start);
                }
                case AnswerBody.Broken broken -> {
                    return null;
                }
            }
        }
    }

    private static long declared(@Nullable String length) {
        try {
            return length == null ? -1 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            // Larger than any limit, or no number, which the HTTP codec refuses before it comes here.
            return Long.MAX_VALUE;
        }
    }
}
