package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * One provider's wire: reads its calls and its answers, and renders stored answers on it. Implementations are pure and thread-safe.
 */
public sealed interface WireFormat permits OpenAiChat, OpenAiCompletions, OpenAiResponses, AnthropicMessages {
    /** The wire's name. */
    Wire wire();

    /**
     * Reads a request body.
     *
     * @param body not modified
     * @throws MalformedRequestException when it is not a request of this wire
     */
    Call read(ObjectNode body);

    /**
     * Reads a whole answer.
     *
     * @param json its bytes, kept as they are
     * @param tree the same, parsed
     */
    Answers.Reading answer(byte[] json, JsonNode tree);

    /** Whether streams carry usage only for clients that ask for it. */
    boolean streamsUsageOnRequest();

    /** Puts together one streamed answer. */
    StreamCollector collector();

    /**
     * Renders an answer whole, in UTF-8 JSON: the very bytes that were stored, when they were of this wire.
     *
     * @throws IllegalArgumentException when the answer is of another wire's form and cannot be told on this one without loss
     */
    byte[] json(Completion completion, Replay replay);

    /**
     * Renders an answer as server-sent events, in the order and shape that the provider's SDKs put together.
     *
     * @throws IllegalArgumentException as {@link #json} does, and when it is not known how a part of the answer is streamed
     */
    byte[] events(Completion completion, Replay replay);

    /**
     * The turns as which clients send an answer back when they go on with the conversation, in every way that is usual: as it was
     * answered, and its words alone. Empty when the answer cannot be told on this wire.
     */
    List<List<Turn>> echoes(Completion completion, Replay replay);
}
