package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request for an answer, read from a wire.
 *
 * @param wire the format it came in
 * @param model the model asked for, or null when absent, which is a value of its own
 * @param shape what must be equal for another call's answer to serve: the body in normal form without fields that cannot change the
 *     answer, and with the text of the last user turn taken out. Not modified after construction
 * @param texts the text parts of the last user turn, in order, as typed; empty when the call does not end with one
 * @param stream whether the answer is asked for as server-sent events
 * @param streamUsage whether a streamed answer is to carry its usage
 * @param uncacheable why the answer must neither come from the cache nor go there, or null
 */
public record Call(
        Wire wire,
        @Nullable String model,
        ObjectNode shape,
        List<String> texts,
        boolean stream,
        boolean streamUsage,
        @Nullable String uncacheable) {

    public Call {
        texts = List.copyOf(texts);
    }
}
