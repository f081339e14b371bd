package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.Gate;
import io.reprise.server.testupstream.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More work than the limits allow is turned away at once, and never fails a call that upstream would have answered. */
class OverloadTest {
    @RegisterExtension
    static final Stage oneEmbedding = Stage.with("embedding.threads=1", "embedding.queue=0");

    @RegisterExtension
    static final Stage oneConnection = Stage.with("upstream.max_connections=1");

    @Test
    void callsThatFindNoRoomForTheirEmbedding_areForwarded() {
        List<CompletableFuture<Answer>> calls = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 40; i++) {
                // Of different models, so that none is answered with another's answer, and each to be embedded.
                String text = "What about the " + "very long and winding ".repeat(40) + "road " + i + "?";
                ObjectNode question = Chats.asking(text).put("model", "m" + i);
                calls.add(CompletableFuture.supplyAsync(
                        () -> oneEmbedding.caller().post(Chats.PATH, question), threads));
            }
        }

        for (CompletableFuture<Answer> call : calls) {
            Answer answer = call.join();
            assertEquals(200, answer.status(), answer.toString());
            if (!answer.header("x-reprise-outcome").equals("miss")) {
                // Whether it is stored is said where that is known in time.
                assertTrue(
                        answer.header("cache-status")
                                .matches("reprise; fwd=bypass;( stored;)? detail=\"overload\"(; not-kept=overload)?"),
                        answer.toString());
            }
        }
        assertEquals(40, oneEmbedding.upstreamCalls());
    }

    @Test
    void callsThatFindNoConnection_areTurnedAwayAtOnce() throws Exception {
        Gate gate = new Gate();
        oneConnection.upstream().answer(Reply.text("at last").stalling(-1, gate));
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletionService<Answer> calls = new ExecutorCompletionService<>(threads);
            calls.submit(this::callOnTheOneConnection);
            // Until there is a connection, the call that it is made for may count as one that waits.
            gate.awaitArrival(Duration.ofSeconds(10));
            for (int i = 0; i < 11; i++) {
                calls.submit(this::callOnTheOneConnection);
            }
            // One call is under way and four wait for its connection: the others are answered while it stalls.
            for (int i = 0; i < 7; i++) {
                Answer turnedAway = calls.take().get();
                statuses.add(turnedAway.status());
                assertTrue(turnedAway.json().at("/error/message").isTextual(), turnedAway.toString());
            }
            gate.open();
            for (int i = 0; i < 5; i++) {
                statuses.add(calls.take().get().status());
            }
        }

        assertEquals(List.of(503, 503, 503, 503, 503, 503, 503, 200, 200, 200, 200, 200), statuses);
    }

    private Answer callOnTheOneConnection() {
        return oneConnection.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION), "x-reprise-mode", "off");
    }
}
