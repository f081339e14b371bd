package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.reprise.server.testupstream.ApiError;
import io.reprise.server.testupstream.Reply;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where the operator allows it, an expired entry answers the same prompt when upstream fails, and says so. */
class StaleIfErrorTest {
    private static final TestClock CLOCK = new TestClock(Instant.parse("2026-03-01T12:00:00Z"));

    @RegisterExtension
    static final Stage stage = Stage.at(CLOCK, "cache.stale_if_error_seconds=3600");

    @RegisterExtension
    static final Stage strict = Stage.at(CLOCK);

    @Test
    void upstreamsFailure_isAnsweredWithWhatHasExpired() {
        Answer fresh = expired(stage);
        stage.upstream().answer(Reply.of(ApiError.serverError()));

        Answer answer = ask(stage);

        assertEquals(200, answer.status());
        assertEquals(fresh.text(), answer.text());
        assertEquals("exact", answer.header("x-reprise-outcome"));
        assertEquals(
                "reprise; fwd=stale; fwd-status=500; ttl=-40; detail=\"stale-if-error\"",
                answer.header("cache-status"));
        assertEquals("100", answer.header("age"));
    }

    @Test
    void upstreamThatCannotBeReached_isAnsweredWithWhatHasExpired() {
        expired(stage);
        stage.upstream().answer(Reply.text("never").resetting(-1));

        assertEquals(
                "reprise; fwd=stale; ttl=-40; detail=\"stale-if-error\"",
                ask(stage).header("cache-status"));
    }

    @Test
    void streamedCall_isAnsweredWithWhatHasExpired() {
        expired(stage);
        stage.upstream().answer(Reply.of(ApiError.serverError()));

        Answer answer = stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertEquals("exact", answer.header("x-reprise-outcome"));
    }

    @Test
    void upstreamThatWorks_answersItself() {
        expired(stage);

        assertEquals("miss", ask(stage).header("x-reprise-outcome"));
    }

    @Test
    void upstreamThatRefuses_isPassedOn() {
        expired(stage);
        stage.upstream().answer(Reply.of(ApiError.unauthorized()));

        assertEquals(401, ask(stage).status());
    }

    @Test
    void entryThatExpiredTooLongAgo_doesNotAnswer() {
        expired(stage);
        CLOCK.advance(Duration.ofHours(2));
        stage.upstream().answer(Reply.of(ApiError.serverError()));

        assertEquals(500, ask(stage).status());
    }

    @Test
    void callerWhoWantsAFreshAnswer_getsTheError() {
        expired(stage);
        stage.upstream().answer(Reply.of(ApiError.serverError()));

        assertEquals(
                500,
                stage.caller()
                        .post(Chats.PATH, Chats.asking(Chats.QUESTION), "cache-control", "no-cache")
                        .status());
    }

    @Test
    void byDefault_nothingThatHasExpiredAnswers() {
        expired(strict);
        strict.upstream().answer(Reply.of(ApiError.serverError()));

        assertEquals(500, ask(strict).status());
    }

    /** Stores an answer that lives for a minute, and lets 100 seconds pass. */
    private static Answer expired(Stage stage) {
        Answer fresh = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION), "x-reprise-ttl", "60");
        // The next lookup waits for the store.
        assertEquals("exact", ask(stage).header("x-reprise-outcome"));
        CLOCK.advance(Duration.ofSeconds(100));
        return fresh;
    }

    private static Answer ask(Stage stage) {
        return stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));
    }
}
