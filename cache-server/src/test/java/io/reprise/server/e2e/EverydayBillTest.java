package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.server.testupstream.EverydayQuestions;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.Scenario;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bill of everyday traffic with the server's own defaults: nothing is asked upstream that no caller has asked. */
class EverydayBillTest {
    @RegisterExtension
    static final Stage stage = Stage.with();

    private static final Duration SOON = Duration.ofSeconds(10);

    /** A right answer in one of several wordings, as a model that is sampled gives it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8})
    void calls_areNoMoreThanTheCallersAndNothingIsLost(int wordings) {
        var random = new Random(wordings);
        stage.upstream().answer(EverydayQuestions.answeredIn(wordings, random::nextInt));
        List<String> calls = EverydayQuestions.wordings();
        int asked = 0;
        for (int round = 0; round < 2; round++) {
            for (String call : calls) {
                ask(call);
                asked++;
                assertTrue(stage.upstreamCalls() <= asked, stage.upstreamCalls() + " calls for " + asked);
                assertTrue(saved() >= 0, () -> total().toString());
            }
        }
        int calling = asked;
        // The last is booked behind its reply.
        Eventually.await(SOON, () -> total().path("calls").asInt() == calling);
        JsonNode total = total();
        assertEquals(0, total.path("audits").asInt());
        assertTrue(stage.upstreamCalls() <= calls.size(), total::toString);
        assertEquals(
                total.path("misses").asInt(), stage.upstreamCalls(), "every call upstream is the miss of a caller");
    }

    /** As long as nobody says that a hit is wrong, its meaning goes on being served. */
    @Test
    void hitsByMeaning_areNotSwitchedOff() {
        var random = new Random(7);
        stage.upstream().answer(Scenario.chat(request -> Reply.text("Another wording, " + random.nextInt(1000))));
        ask(Chats.QUESTION);
        ask(Chats.QUESTION);
        for (int i = 0; i < 100; i++) {
            assertEquals("semantic", ask(Chats.PARAPHRASE).header("x-reprise-outcome"));
        }
        assertEquals(1, stage.upstreamCalls());
    }

    private static Answer ask(String question) {
        Answer answer = stage.caller().post(Chats.PATH, Chats.asking(question));
        assertEquals(200, answer.status());
        return answer;
    }

    private static double saved() {
        return total().path("saved_usd").asDouble();
    }

    private static JsonNode total() {
        return stage.caller().get("/v1/savings").json().path("total");
    }
}
