package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.Gate;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.Scenario;
import io.reprise.server.testupstream.TestUpstream;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Budgets, limits and caps at the server's routes. */
class SpendingTest {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final String MESSAGES = "/v1/messages";

    @RegisterExtension
    static final Stage stage = Stage.with(
            "upstream.openai.api_key=sk-operator",
            "upstream.anthropic.api_key=sk-ant-operator",
            "budgets.default_max_output=100",
            // A dollar for a million tokens sent, ten for a million received.
            "prices.gpt-4o-mini.input=1",
            "prices.gpt-4o-mini.output=10",
            "prices.claude-x.input=1",
            "prices.claude-x.output=10");

    @Test
    void spentBudget_refusesWhatIsNewAndTheCacheStillAnswers() {
        JsonNode made = made("\"budgets\":[{\"usd\":\"0.0015\",\"window\":\"day\"}]");
        WireCaller caller = with(made);
        Answer first = caller.post(Chats.PATH, Chats.asking(Chats.QUESTION));
        assertEquals(200, first.status());
        Answer refused = first;
        for (int i = 0; i < 20 && refused.status() == 200; i++) {
            refused = caller.post(Chats.PATH, Chats.asking("Something else, the number " + i));
        }

        assertEquals(429, refused.status());
        assertEquals("budget_exceeded", refused.json().at("/error/code").asText());
        assertEquals("budget_exceeded", refused.json().at("/error/type").asText());
        assertTrue(refused.json()
                .at("/error/message")
                .asText()
                .contains("key:" + made.path("id").asText()));
        assertEquals("false", refused.header("x-should-retry"));
        assertTrue(Long.parseLong(refused.header("retry-after")) > 0);
        assertEquals(
                "exact", caller.post(Chats.PATH, Chats.asking(Chats.QUESTION)).header("x-reprise-outcome"));
        JsonNode budget = budget(made);
        assertEquals("0", budget.path("reserved_usd").asText());
        assertTrue(budget.path("spent_usd").asDouble() <= 0.0015, budget.toString());
    }

    @Test
    void manyCallsAtOnce_spendNoMoreThanTheBudget() throws Exception {
        JsonNode made = made("\"budgets\":[{\"usd\":\"0.02\",\"window\":\"total\"}]");
        WireCaller caller = with(made);
        List<Future<Integer>> answers = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(50)) {
            for (int i = 0; i < 200; i++) {
                ObjectNode body = i % 2 == 0
                        ? Chats.asking("Concurrently, the number " + i)
                        : Chats.streaming("Concurrently, the number " + i);
                answers.add(threads.submit(() -> caller.post(Chats.PATH, body).status()));
            }
        }
        int served = 0;
        for (Future<Integer> answer : answers) {
            int status = answer.get();
            assertTrue(status == 200 || status == 429, "status " + status);
            served += status == 200 ? 1 : 0;
        }
        assertTrue(served > 0 && served < 200, "served " + served);
        JsonNode budget = budget(made);
        assertEquals("0", budget.path("reserved_usd").asText());
        assertTrue(budget.path("spent_usd").asDouble() <= 0.02, budget.toString());
        assertTrue(budget.path("spent_usd").asDouble() > 0, budget.toString());
    }

    @Test
    void spentAmount_isWhatTheLedgerSays() {
        JsonNode made = made("\"budgets\":[{\"usd\":\"1\",\"window\":\"day\"}]");
        WireCaller caller = with(made);
        caller.post(Chats.PATH, Chats.asking("One"));
        caller.post(Chats.PATH, Chats.streaming("Two"));
        caller.post(Chats.PATH, Chats.streamingWithUsage("Three"));
        caller.post(Chats.PATH, Chats.asking("One"));

        String spent = budget(made).path("spent_usd").asText();
        assertEquals(
                spent, caller.get("/v1/savings").json().at("/total/spent_usd").asText());
        assertEquals(
                spent, caller.get("/v1/key").json().at("/budgets/0/spent_usd").asText());
    }

    @Test
    void callThatDoesNotBoundItsAnswer_isBoundedAndTold() {
        WireCaller caller = with(made("\"budgets\":[{\"usd\":\"1\",\"window\":\"day\"}]"));

        Answer answer = caller.post(Chats.PATH, Chats.asking("How long?"));
        assertEquals("max_tokens=100", answer.header("x-reprise-clamped"));
        assertEquals(100, sent().path("max_tokens").asInt());
        answer = caller.post(Chats.PATH, Chats.asking("How long?").put("model", "gpt-5-nano"));
        assertEquals("max_completion_tokens=100", answer.header("x-reprise-clamped"));
        caller.post("/v1/responses", Chats.object().put("model", Chats.MODEL).put("input", "How long?"));
        assertEquals(100, sent().path("max_output_tokens").asInt());
        answer = caller.post(Chats.PATH, Chats.asking("And now?").put("max_tokens", 50));
        assertEquals("", answer.header("x-reprise-clamped"));
        assertEquals(50, sent().path("max_tokens").asInt());
        caller.post(Chats.PATH, Chats.asking("And now?").put("max_tokens", -1));
        assertEquals(100, sent().path("max_tokens").asInt());
    }

    @Test
    void longestAnswerOfAKey_isSeenUpstream() {
        WireCaller caller = with(made("\"max_output_tokens\":30"));

        Answer answer = caller.post(Chats.PATH, Chats.asking("Shorter!").put("max_tokens", 500));
        assertEquals("max_tokens=30", answer.header("x-reprise-clamped"));
        assertEquals(30, sent().path("max_tokens").asInt());
        answer = caller.post(MESSAGES, message().put("max_tokens", 500));
        assertEquals("max_tokens=30", answer.header("x-reprise-clamped"));
        assertEquals(30, sent().path("max_tokens").asInt());
    }

    @Test
    void callThatMayCostTooMuch_isRefusedCutDownOrAnsweredByAnother() {
        ObjectNode dear = Chats.asking("Dear?").put("max_tokens", 1000);
        String threshold = "\"cost_threshold_usd\":\"0.002\"";

        Answer refused = with(made(threshold)).post(Chats.PATH, dear);
        assertEquals(429, refused.status());
        assertEquals("budget_exceeded", refused.json().at("/error/code").asText());
        Answer clamped = with(made(threshold + ",\"on_threshold\":\"clamp\"")).post(Chats.PATH, dear);
        assertEquals("max_tokens=192", clamped.header("x-reprise-clamped"));
        Answer other = with(made(threshold + ",\"on_threshold\":\"model:gpt-4.1-nano\""))
                .post(Chats.PATH, dear);
        assertEquals("model=gpt-4.1-nano", other.header("x-reprise-clamped"));
        assertEquals("gpt-4.1-nano", sent().path("model").asText());
    }

    @Test
    void budgetThatYields_hasAnotherModelAnswer() {
        JsonNode made =
                made("\"budgets\":[{\"usd\":\"0.0001\",\"window\":\"day\",\"on_exceed\":\"model:gpt-4.1-nano\"}]");

        Answer answer = with(made).post(Chats.PATH, Chats.asking("Who?"));
        assertEquals(200, answer.status());
        assertEquals("gpt-4.1-nano", sent().path("model").asText());
        assertTrue(answer.header("x-reprise-clamped").contains("model=gpt-4.1-nano"));
    }

    @Test
    void requestsInAMinute_areRefusedBeyondTheLimit() {
        WireCaller caller = with(made("\"rpm\":2"));
        Answer first = caller.post(Chats.PATH, Chats.asking("One of two"));
        assertEquals("2", first.header("x-ratelimit-limit-requests"));
        assertEquals("1", first.header("x-ratelimit-remaining-requests"));
        Answer second = caller.post(MESSAGES, message());
        assertEquals("0", second.header("anthropic-ratelimit-requests-remaining"));

        Answer third = caller.post(MESSAGES, message());
        assertEquals(429, third.status());
        assertEquals("error", third.json().path("type").asText());
        assertEquals("rate_limit_exceeded", third.json().at("/error/type").asText());
        assertTrue(Long.parseLong(third.header("retry-after")) <= 60);
    }

    @Test
    void callThatFailsOrIsNotMade_costsNothing() {
        JsonNode made = made("\"budgets\":[{\"usd\":\"1\",\"window\":\"day\"}]");
        WireCaller caller = with(made);
        stage.upstream().answer(request -> {
            throw new IllegalStateException("down");
        });
        assertEquals(500, caller.post(Chats.PATH, Chats.asking("Fails")).status());
        assertEquals(
                504,
                caller.post(Chats.PATH, Chats.asking("Not here"), "cache-control", "only-if-cached")
                        .status());

        JsonNode budget = budget(made);
        assertEquals("0", budget.path("spent_usd").asText());
        assertEquals("0", budget.path("reserved_usd").asText());
    }

    @Test
    void callerThatLeaves_holdsNothingBack() throws Exception {
        JsonNode made = made("\"max_parallel\":1,\"budgets\":[{\"usd\":\"1\",\"window\":\"day\"}]");
        Gate gate = new Gate();
        stage.upstream().answer(Reply.text("One two three four five").stalling(3, gate));
        HttpResponse<InputStream> response = with(made).open(Chats.PATH, Chats.streaming("Leaving"));
        try (InputStream body = response.body()) {
            assertTrue(body.read() >= 0);
            assertTrue(budget(made).path("reserved_usd").asDouble() > 0);
            assertEquals(
                    429, with(made).post(Chats.PATH, Chats.asking("Another")).status(), "one call at once");
        }

        Eventually.await(
                Duration.ofSeconds(10),
                () -> budget(made).path("reserved_usd").asText().equals("0"));
        assertTrue(budget(made).path("spent_usd").asDouble() > 0, "what came of the answer is paid for");
        stage.upstream().answer(Scenario.provider());
        assertEquals(200, with(made).post(Chats.PATH, Chats.asking("Another")).status());
    }

    @Test
    void equalCallsAtOnce_arePaidOnce() throws Exception {
        JsonNode made = made("\"budgets\":[{\"usd\":\"1\",\"window\":\"day\"}]");
        Gate gate = new Gate();
        stage.upstream().answer(Reply.text("One two three").stalling(1, gate));
        List<Future<Integer>> answers = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(5)) {
            for (int i = 0; i < 5; i++) {
                answers.add(threads.submit(() ->
                        with(made).post(Chats.PATH, Chats.asking("All of us")).status()));
            }
            gate.awaitArrival(Duration.ofSeconds(10));
            gate.open();
        }
        for (Future<Integer> answer : answers) {
            assertEquals(200, answer.get());
        }
        assertEquals(1, stage.upstreamCalls());
        String once = budget(made).path("spent_usd").asText();
        JsonNode alone = made("\"budgets\":[{\"usd\":\"1\",\"window\":\"day\"}]");
        with(alone).post(Chats.PATH, Chats.asking("All of us"));
        assertEquals(budget(alone).path("spent_usd").asText(), once);
    }

    @Test
    void routesThatAreNotRead_areRefusedWhereABudgetMustHold() {
        WireCaller caller = with(made("\"budgets\":[{\"usd\":\"1\",\"window\":\"day\"}]"));

        Answer images = caller.post("/v1/images/generations", "{\"prompt\":\"a cat\"}");
        assertEquals(429, images.status());
        assertEquals("budget_exceeded", images.json().at("/error/code").asText());
        assertEquals(200, caller.get("/v1/models").status());
        assertEquals(
                429,
                caller.post(Chats.PATH, Chats.asking("a").put("model", "mystery-1"))
                        .status());
    }

    @Test
    void budgetsOfScopes_arePutToldAndTakenAway() {
        WireCaller administrator = stage.administrator();
        for (String scope : List.of("team:R%26D", "model:openai/gpt-*", "user:J%C3%BCrgen", "tag:a+b")) {
            Answer put = put(scope, "{\"usd\":\"5.00\",\"window\":\"week\",\"zone\":\"Asia/Kolkata\"}");
            assertEquals(200, put.status(), put.text());
            assertEquals("5", put.json().path("remaining_usd").asText());
        }
        List<String> scopes = new ArrayList<>();
        administrator
                .get("/v1/admin/budgets")
                .json()
                .path("items")
                .forEach(each -> scopes.add(each.path("scope").asText()));
        assertTrue(
                scopes.containsAll(List.of("team:R&D", "model:openai/gpt-*", "user:Jürgen", "tag:a+b")),
                scopes.toString());
        assertEquals(204, administrator.delete("/v1/admin/budgets/team:R%26D").status());
        assertEquals(404, administrator.delete("/v1/admin/budgets/team:R%26D").status());
        for (String bad : List.of(
                "{\"usd\":\"-5\",\"window\":\"day\"}",
                "{\"usd\":\"99999999999\",\"window\":\"day\"}",
                "{\"usd\":\"5\",\"window\":\"day\",\"zone\":\"Nowhere\"}",
                "{\"usd\":\"5\",\"window\":\"day\",\"limit\":1}",
                "{}")) {
            assertEquals(400, put("global", bad).status(), bad);
        }
        assertEquals(400, put("everybody", "{\"usd\":\"5\",\"window\":\"day\"}").status());
    }

    @Test
    void restart_keepsKeysAndWhatWasSpent(@TempDir Path folder) throws Exception {
        try (TestUpstream upstream = TestUpstream.start();
                HttpClient http = HttpClient.newHttpClient()) {
            String[] settings = {"upstream.openai.api_key=sk-operator"};
            JsonNode made;
            String spent;
            try (RunningServer server = RunningServer.start(folder, upstream.url(), Clock.systemUTC(), settings)) {
                String token = Files.readString(folder.resolve("admin.token")).strip();
                made = new WireCaller(http, server.url(), "x-reprise-admin", token)
                        .post("/v1/admin/keys", "{\"name\":\"a\",\"budgets\":[{\"usd\":\"1\",\"window\":\"month\"}]}")
                        .json();
                WireCaller caller = new WireCaller(
                        http, server.url(), "x-api-key", made.path("key").asText());
                assertEquals(
                        200,
                        caller.post(Chats.PATH, Chats.asking(Chats.QUESTION)).status());
                spent = caller.get("/v1/key").json().at("/budgets/0/spent_usd").asText();
                assertTrue(Double.parseDouble(spent) > 0);
            }
            try (RunningServer server = RunningServer.start(folder, upstream.url(), Clock.systemUTC(), settings)) {
                WireCaller caller = new WireCaller(
                        http, server.url(), "x-api-key", made.path("key").asText());
                JsonNode own = caller.get("/v1/key").json();
                assertEquals(spent, own.at("/budgets/0/spent_usd").asText());
                assertEquals(
                        "exact",
                        caller.post(Chats.PATH, Chats.asking(Chats.QUESTION)).header("x-reprise-outcome"));
            }
        }
    }

    private static ObjectNode message() {
        ObjectNode body = Chats.object().put("model", "claude-x").put("max_tokens", 40);
        body.putArray("messages").addObject().put("role", "user").put("content", "Hello " + NAMES.incrementAndGet());
        return body;
    }

    private static Answer put(String scope, String body) {
        return stage.administrator()
                .send(
                        "PUT",
                        "/v1/admin/budgets/" + scope,
                        BodyPublishers.ofString(body),
                        "content-type",
                        "application/json");
    }

    /** What upstream was sent last. */
    private static JsonNode sent() {
        return stage.upstream().log().requests().getLast().json().orElseThrow();
    }

    private static JsonNode budget(JsonNode made) {
        return with(made).get("/v1/key").json().at("/budgets/0");
    }

    private static JsonNode made(String fields) {
        Answer answer = stage.administrator()
                .post("/v1/admin/keys", "{\"name\":\"key " + NAMES.incrementAndGet() + "\"," + fields + "}");
        assertEquals(201, answer.status(), answer.text());
        return answer.json();
    }

    private static WireCaller with(JsonNode made) {
        return stage.anonymous()
                .with("authorization", "Bearer " + made.path("key").asText());
    }
}
