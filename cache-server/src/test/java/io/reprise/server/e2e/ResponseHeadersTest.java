package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.testupstream.ChatAnswer;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.TokenUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every drop-in answer says how it was made: Cache-Status (RFC 9211), Age (RFC 9111) and our own headers. */
class ResponseHeadersTest {
    private static final TestClock clock = new TestClock(Instant.parse("2026-03-01T12:00:00Z"));

    @RegisterExtension
    static final Stage stage = Stage.at(clock);

    /** A list member of RFC 8941: a token and parameters whose values are tokens, strings or integers. */
    private static final Pattern MEMBER = Pattern.compile("[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*(;"
            + " *[a-z*][a-z0-9_.*-]*(=([A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*|\"[ !#-\\[\\]-~]*\"|-?[0-9]+))?)*");

    @Test
    void miss_saysThatItIsStored() {
        Answer miss = ask(Chats.QUESTION);

        assertEquals("reprise; fwd=miss; stored; detail=\"no_candidate\"", miss.header("cache-status"));
        assertEquals("miss", miss.header("x-reprise-outcome"));
        assertTrue(miss.header("x-reprise-lookup").startsWith("lk-"));
        assertFalse(miss.has("age"));
        assertFalse(miss.has("x-reprise-entry"));
    }

    @Test
    void missNearAnEntry_saysHowNear() {
        ask(Chats.QUESTION);

        Answer miss = ask(Chats.OTHER_QUESTION);

        assertEquals("reprise; fwd=miss; stored; detail=\"floor\"", miss.header("cache-status"));
        double similarity = Double.parseDouble(miss.header("x-reprise-similarity"));
        assertTrue(similarity < 0.8, miss.toString());
    }

    @Test
    void exactHit_hasEveryHeader() {
        stage.upstream().answer(Reply.of(ChatAnswer.text("ok").withUsage(new TokenUsage(2000, 1024, 90, 64))));
        ask(Chats.QUESTION);

        Answer hit = ask(Chats.QUESTION);

        assertEquals("reprise; hit; detail=exact", hit.header("cache-status"));
        assertEquals("exact", hit.header("x-reprise-outcome"));
        assertTrue(hit.header("x-reprise-lookup").startsWith("lk-"));
        assertEquals(
                200,
                stage.caller()
                        .get("/v1/cache/entries/" + hit.header("x-reprise-entry"))
                        .status());
        assertEquals("1", hit.header("x-reprise-similarity"));
        assertEquals("1", hit.header("x-reprise-confidence"));
        // 976 fresh and 1,024 cached input tokens and 90 output tokens at 0.15, 0.075 and 0.60 dollars per million.
        assertEquals("0.0002772", hit.header("x-reprise-saved-usd"));
    }

    @Test
    void semanticHit_saysHowNearAndHowSure() {
        ask(Chats.QUESTION);

        Answer hit = ask(Chats.PARAPHRASE);

        assertEquals("reprise; hit; detail=semantic", hit.header("cache-status"));
        assertEquals("semantic", hit.header("x-reprise-outcome"));
        double similarity = Double.parseDouble(hit.header("x-reprise-similarity"));
        double confidence = Double.parseDouble(hit.header("x-reprise-confidence"));
        assertTrue(similarity >= 0.95 && similarity <= 1, hit.toString());
        assertTrue(confidence > 0 && confidence <= 1, hit.toString());
    }

    @Test
    void hitOfAStream_hasTheSameHeaders() {
        ask(Chats.QUESTION);

        Answer hit = stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertEquals("reprise; hit; detail=exact", hit.header("cache-status"));
        assertTrue(hit.has("age") && hit.has("x-reprise-entry") && hit.has("x-reprise-lookup"));
    }

    @Test
    void age_isSecondsSinceTheAnswerWasStored() {
        ask(Chats.QUESTION);
        assertEquals("0", ask(Chats.QUESTION).header("age"));

        clock.advance(Duration.ofMillis(90_900));

        assertEquals("90", ask(Chats.QUESTION).header("age"));
    }

    @Test
    void bypass_saysWhy() {
        Answer off = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION), "x-reprise-mode", "off");

        assertEquals("reprise; fwd=bypass; detail=\"off\"", off.header("cache-status"));
        assertEquals("bypass", off.header("x-reprise-outcome"));
        assertFalse(off.has("x-reprise-lookup"));
    }

    @Test
    void otherRoute_isABypass() {
        Answer models = stage.caller().get("/v1/models");

        assertEquals("reprise; fwd=bypass; detail=\"route\"", models.header("cache-status"));
        assertEquals("bypass", models.header("x-reprise-outcome"));
    }

    @Test
    void severalChoices_areABypass() {
        Answer two =
                stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION).put("n", 2));

        assertEquals("reprise; fwd=bypass; detail=\"n\"", two.header("cache-status"));
    }

    @Test
    void answerThatIsNotStored_saysWhy() {
        Answer cut =
                stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION).put("max_tokens", 2));

        assertEquals("reprise; fwd=miss; detail=\"no_candidate\"; not-kept=incomplete", cut.header("cache-status"));
    }

    @Test
    void savingOfAnUnknownModel_isNotClaimed() {
        stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION).put("model", "house-model-7b"));

        Answer hit =
                stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION).put("model", "house-model-7b"));

        assertEquals("exact", hit.header("x-reprise-outcome"));
        assertFalse(hit.has("x-reprise-saved-usd"));
    }

    @Test
    void cacheStatusOfACacheBehind_comesBeforeOurs() {
        stage.upstream().answer(Reply.text("ok").withHeader("cache-status", "edge; fwd=miss"));

        Answer miss = ask(Chats.QUESTION);

        assertEquals(
                "edge; fwd=miss, reprise; fwd=miss; stored; detail=\"no_candidate\"",
                String.join(", ", miss.headerValues("cache-status")));
    }

    @Test
    void everyCacheStatus_isAStructuredField() {
        ask(Chats.QUESTION);
        for (Answer answer : new Answer[] {
            ask(Chats.QUESTION),
            ask(Chats.PARAPHRASE),
            ask(Chats.OTHER_QUESTION),
            stage.caller().get("/v1/models"),
            stage.caller().get("/nowhere/v1"),
            stage.caller().post(Chats.PATH, "no json"),
            stage.caller().post(Chats.PATH, Chats.asking("x"), "cache-control", "only-if-cached")
        }) {
            for (String status : answer.headerValues("cache-status")) {
                assertTrue(MEMBER.matcher(status).matches(), status);
            }
        }
    }

    @Test
    void routesOfOurOwn_haveNoCacheStatus() {
        assertFalse(stage.caller().get("/v1/cache/stats").has("cache-status"));
        assertFalse(stage.caller().get("/health/live").has("cache-status"));
    }

    private static Answer ask(String question) {
        return stage.caller().post(Chats.PATH, Chats.asking(question));
    }
}
