package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.ApiError;
import io.reprise.server.testupstream.Reply;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hits by meaning are audited and voted on, and what is found out counts: it tightens, it is booked, and it is told. */
class EvidenceTest {
    private static final String AUDITS = "/v1/cache/audits";
    private static final String FEEDBACK = "/v1/cache/feedback";
    private static final Duration SOON = Duration.ofSeconds(10);

    @RegisterExtension
    static final Stage stage = Stage.with("decision.policy=verified", "audits.first_rate=1");

    @RegisterExtension
    static final Stage unaudited = Stage.with("decision.policy=verified", "audits.first_rate=0", "audits.rate=0");

    @Test
    void hit_isAnsweredUpstreamOnceMoreBehindTheReply() {
        stage.upstream().answer(Reply.text("Click on Forgot password."));
        miss(stage, Chats.QUESTION);
        JsonNode before = wrongRate(stage);

        Answer hit = ask(stage, Chats.PARAPHRASE);

        assertEquals("semantic", hit.header("x-reprise-outcome"));
        Eventually.await(
                SOON,
                () -> wrongRate(stage).path("audits").asLong()
                        == before.path("audits").asLong() + 1);
        assertEquals(
                before.path("alarms").asLong(), wrongRate(stage).path("alarms").asLong());
        assertEquals(2, stage.upstreamCalls());
    }

    @Test
    void streamedHit_isAuditedToo() {
        stage.upstream().answer(Reply.text("Click on Forgot password."));
        miss(stage, Chats.QUESTION);
        long before = wrongRate(stage).path("audits").asLong();

        Answer hit = stage.caller().post(Chats.PATH, Chats.streaming(Chats.PARAPHRASE));

        assertEquals("semantic", hit.header("x-reprise-outcome"));
        Eventually.await(SOON, () -> wrongRate(stage).path("audits").asLong() == before + 1);
    }

    @Test
    void audit_isBookedAsOverhead() {
        stage.upstream().answer(Reply.text("Click on Forgot password."));
        miss(stage, Chats.QUESTION);
        ask(stage, Chats.PARAPHRASE);

        Eventually.await(SOON, () -> total(stage).path("audits").asInt() == 1);

        JsonNode total = total(stage);
        assertEquals(3, total.path("calls").asInt());
        // Both hits would have cost what the audit did cost.
        assertEquals(total.path("audit_usd").asText(), total.path("saved_usd").asText(), total::toString);
    }

    @Test
    void hitThatTheAuditFindsWrong_isNotServedAgain() {
        stage.upstream().answer(Reply.text("Click on Forgot password."));
        miss(stage, Chats.QUESTION);
        stage.upstream().answer(Reply.text("Preheat the oven and butter the tin."));
        assertEquals("semantic", ask(stage, Chats.PARAPHRASE).header("x-reprise-outcome"));

        Eventually.await(SOON, () -> !"semantic"
                .equals(ask(stage, Chats.PARAPHRASE, "cache-control", "only-if-cached")
                        .header("x-reprise-outcome")));
    }

    @Test
    void auditThatUpstreamDoesNotAnswer_isNoEvidence() {
        stage.upstream().answer(Reply.text("Click on Forgot password."));
        miss(stage, Chats.QUESTION);
        stage.upstream().answer(Reply.of(ApiError.serverError()));
        JsonNode before = wrongRate(stage);

        assertEquals("semantic", ask(stage, Chats.PARAPHRASE).header("x-reprise-outcome"));

        Eventually.await(
                SOON,
                () -> wrongRate(stage).path("audits_lost").asLong()
                        == before.path("audits_lost").asLong() + 1);
        assertEquals(
                before.path("audits").asLong(), wrongRate(stage).path("audits").asLong());
    }

    @Test
    void callerWhoWantsNoCallUpstream_isNotAudited() {
        miss(stage, Chats.QUESTION);
        long before = wrongRate(stage).path("served_outside_the_bound").asLong();

        Answer hit = ask(stage, Chats.PARAPHRASE, "cache-control", "only-if-cached");

        assertEquals("semantic", hit.header("x-reprise-outcome"));
        assertEquals(
                before + 1, wrongRate(stage).path("served_outside_the_bound").asLong());
        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void shadowedHit_isComparedWithTheAnswerThatIsServed() {
        stage.upstream().answer(Reply.text("Click on Forgot password."));
        miss(stage, Chats.QUESTION);
        long before = wrongRate(stage).path("audits_of_hits_withheld").asLong();

        Answer answer = ask(stage, Chats.PARAPHRASE, "x-reprise-mode", "shadow");

        assertEquals("miss", answer.header("x-reprise-outcome"));
        Eventually.await(
                SOON, () -> wrongRate(stage).path("audits_of_hits_withheld").asLong() == before + 1);
        assertEquals(2, stage.upstreamCalls());
    }

    @Test
    void withoutAudits_nothingIsAskedAndNothingIsShown() {
        miss(unaudited, Chats.QUESTION);

        assertEquals("semantic", ask(unaudited, Chats.PARAPHRASE).header("x-reprise-outcome"));

        JsonNode told = wrongRate(unaudited);
        assertEquals(1, unaudited.upstreamCalls());
        assertEquals(0, told.path("audit_rate").asDouble());
        assertEquals(1, told.path("bound").asDouble());
        assertFalse(told.path("shown").asBoolean());
        assertEquals("calibration", told.path("basis").asText());
    }

    @Test
    void wrongVote_countsOnceAndKeepsThePairApart() {
        miss(unaudited, Chats.QUESTION);
        Answer hit = ask(unaudited, Chats.PARAPHRASE);
        ObjectNode vote =
                Chats.object().put("lookup_id", hit.header("x-reprise-lookup")).put("verdict", "wrong");

        Answer first = unaudited.caller().post(FEEDBACK, vote);

        assertEquals(202, first.status());
        assertEquals("tightened", first.json().path("effect").asText());
        assertEquals(
                "repeated",
                unaudited.caller().post(FEEDBACK, vote).json().path("effect").asText());
        Answer apart = ask(unaudited, Chats.PARAPHRASE);
        assertEquals("miss", apart.header("x-reprise-outcome"));
        assertTrue(apart.header("cache-status").contains("\"bound\""), apart::toString);
        assertEquals("exact", ask(unaudited, Chats.QUESTION).header("x-reprise-outcome"));
    }

    @Test
    void promptThatDependsOnTheMoment_isAnsweredToItsOwnTextAlone() {
        miss(unaudited, "What is the latest version of Java today?");

        Answer near = ask(unaudited, "What's the latest version of Java today?", "x-reprise-mode", "serve");

        assertEquals("miss", near.header("x-reprise-outcome"));
        assertTrue(near.header("cache-status").contains("guard:time-sensitive"), near::toString);
    }

    @Test
    void rightVote_isNoted() {
        miss(unaudited, Chats.QUESTION);
        Answer hit = ask(unaudited, Chats.PARAPHRASE);

        Answer vote = unaudited
                .caller()
                .post(
                        FEEDBACK,
                        Chats.object()
                                .put("lookup_id", hit.header("x-reprise-lookup"))
                                .put("verdict", "right"));

        assertEquals("noted", vote.json().path("effect").asText());
    }

    @Test
    void voteOnAnotherCallersHit_isRefused() {
        miss(unaudited, Chats.QUESTION);
        Answer hit = ask(unaudited, Chats.PARAPHRASE);
        ObjectNode vote =
                Chats.object().put("lookup_id", hit.header("x-reprise-lookup")).put("verdict", "wrong");

        assertEquals(404, unaudited.anonymous().post(FEEDBACK, vote).status());
        assertEquals("semantic", ask(unaudited, Chats.PARAPHRASE).header("x-reprise-outcome"));
    }

    @Test
    void exactHitThatIsWrong_losesItsEntry() {
        miss(unaudited, Chats.QUESTION);
        Answer hit = ask(unaudited, Chats.QUESTION);
        ObjectNode vote =
                Chats.object().put("lookup_id", hit.header("x-reprise-lookup")).put("verdict", "wrong");

        assertEquals(404, unaudited.anonymous().post(FEEDBACK, vote).status());
        assertEquals(
                "deleted",
                unaudited.caller().post(FEEDBACK, vote).json().path("effect").asText());
        assertEquals("miss", ask(unaudited, Chats.QUESTION).header("x-reprise-outcome"));
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
        Answer refused = unaudited.caller().post(FEEDBACK, body);

        assertEquals(400, refused.status());
        assertEquals(field, refused.json().at("/errors/0/field").asText(), refused::toString);
    }

    @Test
    void nativeHit_asksItsCallerForAFreshAnswerOnce() {
        stage.caller()
                .post(
                        "/v1/cache/entries",
                        Chats.object().put("prompt", Chats.QUESTION).put("completion", "Click on Forgot password."));
        long before = wrongRate(stage).path("audits").asLong();
        JsonNode hit = stage.caller()
                .post("/v1/cache/lookup", Chats.object().put("prompt", Chats.PARAPHRASE))
                .json();
        assertEquals("semantic", hit.path("kind").asText(), hit::toString);
        assertTrue(hit.path("audit").asBoolean());
        ObjectNode report = Chats.object()
                .put("lookup_id", hit.path("lookup_id").asText())
                .put("completion", "click on Forgot password");

        assertEquals(404, stage.anonymous().post(AUDITS, report).status());
        assertEquals(202, stage.caller().post(AUDITS, report).status());
        Eventually.await(SOON, () -> wrongRate(stage).path("audits").asLong() == before + 1);
        assertEquals(409, stage.caller().post(AUDITS, report).status());
    }

    @Test
    void answerThatNobodyAskedFor_isRefused() {
        miss(unaudited, Chats.QUESTION);
        Answer hit = ask(unaudited, Chats.PARAPHRASE);
        ObjectNode report =
                Chats.object().put("lookup_id", hit.header("x-reprise-lookup")).put("completion", "anything");

        assertEquals(409, unaudited.caller().post(AUDITS, report).status());
        assertEquals(
                404,
                unaudited
                        .caller()
                        .post(AUDITS, report.put("lookup_id", "lk-never"))
                        .status());
        assertEquals(
                400,
                unaudited
                        .caller()
                        .post(AUDITS, Chats.object().put("lookup_id", "lk-1"))
                        .status());
    }

    private static void miss(Stage stage, String question) {
        assertEquals("miss", ask(stage, question).header("x-reprise-outcome"));
        // Stored behind the reply; a lookup waits for it.
        assertEquals("exact", ask(stage, question).header("x-reprise-outcome"));
    }

    private static Answer ask(Stage stage, String question, String... headers) {
        return stage.caller().post(Chats.PATH, Chats.asking(question), headers);
    }

    private static JsonNode wrongRate(Stage stage) {
        return stage.caller().get("/v1/cache/stats").json().path("wrong_rate");
    }

    private static JsonNode total(Stage stage) {
        return stage.caller().get("/v1/savings").json().path("total");
    }
}
