package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request for an answer, read from a wire.
 *
 * @param wire the format it came in
 * @param model the model asked for, or null when absent, which is a value of its own
 * @param shape what must be equal in every turn for another call's answer to serve: the body in normal form without its turns and
 *     without fields that cannot change the answer. Not modified after construction
 * @param turns the conversation, at least one turn; the texts of the last are what is asked
 * @param stream whether the answer is asked for as server-sent events
 * @param streamUsage whether a streamed answer is to carry its usage
 * @param uncacheable why the answer must neither come from the cache nor go there, or null
 */
public record Call(
        Wire wire,
        @Nullable String model,
        ObjectNode shape,
        List<Turn> turns,
        boolean stream,
        boolean streamUsage,
        @Nullable String uncacheable) {

    public Call {
        turns = List.copyOf(turns);
        if (turns.isEmpty()) {
            throw new IllegalArgumentException("a call has at least one turn");
        }
    }

    /** The text parts of the last turn, in order, as typed; empty when it is not a user's or has none. */
    public List<String> texts() {
        return turns.getLast().texts();
    }
}
