package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Callers say what they think of hits by meaning: it tightens, for them alone, and nothing is asked upstream for it.
 */
class EvidenceTest {
    private static final String AUDITS = "/v1/cache/audits";
    private static final String FEEDBACK = "/v1/cache/feedback";
    private static final String RESET = "Click on Forgot password.";

    @RegisterExtension
    static final Stage stage = Stage.with();

    /** Every caller of the lookup API is asked for a fresh answer. */
    @RegisterExtension
    static final Stage asking = Stage.with("audits.first_rate=1");

    @RegisterExtension
    static final Stage strict = Stage.with("audits.cold_start=strict");

    @Test
    void hit_isExpectedToBeRightAndNothingIsShown() {
        miss(stage, Chats.QUESTION);

        Answer hit = ask(stage, Chats.PARAPHRASE);

        assertEquals("semantic", hit.header("x-reprise-outcome"));
        assertEquals("expected", hit.header("x-reprise-evidence"));
        JsonNode told = wrongRate(stage);
        assertEquals(1, stage.upstreamCalls());
        assertEquals(0, told.path("audit_rate").asDouble());
        assertEquals(1, told.path("bound").asDouble());
        assertFalse(told.path("shown").asBoolean());
        assertEquals("calibration", told.path("basis").asText());
        assertEquals("expected", told.path("evidence").asText());
    }

    @Test
    void strictStart_servesNothingByMeaning() {
        miss(strict, Chats.QUESTION);

        Answer near = ask(strict, Chats.PARAPHRASE);

        assertEquals("miss", near.header("x-reprise-outcome"));
        assertEquals(2, strict.upstreamCalls());
        assertTrue(wrongRate(strict).path("evidence").isNull());
    }

    /** Each answer differs from the one before, as those of a model that is sampled do. */
    @Test
    void refreshOfAChangingAnswer_isOneCall() {
        miss(stage, Chats.QUESTION);
        stage.upstream().log().clear();
        for (int call = 1; call <= 4; call++) {
            stage.upstream().answer(Reply.text("Answer " + call + ": preheat the oven."));

            Answer fresh = ask(stage, Chats.QUESTION, "cache-control", "no-cache");

            assertEquals("bypass", fresh.header("x-reprise-outcome"));
            assertEquals(call, stage.upstreamCalls());
        }
    }

    @Test
    void hitInShadowMode_isOneCall() {
        miss(stage, Chats.QUESTION);
        stage.upstream().answer(Reply.text("Preheat the oven."));

        assertEquals(
                "miss", ask(stage, Chats.PARAPHRASE, "x-reprise-mode", "shadow").header("x-reprise-outcome"));

        assertEquals(2, stage.upstreamCalls());
        assertEquals(0, wrongRate(stage).path("audits_of_hits_withheld").asInt());
    }

    @Test
    void wrongVote_countsOnceAndKeepsThePairApart() {
        miss(stage, Chats.QUESTION);
        Answer hit = ask(stage, Chats.PARAPHRASE);
        ObjectNode vote =
                Chats.object().put("lookup_id", hit.header("x-reprise-lookup")).put("verdict", "wrong");

        Answer first = stage.caller().post(FEEDBACK, vote);

        assertEquals(202, first.status());
        assertEquals("tightened", first.json().path("effect").asText());
        assertEquals(
                "repeated",
                stage.caller().post(FEEDBACK, vote).json().path("effect").asText());
        Answer apart = ask(stage, Chats.PARAPHRASE);
        assertEquals("miss", apart.header("x-reprise-outcome"));
        assertTrue(apart.header("cache-status").contains("\"bound\""), apart::toString);
        assertEquals("exact", ask(stage, Chats.QUESTION).header("x-reprise-outcome"));
    }

    @Test
    void promptThatDependsOnTheMoment_isAnsweredToItsOwnTextAlone() {
        miss(stage, "What is the latest version of Java today?");

        Answer near = ask(stage, "What's the latest version of Java today?", "x-reprise-mode", "serve");

        assertEquals("miss", near.header("x-reprise-outcome"));
        assertTrue(near.header("cache-status").contains("guard:time-sensitive"), near::toString);
    }

    @Test
    void rightVote_isNoted() {
        miss(stage, Chats.QUESTION);
        Answer hit = ask(stage, Chats.PARAPHRASE);

        Answer vote = stage.caller()
                .post(
                        FEEDBACK,
                        Chats.object()
                                .put("lookup_id", hit.header("x-reprise-lookup"))
                                .put("verdict", "right"));

        assertEquals("noted", vote.json().path("effect").asText());
    }

    @Test
    void voteOnAnotherCallersHit_isRefused() {
        miss(stage, Chats.QUESTION);
        Answer hit = ask(stage, Chats.PARAPHRASE);
        ObjectNode vote =
                Chats.object().put("lookup_id", hit.header("x-reprise-lookup")).put("verdict", "wrong");

        assertEquals(404, stage.anonymous().post(FEEDBACK, vote).status());
        assertEquals("semantic", ask(stage, Chats.PARAPHRASE).header("x-reprise-outcome"));
    }

    @Test
    void exactHitThatIsWrong_losesItsEntry() {
        miss(stage, Chats.QUESTION);
        Answer hit = ask(stage, Chats.QUESTION);
        ObjectNode vote =
                Chats.object().put("lookup_id", hit.header("x-reprise-lookup")).put("verdict", "wrong");

        assertEquals(404, stage.anonymous().post(FEEDBACK, vote).status());
        assertEquals(
                "deleted",
                stage.caller().post(FEEDBACK, vote).json().path("effect").asText());
        assertEquals("miss", ask(stage, Chats.QUESTION).header("x-reprise-outcome"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"verdict":"wrong"}                        | lookup_id
            {"lookup_id":"lk-1"}                       | verdict
            {"lookup_id":"lk-1","verdict":"maybe"}     | verdict
            {"lookup_id":7,"verdict":"wrong"}          | lookup_id
            {"lookup_id":"lk-1","verdict":"right","x":1} | x
            """)
    void voteThatIsNotValid_namesTheField(String body, String field) {
        Answer refused = stage.caller().post(FEEDBACK, body);

        assertEquals(400, refused.status());
        assertEquals(field, refused.json().at("/errors/0/field").asText(), refused::toString);
    }

    @Test
    void nativeHit_asksItsCallerForAFreshAnswerOnce() {
        ObjectNode report = nativeHit(asking).put("completion", RESET);

        assertEquals(404, asking.anonymous().post(AUDITS, report).status());
        assertEquals(202, asking.caller().post(AUDITS, report).status());
        assertEquals(409, asking.caller().post(AUDITS, report).status());
    }

    /** A model that is asked twice words its answer anew. */
    @Test
    void freshAnswerInOtherWords_changesNothing() {
        for (int i = 0; i < 10; i++) {
            ObjectNode report =
                    nativeHit(asking).put("completion", "Answer " + i + ": use the link that you are sent.");
            assertEquals(202, asking.caller().post(AUDITS, report).status());
        }
        assertEquals(0, asking.upstreamCalls());
    }

    @Test
    void callerWhoCallsTheCachedAnswerWrong_isNotServedItAgain() {
        ObjectNode report =
                nativeHit(asking).put("completion", "Preheat the oven.").put("verdict", "wrong");
        JsonNode before = wrongRate(asking);

        Answer taken = asking.caller().post(AUDITS, report);

        assertEquals("tightened", taken.json().path("effect").asText());
        assertEquals("miss", lookup(asking.caller()).path("outcome").asText());
        assertEquals(before, wrongRate(asking), "it counts for that caller alone");
    }

    @Test
    void verdictThatIsNone_isRefused() {
        ObjectNode report =
                nativeHit(asking).put("completion", "Preheat the oven.").put("verdict", "maybe");
        assertEquals(400, asking.caller().post(AUDITS, report).status());
    }

    @Test
    void answerThatNobodyAskedFor_isRefused() {
        miss(stage, Chats.QUESTION);
        Answer hit = ask(stage, Chats.PARAPHRASE);
        ObjectNode report =
                Chats.object().put("lookup_id", hit.header("x-reprise-lookup")).put("completion", "anything");

        assertEquals(409, stage.caller().post(AUDITS, report).status());
        assertEquals(
                404,
                stage.caller().post(AUDITS, report.put("lookup_id", "lk-never")).status());
        assertEquals(
                400,
                stage.caller()
                        .post(AUDITS, Chats.object().put("lookup_id", "lk-1"))
                        .status());
    }

    private static ObjectNode nativeHit(Stage on) {
        on.caller()
                .post(
                        "/v1/cache/entries",
                        Chats.object().put("prompt", Chats.QUESTION).put("completion", RESET));
        JsonNode hit = lookup(on.caller());
        assertEquals("semantic", hit.path("kind").asText(), hit::toString);
        assertTrue(hit.path("audit").asBoolean());
        return Chats.object().put("lookup_id", hit.path("lookup_id").asText());
    }

    private static JsonNode lookup(WireCaller caller) {
        return caller.post("/v1/cache/lookup", Chats.object().put("prompt", Chats.PARAPHRASE))
                .json();
    }

    private static void miss(Stage on, String question) {
        assertEquals("miss", ask(on, question).header("x-reprise-outcome"));
        // Stored behind the reply; a lookup waits for it.
        assertEquals("exact", ask(on, question).header("x-reprise-outcome"));
    }

    private static Answer ask(Stage on, String question, String... headers) {
        return on.caller().post(Chats.PATH, Chats.asking(question), headers);
    }

    private static JsonNode wrongRate(Stage on) {
        return on.caller().get("/v1/cache/stats").json().path("wrong_rate");
    }
}
