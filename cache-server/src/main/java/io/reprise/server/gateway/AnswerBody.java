package io.reprise.server.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.function.Predicate;

/** The body of an upstream answer, read as far as it must be before anything of it may go to a client. */
sealed interface AnswerBody {
    /** All of it. */
    record Whole(Buffer bytes) implements AnswerBody {}

    /** More than the limit: what was read is here, the rest waits in the paused answer. */
    record TooLarge(Buffer start) implements AnswerBody {}

    /** It is to be passed on as it comes: what came first is here, the rest waits in the paused answer. */
    record Begun(Buffer start) implements AnswerBody {}

    /** Upstream broke off. */
    record Broken() implements AnswerBody {}

    /**
     * Reads a body to its end, or as far as it must be.
     *
     * @param answer paused
     * @param limitBytes the most that is kept in memory
     * @param passesOn whether the answer, of which this is the first part, is to be passed on as it comes
     */
    static AnswerBody read(HttpClientResponse answer, int limitBytes, Predicate<Buffer> passesOn) {
        Promise<AnswerBody> read = Promise.promise();
        Buffer bytes = Buffer.buffer();
        answer.end().onFailure(broken -> read.tryComplete(new Broken()));
        answer.endHandler(all -> read.tryComplete(new Whole(bytes)));
        answer.handler(part -> {
            boolean first = bytes.length() == 0 && part.length() > 0;
            bytes.appendBuffer(part);
            if (first && passesOn.test(part)) {
                answer.pause();
                read.tryComplete(new Begun(bytes));
            } else if (bytes.length() > limitBytes) {
                answer.pause();
                read.tryComplete(new TooLarge(bytes));
            }
        });
        answer.resume();
        return Future.await(read.future());
    }
}
