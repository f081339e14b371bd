package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many calls at once: none fails, none gets another's answer, and all are counted. */
class ConcurrencyTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static final int CALLS = 200;

    @Test
    void mixedCalls_allSucceedAndAddUp() throws Exception {
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            int number = i;
            WireCaller caller = stage.caller();
            calls.add(
                    switch (i % 8) {
                        case 0 -> () -> caller.post(Chats.PATH, Chats.asking(Chats.QUESTION));
                        case 1 -> () -> caller.post(Chats.PATH, Chats.asking(Chats.PARAPHRASE));
                        case 2 -> () -> caller.post(Chats.PATH, Chats.streaming(Chats.QUESTION));
                        case 3 -> () -> caller.post(Chats.PATH, Chats.asking("What is " + number + " plus one?"));
                        case 4 -> () -> caller.post(Chats.PATH, Chats.asking(Chats.QUESTION), "x-reprise-mode", "off");
                        case 5 ->
                            () -> caller.post(
                                    "/v1/cache/entries",
                                    Chats.object()
                                            .put("prompt", "stored " + number)
                                            .put("completion", "c")
                                            .put("namespace", "n"));
                        case 6 -> () -> caller.get("/v1/cache/entries?limit=5");
                        default -> () -> caller.get("/v1/files/" + number);
                    });
        }

        List<Answer> answers = atOnce(calls);

        for (int i = 0; i < CALLS; i++) {
            assertEquals(
                    i % 8 == 5 ? 201 : 200,
                    answers.get(i).status(),
                    answers.get(i).toString());
        }
        JsonNode total = stage.caller().get("/v1/savings").json().path("total");
        int hits =
                total.path("exact_hits").asInt() + total.path("semantic_hits").asInt();
        int coalesced = total.path("coalesced").asInt();
        int upstream = total.path("misses").asInt() + total.path("bypasses").asInt();
        assertEquals(CALLS / 8 * 5, total.path("calls").asInt(), total.toString());
        assertEquals(CALLS / 8 * 5, hits + coalesced + upstream, total.toString());
        assertEquals(upstream + CALLS / 8, stage.upstreamCalls(), total.toString());
        assertEquals(
                CALLS / 8,
                stage.caller()
                        .get("/v1/cache/entries?namespace=n")
                        .json()
                        .path("entries")
                        .size());
    }

    @Test
    void callersWithTheSameQuestion_getTheirOwnAnswers() throws Exception {
        List<Callable<Answer>> stores = new ArrayList<>();
        List<Callable<Answer>> asks = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            WireCaller caller = stage.anonymous().with("authorization", "Bearer " + stage.key() + "-" + i);
            String own = "the answer of " + i;
            stores.add(() -> caller.post(
                    "/v1/cache/entries",
                    Chats.object()
                            .put("prompt", Chats.QUESTION)
                            .put("model", Chats.MODEL)
                            .put("completion", own)));
            asks.add(() -> caller.post(Chats.PATH, Chats.asking(Chats.PARAPHRASE)));
        }
        atOnce(stores);

        List<Answer> answers = atOnce(asks);

        for (int i = 0; i < 100; i++) {
            assertEquals("semantic", answers.get(i).header("x-reprise-outcome"));
            assertEquals(
                    "the answer of " + i,
                    answers.get(i).json().at("/choices/0/message/content").asText());
        }
        assertEquals(0, stage.upstreamCalls());
    }

    @Test
    void storesAndDeletesAtOnce_leaveNothingBehind() throws Exception {
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            String question = "question " + i;
            calls.add(
                    i % 10 == 9
                            ? () -> stage.caller().delete("/v1/cache/entries?all=true")
                            : () -> stage.caller()
                                    .post(
                                            "/v1/cache/entries",
                                            Chats.object()
                                                    .put("prompt", question)
                                                    .put("completion", "c")));
        }
        atOnce(calls).forEach(answer -> assertTrue(answer.status() < 300, answer.toString()));

        stage.caller().delete("/v1/cache/entries?all=true");

        assertEquals(
                0,
                stage.caller().get("/v1/cache/entries").json().path("entries").size());
        for (int i = 0; i < 100; i++) {
            JsonNode found = stage.caller()
                    .post(
                            "/v1/cache/lookup",
                            Chats.object().put("prompt", "question " + i).put("mode", "exact"))
                    .json();
            assertEquals("miss", found.path("outcome").asText());
        }
    }

    private static List<Answer> atOnce(List<Callable<Answer>> calls) throws InterruptedException, ExecutionException {
        List<Answer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Answer> answer : threads.invokeAll(calls)) {
                answers.add(answer.get());
            }
        }
        return answers;
    }
}
