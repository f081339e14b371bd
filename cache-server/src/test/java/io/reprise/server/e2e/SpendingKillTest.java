package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.crash.ServerProcess;
import io.reprise.server.testupstream.TestUpstream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed in the middle of calls has lost none of what it had answered for, and holds nothing back. */
class SpendingKillTest {
    private static final int KILLS = 3;
    private static final int CALLERS = 6;
    private static final int ANSWERS_BEFORE_THE_KILL = 20;

    @TempDir
    Path folder;

    private final AtomicInteger questions = new AtomicInteger();

    @Test
    void serverKilledUnderLoad_keepsEverySettledCentAndNoReservation() throws Exception {
        try (TestUpstream upstream = TestUpstream.start();
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            String key = "";
            BigDecimal answered = BigDecimal.ZERO;
            for (int round = 0; round <= KILLS; round++) {
                try (ServerProcess server = started(upstream)) {
                    if (round == 0) {
                        key = made(new WireCaller(http, server.url()));
                    }
                    WireCaller caller = new WireCaller(http, server.url(), "authorization", "Bearer " + key);
                    JsonNode budget = caller.get("/v1/key").json().at("/budgets/0");
                    BigDecimal spent = new BigDecimal(budget.path("spent_usd").asText());
                    assertTrue(spent.compareTo(answered) >= 0, "spent " + spent + ", answered for " + answered);
                    assertTrue(
                            spent.compareTo(askedOf(upstream)) <= 0,
                            "spent " + spent + ", upstream was asked for " + askedOf(upstream));
                    assertEquals("0", budget.path("reserved_usd").asText());
                    if (round < KILLS) {
                        answered = spent.max(answered).add(loadAndKill(server, caller));
                    }
                }
            }
            assertTrue(answered.signum() > 0);
        }
    }

    /** What the answers cost that came whole before the server was killed. */
    private BigDecimal loadAndKill(ServerProcess server, WireCaller caller) throws Exception {
        CountDownLatch enough = new CountDownLatch(ANSWERS_BEFORE_THE_KILL);
        List<Future<BigDecimal>> costs = new ArrayList<>();
        try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
            for (int i = 0; i < CALLERS; i++) {
                boolean streams = i % 2 == 0;
                costs.add(callers.submit(() -> ask(caller, streams, enough)));
            }
            enough.await();
            server.close();
        }
        BigDecimal all = BigDecimal.ZERO;
        for (Future<BigDecimal> cost : costs) {
            all = all.add(cost.get());
        }
        return all;
    }

    private BigDecimal ask(WireCaller caller, boolean streams, CountDownLatch enough) {
        BigDecimal cost = BigDecimal.ZERO;
        try {
            while (true) {
                String question = "Please tell me about the number " + questions.incrementAndGet();
                ObjectNode body = streams ? Chats.streamingWithUsage(question) : Chats.asking(question);
                Answer answer = caller.post(Chats.PATH, body.put("max_tokens", 50));
                assertEquals(200, answer.status(), answer.text());
                cost = cost.add(cost(
                        streams ? usageOfEvents(answer.text()) : answer.json().path("usage")));
                enough.countDown();
            }
        } catch (UncheckedIOException killed) {
            return cost;
        }
    }

    private static JsonNode usageOfEvents(String events) {
        List<JsonNode> usages = events.lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> Answer.parse(line.substring("data: ".length()).getBytes(StandardCharsets.UTF_8))
                        .path("usage"))
                .filter(JsonNode::isObject)
                .toList();
        return usages.getLast();
    }

    /** A dollar for a million tokens sent, ten for a million received. */
    private static BigDecimal cost(JsonNode usage) {
        long millionths = usage.path("prompt_tokens").asLong()
                + 10 * usage.path("completion_tokens").asLong();
        return BigDecimal.valueOf(millionths, 6);
    }

    /** The most that all calls may have cost that have reached upstream. */
    private static BigDecimal askedOf(TestUpstream upstream) {
        long calls = upstream.log().counts().received();
        return BigDecimal.valueOf(calls * (100 + 10 * 50), 6);
    }

    private String made(WireCaller server) throws Exception {
        String token = Files.readString(folder.resolve("data/admin.token")).strip();
        return server.with("x-reprise-admin", token)
                .post("/v1/admin/keys", "{\"name\":\"a\",\"budgets\":[{\"usd\":\"1000\",\"window\":\"total\"}]}")
                .json()
                .path("key")
                .asText();
    }

    private ServerProcess started(TestUpstream upstream) {
        List<String> arguments = new ArrayList<>(List.of("--openai-url", upstream.url()));
        for (String setting : List.of(
                "upstream.openai.api_key=sk-operator",
                "decision.policy=cosine",
                "decision.cutoff=1",
                "prices." + Chats.MODEL + ".input=1",
                "prices." + Chats.MODEL + ".output=10")) {
            arguments.addAll(List.of("--set", setting));
        }
        return ServerProcess.begin(
                        ServerProcess.command(folder.resolve("data"), arguments),
                        Map.of(),
                        folder.resolve("server.log"))
                .awaitReady();
    }
}
