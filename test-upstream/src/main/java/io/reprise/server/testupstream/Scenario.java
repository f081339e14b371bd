package io.reprise.server.testupstream;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * What an upstream answers, as a function of the request.
 *
 * <p>Called on an event loop after the body has arrived, for one request at a time or for several at once: it must be thread-safe
 * and must not block. What it throws becomes a 500 that names it.
 */
@FunctionalInterface
public interface Scenario {

    Reply replyTo(ReceivedRequest request);

    /**
     * A provider that works, on every {@link Wire}: OpenAI's and Anthropic's. Answers are determined by the last message of the user,
     * and requests checked for what the providers check first (JSON, {@code model}, messages, Anthropic's {@code max_tokens}). It
     * heeds {@code n}, the limits of tokens, {@code logprobs}, and requests to see the reasoning. It calls the tools that the
     * message names, with arguments that fit their schemas, or the first where the request insists; when it has a tool's result
     * it answers with text. A model {@code status-429} fails with that status, any of 400 to 599.
     *
     * <p>{@code /v1/embeddings} and {@code /v1/models} answer; {@code /v1/download/<bytes>} sends that many bytes; any other path
     * below {@code /v1/} is echoed; the rest is 404.
     */
    static Scenario provider() {
        return new WorkingProvider();
    }

    /** The same reply to every request. */
    static Scenario always(Reply reply) {
        return request -> reply;
    }

    /** These replies in turn, then the last one again and again. */
    static Scenario inTurn(Reply... replies) {
        List<Reply> turns = List.of(replies);
        if (turns.isEmpty()) {
            throw new IllegalArgumentException("replies must have at least one element");
        }
        AtomicInteger turn = new AtomicInteger();
        return request -> turns.get(turn.getAndUpdate(t -> Math.min(t + 1, turns.size() - 1)));
    }

    /** Chat completions answered so, all other paths as {@link #provider()} does. */
    static Scenario chat(Function<ReceivedRequest, Reply> replies) {
        Scenario others = provider();
        return request -> Wire.CHAT.path().equals(request.path()) ? replies.apply(request) : others.replyTo(request);
    }

    /** This scenario for requests with {@code Authorization: Bearer <key>}, 401 for others. */
    default Scenario requiringKey(String key) {
        return request -> request.header("authorization").equals(Optional.of("Bearer " + key))
                ? replyTo(request)
                : Reply.of(ApiError.unauthorized());
    }

    /** This scenario for requests without {@code stream_options}, 400 for those that have it, as some servers answer. */
    default Scenario rejectingStreamOptions() {
        return request ->
                request.json().filter(body -> body.has("stream_options")).isPresent()
                        ? Reply.of(ApiError.unknownParameter("stream_options"))
                        : replyTo(request);
    }
}
