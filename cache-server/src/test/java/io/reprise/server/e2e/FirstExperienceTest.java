package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.server.testupstream.SdkResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a newcomer does first: store, hit by a paraphrase, miss by another question; by the native routes and by the drop-in. */
class FirstExperienceTest {
    @RegisterExtension
    static final Stage stage = Stage.with();

    private static final String STORE = """
            {"prompt": "How do I reset my password?", "completion": "Settings > Security > Reset password."}""";

    @Test
    void storedAnswer_hitsByAParaphrase() {
        assertEquals(201, stage.caller().post("/v1/cache/entries", STORE).status());

        JsonNode found = stage.caller()
                .post("/v1/cache/lookup", Chats.object().put("prompt", Chats.PARAPHRASE))
                .json();

        assertEquals("hit", found.path("outcome").asText());
        assertEquals("semantic", found.path("kind").asText());
        assertEquals(
                "Settings > Security > Reset password.",
                found.at("/entry/completion").asText());
    }

    @Test
    void storedAnswer_isNotTheAnswerToAnotherQuestion() {
        stage.caller().post("/v1/cache/entries", STORE);

        JsonNode found = stage.caller()
                .post("/v1/cache/lookup", Chats.object().put("prompt", Chats.OTHER_QUESTION))
                .json();

        assertEquals("miss", found.path("outcome").asText());
        assertEquals("floor", found.path("reason").asText());
    }

    @Test
    void sdk_missesThenHitsExactlyThenByAParaphrase() {
        SdkResult miss = stage.sdk().complete(Chats.params(Chats.QUESTION).build());
        SdkResult exact = stage.sdk().complete(Chats.params(Chats.QUESTION).build());
        SdkResult semantic = stage.sdk().complete(Chats.params(Chats.PARAPHRASE).build());

        assertEquals("miss", miss.header("x-reprise-outcome").orElseThrow());
        assertEquals("exact", exact.header("x-reprise-outcome").orElseThrow());
        assertEquals("semantic", semantic.header("x-reprise-outcome").orElseThrow());
        assertEquals(miss.tree(), exact.tree());
        assertEquals(miss.tree(), semantic.tree());
        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void sdk_asksUpstreamForAnotherQuestion() {
        stage.sdk().complete(Chats.params(Chats.QUESTION).build());

        SdkResult other =
                stage.sdk().complete(Chats.params(Chats.OTHER_QUESTION).build());

        assertEquals("miss", other.header("x-reprise-outcome").orElseThrow());
        assertEquals(2, stage.upstreamCalls());
    }

    @Test
    void answerStoredByTheNativeRoute_servesTheDropIn() {
        stage.caller()
                .post(
                        "/v1/cache/entries",
                        Chats.object()
                                .put("prompt", Chats.QUESTION)
                                .put("model", Chats.MODEL)
                                .put("completion", "By e-mail."));

        SdkResult hit = stage.sdk().complete(Chats.params(Chats.PARAPHRASE).build());

        assertEquals(
                "By e-mail.",
                hit.sdkCompletion()
                        .orElseThrow()
                        .choices()
                        .getFirst()
                        .message()
                        .content()
                        .orElseThrow());
        assertEquals(0, stage.upstreamCalls());
    }

    @Test
    void answerOfTheDropIn_isFoundByTheNativeRoute() {
        stage.sdk().complete(Chats.params(Chats.QUESTION).build());

        JsonNode found = stage.caller()
                .post(
                        "/v1/cache/lookup",
                        Chats.object().put("prompt", Chats.QUESTION).put("model", Chats.MODEL))
                .json();

        assertEquals("exact", found.path("kind").asText());
        assertTrue(found.at("/entry/completion/choices/0/message/content").isTextual());
    }
}
