package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * One turn of a conversation, in normal form.
 *
 * @param shape the turn without its texts when it is a user's, which leave marks of where they stood; whole when it is anybody else's.
 *     Not modified after construction
 * @param texts a user's text parts, in order, as typed; empty for anybody else's turn
 */
public record Turn(ObjectNode shape, List<String> texts) {
    public Turn {
        texts = List.copyOf(texts);
    }
}
