package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/**
 * What an answer needs to be rendered beside itself. {@link Call#replay} has it all.
 *
 * @param id id for an answer that was stored in another form
 * @param model model for an answer that names none
 * @param created when it was stored
 * @param streamUsage whether a stream carries its usage, where the wire leaves that to the client
 * @param canonical whether the call was looked up in the form of no wire in particular
 * @param repeated fields of the request that answers on its wire repeat
 * @param wordByWord whether a stream brings the answer's words one by one, not all in one event
 */
public record Replay(
        String id,
        String model,
        Instant created,
        boolean streamUsage,
        boolean canonical,
        ObjectNode repeated,
        boolean wordByWord) {
    /** For a call that is told in its own wire's form and of which answers repeat nothing. */
    public Replay(String id, String model, Instant created, boolean streamUsage) {
        this(id, model, created, streamUsage, false, StrictJson.object(), false);
    }

    /** The same, streamed word by word. */
    public Replay inWords() {
        return new Replay(id, model, created, streamUsage, canonical, repeated, true);
    }

    /** What each event of a text brings of it: at least one piece, and all of it together. */
    List<String> pieces(String text) {
        return wordByWord && !text.isEmpty() ? Words.of(text) : List.of(text);
    }
}
