package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.Scenario;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a drop-in call may ask of the cache in its headers. */
class CacheControlsTest {
    private static final TestClock clock = new TestClock(Instant.parse("2026-03-01T12:00:00Z"));

    @RegisterExtension
    static final Stage stage = Stage.at(clock);

    @BeforeEach
    void answerEachCallDifferently() {
        stage.upstream().answer(Scenario.inTurn(Reply.text("first"), Reply.text("second"), Reply.text("third")));
    }

    @Test
    void noCache_asksUpstreamAndStoresTheFreshAnswer() {
        ask();

        assertEquals("second", said(ask("cache-control", "no-cache")));
        assertEquals("second", said(ask()));
        assertEquals(2, stage.upstreamCalls());
    }

    @Test
    void noStore_doesNotStore() {
        assertEquals("first", said(ask("cache-control", "no-store")));
        assertEquals("second", said(ask()));
    }

    @Test
    void noStore_mayAnswerFromTheCache() {
        ask();

        assertEquals("first", said(ask("cache-control", "no-store")));
    }

    @Test
    void noCacheAndNoStore_leaveTheStoredAnswer() {
        ask();

        assertEquals("second", said(ask("cache-control", "no-cache, no-store")));
        assertEquals("first", said(ask()));
    }

    @Test
    void directives_areReadWithoutRegardToCaseAndFromSeveralLines() {
        ask();

        assertEquals("second", said(ask("Cache-Control", "foo=bar", "cache-control", " No-Cache ")));
    }

    @Test
    void maxAge_refusesOlderAnswers() {
        ask();
        later(Duration.ofSeconds(100));

        assertEquals("first", said(ask("cache-control", "max-age=100")));
        assertEquals("second", said(ask("cache-control", "max-age=99")));
    }

    @Test
    void maxAge_refusesOlderAnswersToParaphrases() {
        ask();
        later(Duration.ofSeconds(100));

        Answer paraphrase =
                stage.caller().post(Chats.PATH, Chats.asking(Chats.PARAPHRASE), "cache-control", "max-age=99");

        assertEquals("reprise; fwd=miss; stored; detail=\"no_candidate\"", paraphrase.header("cache-status"));
    }

    @Test
    void onlyIfCached_neverAsksUpstream() {
        Answer refused = ask("cache-control", "only-if-cached");

        assertEquals(504, refused.status());
        assertTrue(refused.json().at("/error/message").isTextual());
        assertTrue(refused.json().at("/error/type").isTextual());
        assertEquals("miss", refused.header("x-reprise-outcome"));
        assertEquals(0, stage.upstreamCalls());
    }

    @Test
    void onlyIfCached_answersFromTheCache() {
        ask();

        assertEquals("first", said(ask("cache-control", "only-if-cached")));
    }

    @Test
    void onlyIfCachedWithNoCache_isNeverAnswered() {
        ask();

        assertEquals(504, ask("cache-control", "only-if-cached, no-cache").status());
    }

    @ParameterizedTest
    @CsvSource({"x-reprise-namespace,team-a", "x-reprise-context,tenant 7"})
    void namespaceAndContext_separateAnswers(String header, String value) {
        ask();

        assertEquals("second", said(ask(header, value)));
        assertEquals("second", said(ask(header, value)));
        assertEquals("third", said(ask(header, value + "x")));
        assertEquals("first", said(ask()));
    }

    @Test
    void exactMode_doesNotAnswerParaphrases() {
        ask();

        Answer paraphrase = stage.caller().post(Chats.PATH, Chats.asking(Chats.PARAPHRASE), "x-reprise-mode", "exact");

        assertEquals("second", said(paraphrase));
        assertEquals("first", said(ask("x-reprise-mode", "exact")));
    }

    @Test
    void shadowMode_answersFromUpstreamAndSaysWhatItFound() {
        ask();

        Answer shadow = ask("x-reprise-mode", "shadow");

        assertEquals("second", said(shadow));
        assertEquals("miss", shadow.header("x-reprise-outcome"));
        assertTrue(shadow.header("cache-status").contains("detail=\"shadow\""), shadow.toString());
        assertEquals("1", shadow.header("x-reprise-similarity"));
    }

    @Test
    void offMode_neitherLooksUpNorStores() {
        ask();

        assertEquals("second", said(ask("x-reprise-mode", "off")));
        assertEquals("first", said(ask()));
    }

    @Test
    void serveMode_isTheDefault() {
        ask();

        assertEquals("first", said(ask("x-reprise-mode", "SERVE")));
    }

    @Test
    void wrongRateNobodyCanShow_refusesSemanticHitsAlone() {
        ask();

        Answer paraphrase =
                stage.caller().post(Chats.PATH, Chats.asking(Chats.PARAPHRASE), "x-reprise-max-wrong-rate", "0.0001");

        assertEquals("reprise; fwd=miss; stored; detail=\"bound\"", paraphrase.header("cache-status"));
        assertEquals("first", said(ask("x-reprise-max-wrong-rate", "0.0001")));
    }

    @Test
    void looserWrongRate_changesNothing() {
        ask();

        Answer paraphrase =
                stage.caller().post(Chats.PATH, Chats.asking(Chats.PARAPHRASE), "x-reprise-max-wrong-rate", "1");

        assertEquals("first", said(paraphrase));
    }

    @Test
    void ttl_endsTheAnswersLife() {
        ask("x-reprise-ttl", "60");
        later(Duration.ofSeconds(59));
        assertEquals("first", said(ask()));

        later(Duration.ofSeconds(1));

        assertEquals("second", said(ask()));
    }

    @Test
    void defaultTtl_isSevenDays() {
        ask();
        later(Duration.ofDays(7).minusSeconds(1));
        assertEquals("first", said(ask()));

        later(Duration.ofSeconds(1));

        assertEquals("second", said(ask()));
    }

    @Test
    void tags_markTheEntry() {
        ask("x-reprise-tags", "doc:42, team b,,doc:42");

        JsonNode entry =
                stage.caller().get("/v1/cache/entries?tag=doc:42").json().at("/entries/0");

        assertEquals("[\"doc:42\",\"team b\"]", entry.path("tags").toString());
    }

    @ParameterizedTest
    @CsvSource({
        "x-reprise-mode,sometimes",
        "x-reprise-namespace,not allowed",
        "x-reprise-namespace,''",
        "x-reprise-max-wrong-rate,1.5",
        "x-reprise-max-wrong-rate,-0.1",
        "x-reprise-max-wrong-rate,NaN",
        "x-reprise-max-wrong-rate,much",
        "x-reprise-ttl,0",
        "x-reprise-ttl,-1",
        "x-reprise-ttl,1.5",
        "x-reprise-ttl,soon"
    })
    void badValue_isRefusedInTheWiresShape(String header, String value) {
        Answer refused = ask(header, value);

        assertEquals(400, refused.status());
        JsonNode error = refused.json().path("error");
        assertEquals("invalid_request_error", error.path("type").asText());
        assertEquals(header, error.path("param").asText());
        assertTrue(error.path("message").asText().contains(header), error.toString());
        assertEquals(0, stage.upstreamCalls());
    }

    @Test
    void tooLongContextAndTags_areRefused() {
        assertEquals(400, ask("x-reprise-context", "c".repeat(4097)).status());
        assertEquals(400, ask("x-reprise-tags", "t".repeat(129)).status());
        assertEquals(
                400,
                ask("x-reprise-tags", "a,b,c,d,e,f,g,h,".repeat(1) + tags(65)).status());
    }

    private static String tags(int count) {
        StringBuilder tags = new StringBuilder();
        for (int i = 0; i < count; i++) {
            tags.append("tag").append(i).append(',');
        }
        return tags.toString();
    }

    /** Moves the clock once what was asked is stored, which a call does not wait for and the next one does. */
    private static void later(Duration by) {
        stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION), "cache-control", "only-if-cached");
        clock.advance(by);
    }

    private static Answer ask(String... headers) {
        return stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION), headers);
    }

    private static String said(Answer answer) {
        return answer.json().at("/choices/0/message/content").asText();
    }
}
