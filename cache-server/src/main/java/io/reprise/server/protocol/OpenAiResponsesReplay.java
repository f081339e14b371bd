package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Renders a stored {@link Completion} on OpenAI's responses wire, whole or as the events its SDKs put together. */
final class OpenAiResponsesReplay {
    /** Fields of a request that cannot change the answer, and that the answer repeats all the same: each caller gets its own. */
    private static final List<String> CALLERS_OWN =
            List.of("metadata", "user", "safety_identifier", "prompt_cache_key", "prompt_cache_retention");

    private OpenAiResponsesReplay() {}

    /**
     * The answer as a {@code response} object in UTF-8: the very bytes that were stored, when they were one and repeat no other caller's
     * words.
     *
     * @throws IllegalArgumentException when the answer is of another form and cannot be told in this one
     */
    static byte[] json(Completion completion, Replay replay) {
        return switch (completion.form()) {
            case OPENAI_RESPONSE -> forCaller(completion, replay);
            case TEXT, OPENAI_CHAT, OPENAI_COMPLETION, ANTHROPIC_MESSAGE, OPENAI_EMBEDDING ->
                StrictJson.bytes(OpenAiResponsesTranslation.write(CanonicalAnswer.of(completion), replay));
        };
    }

    /**
     * The answer as server-sent events, numbered, in the order in which the API sends them.
     *
     * @throws IllegalArgumentException also when it has an item or a part of which it is not known how it is streamed
     */
    static byte[] events(Completion completion, Replay replay) {
        ObjectNode response = StrictJson.parseObject(json(completion, replay));
        var events = new ResponseEvents(replay);
        ObjectNode begun = response.deepCopy().put("status", "in_progress");
        begun.putArray("output");
        for (String ended : List.of("usage", "incomplete_details", "completed_at")) {
            if (begun.has(ended)) {
                begun.putNull(ended);
            }
        }
        events.add("response.created").set("response", begun);
        events.add("response.in_progress").set("response", begun);
        int index = 0;
        for (JsonNode item : response.path("output")) {
            events.item(index++, (ObjectNode) item);
        }
        String last = response.path("status").asText().equals("incomplete") ? "incomplete" : "completed";
        events.add("response." + last).set("response", response);
        return events.bytes();
    }

    private static byte[] forCaller(Completion completion, Replay replay) {
        ObjectNode response = StrictJson.parseObject(completion.json());
        boolean same = true;
        for (String field : CALLERS_OWN) {
            JsonNode stored = response.path(field);
            JsonNode own = replay.repeated().path(field);
            // An upstream that does not repeat a field does not repeat it for this caller either.
            if (!stored.isMissingNode()
                    && !stored.equals(own)
                    && !(KnownFields.saysNothing(stored) && KnownFields.saysNothing(own))) {
                same = false;
                JsonNode nothing = stored.isObject() ? StrictJson.object() : NullNode.getInstance();
                response.set(field, own.isMissingNode() ? nothing : own);
            }
        }
        return same ? completion.json() : StrictJson.bytes(response);
    }
}
