package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.CanonicalAnswer.Part;
import java.util.List;

/** Translates between {@code text_completion} objects and the form of no wire in particular. */
final class OpenAiCompletionsTranslation {
    private static final KnownFields ANSWER = KnownFields.of(
            "id", "object", "created", "model", "choices", "usage", "system_fingerprint", "service_tier");
    private static final KnownFields CHOICE =
            KnownFields.of("index", "text", "finish_reason", "content_filter_results");

    private OpenAiCompletionsTranslation() {}

    static CanonicalAnswer read(Completion completion) {
        JsonNode answer = completion.tree();
        ANSWER.check(answer);
        JsonNode choice = answer.path("choices").path(0);
        CHOICE.check(choice);
        return new CanonicalAnswer(
                List.of(new Part.Text(KnownFields.text(choice, "text"))),
                choice.path("finish_reason").asText().equals("length"),
                completion.model(),
                completion.usage(),
                answer.at("/usage/completion_tokens_details/reasoning_tokens").asLong(0));
    }

    /**
     * Writes a {@code text_completion} object.
     *
     * @throws NotTellableException when the answer is more than words
     */
    static ObjectNode write(CanonicalAnswer answer, Replay replay) {
        for (Part part : answer.parts()) {
            if (!(part instanceof Part.Text)) {
                throw new NotTellableException("a text completion has words alone");
            }
        }
        ObjectNode written = StrictJson.object()
                .put("id", "cmpl-" + replay.id())
                .put("object", "text_completion")
                .put("created", replay.created().getEpochSecond())
                .put("model", answer.model() == null ? replay.model() : answer.model());
        written.putArray("choices")
                .addObject()
                .put("text", answer.words())
                .put("index", 0)
                .putNull("logprobs")
                .put("finish_reason", answer.truncated() ? "length" : "stop");
        if (answer.usage() != null) {
            written.set("usage", Answers.openAiForm(answer.usage(), answer.reasoningTokens()));
        }
        return written;
    }
}
