package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.testupstream.ApiError;
import io.reprise.server.testupstream.ClosedPort;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.Scenario;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Calls that are sent again, and upstreams that are left alone. */
class UpstreamFaultsTest {
    private static final ClosedPort nobody = ClosedPort.reserve();
    private static final int BEFORE_HEAD = -1;

    @RegisterExtension
    static final Stage retrying = Stage.with("upstream.retries.statuses=429,500", "upstream.retries.base_delay_ms=1");

    @RegisterExtension
    static final Stage broken = Stage.with(
            "upstream.openai.url=" + nobody.url(),
            "upstream.anthropic.url=" + nobody.url(),
            "upstream.retries.max=0",
            "upstream.breaker.failures=1",
            "upstream.breaker.pause_ms=3600000");

    @AfterAll
    static void freePort() {
        nobody.close();
    }

    @Test
    void listedStatus_isTriedAgainUntilItAnswers() {
        retrying.upstream()
                .answer(Scenario.inTurn(
                        Reply.of(ApiError.rateLimited(Duration.ofMillis(5))),
                        Reply.of(ApiError.serverError()),
                        Reply.text("third time lucky")));

        Answer answer = retrying.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertEquals(200, answer.status());
        assertEquals(3, retrying.upstreamCalls());
        assertEquals(
                "exact",
                retrying.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION)).header("x-reprise-outcome"));
    }

    @Test
    void lastAnswer_isPassedOnAsItCame() {
        retrying.upstream().answer(Reply.of(ApiError.serverError()));

        Answer answer = retrying.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        assertEquals(500, answer.status());
        assertEquals(3, retrying.upstreamCalls());
    }

    @Test
    void resetBeforeTheAnswer_isNotTriedAgain() {
        retrying.upstream().answer(Reply.text("never").resetting(BEFORE_HEAD));

        assertEquals(
                502,
                retrying.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION)).status());
        assertEquals(1, retrying.upstreamCalls());
    }

    @Test
    void streamBrokenOffAfterItBegan_isNotTriedAgain() {
        retrying.upstream().answer(Reply.text("One two three").breakingOff(2));

        assertThrows(
                UncheckedIOException.class, () -> retrying.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION)));
        assertEquals(1, retrying.upstreamCalls());
    }

    @Test
    void forwardedRoute_isNotTriedAgainAfterAnAnswer() {
        retrying.upstream().answer(Reply.of(ApiError.serverError()));

        assertEquals(500, retrying.caller().post("/v1/files", "{}").status());
        assertEquals(1, retrying.upstreamCalls());
    }

    @Test
    void openAiThatFails_isLeftAloneAndCallersAreToldForHowLong() {
        broken.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        for (String path : new String[] {Chats.PATH, "/v1/files"}) {
            Answer answer = awaitLeftAlone(broken.caller(), path);
            assertTrue(Integer.parseInt(answer.header("retry-after")) > 3000, answer.toString());
            assertTrue(answer.json().at("/error/message").asText().startsWith("Reprise: "), answer.toString());
            assertTrue(answer.json().path("error").has("param"), answer.toString());
        }
    }

    @Test
    void anthropicThatFails_isLeftAloneInItsOwnShape() {
        WireCaller caller = broken.caller().with("anthropic-version", "2023-06-01");
        caller.post("/v1/messages", Chats.asking(Chats.QUESTION).put("max_tokens", 10));

        Answer answer = awaitLeftAlone(caller, "/v1/messages");

        assertEquals("error", answer.json().path("type").asText());
        assertTrue(answer.has("retry-after"));
    }

    /** The circuit opens a moment after the failure that opens it was answered. */
    private static Answer awaitLeftAlone(WireCaller caller, String path) {
        for (int call = 0; call < 100; call++) {
            Answer answer = caller.post(path, Chats.asking(Chats.QUESTION).put("max_tokens", 10));
            if (answer.status() == 503) {
                return answer;
            }
            assertEquals(502, answer.status());
        }
        throw new AssertionError("still not left alone");
    }
}
