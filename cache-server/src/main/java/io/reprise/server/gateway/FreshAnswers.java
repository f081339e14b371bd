package io.reprise.server.gateway;

import io.reprise.server.protocol.Answers;
import io.reprise.server.protocol.WireFormat;
import io.reprise.server.upstream.Outgoing;
import io.reprise.server.upstream.Sending;
import io.reprise.server.upstream.UpstreamException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

/** Asks upstream a call again that the cache has answered, for nobody but an audit. Calls block, as virtual threads may. */
final class FreshAnswers {
    /** No answer, and nothing charged for. */
    static final Answers.Reading NONE = new Answers.Reading.NotKept("error", null, null);

    private final UpstreamDoor upstream;
    private final WireFormat format;
    private final int limitBytes;

    /**
     * @param limitBytes the largest answer that is read
     */
    FreshAnswers(UpstreamDoor upstream, WireFormat format, int limitBytes) {
        this.upstream = upstream;
        this.format = format;
        this.limitBytes = limitBytes;
    }

    /** Upstream's answer, whole, or what of it is known when it is not. */
    Answers.Reading ask(Exchange exchange) {
        var outgoing = Outgoing.of(exchange.request(), exchange.outgoing(false), true);
        Sending sending = upstream.audit(exchange.provider(), outgoing);
        try {
            HttpClientResponse answer = Future.await(sending.answer());
            return switch (Body.ofAnswer(answer, limitBytes)) {
                case null -> notKept("incomplete");
                case Body.TooLarge tooLarge -> {
                    sending.cancel();
                    yield notKept("too-large");
                }
                case Body.Whole whole when answer.statusCode() != 200 -> NONE;
                case Body.Whole whole -> read(answer, whole.bytes());
            };
        } catch (UpstreamException e) {
            return NONE;
        }
    }

    private Answers.Reading read(HttpClientResponse answer, Buffer bytes) {
        var watch = new AnswerWatch(format, Beginning.said(answer), limitBytes, read -> {});
        watch.accept(bytes);
        return watch.end(true);
    }

    private static Answers.Reading notKept(String why) {
        return new Answers.Reading.NotKept(why, null, null);
    }
}
