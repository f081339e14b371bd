package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What a call asks, in a normal form.
 *
 * @param shape what must be equal in every turn for another call's answer to serve: the body without its turns and without fields that
 *     cannot change the answer. Not modified after construction
 * @param turns at least one turn; the texts of the last are what is asked
 */
public record Conversation(ObjectNode shape, List<Turn> turns) {
    public Conversation {
        turns = List.copyOf(turns);
        if (turns.isEmpty()) {
            throw new IllegalArgumentException("a conversation has at least one turn");
        }
    }
}
