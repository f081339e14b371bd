package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.server.testupstream.Gate;
import io.reprise.server.testupstream.Reply;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every call has its row in the log, and the reports are of the same calls. */
class RequestsTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @RegisterExtension
    static final Stage stage = Stage.with("reports.machine_usd_per_hour=0.5");

    @RegisterExtension
    static final Stage full = Stage.with("requests.log=full");

    @RegisterExtension
    static final Stage off = Stage.with("requests.log=off");

    private final Gate gate = new Gate();

    @Test
    void missAndHits_haveTheirRows() {
        post("m1", Chats.asking("What is a monad?").toString());
        post("m2", Chats.asking("What is a monad?").toString());
        post("m3", Chats.streaming("What is a monad?").toString());
        JsonNode miss = row("m1");
        assertEquals("miss", miss.path("outcome").asText());
        assertEquals(Chats.PATH, miss.path("endpoint").asText());
        assertEquals(Chats.MODEL, miss.path("model").asText());
        assertEquals(200, miss.path("status").asInt());
        assertTrue(miss.path("input_tokens").asLong() > 0, miss.toString());
        assertTrue(new BigDecimal(miss.path("cost_usd").asText()).signum() > 0, miss.toString());
        assertTrue(miss.path("latency_ms").asDouble() > 0, miss.toString());
        assertFalse(miss.path("ttfb_ms").isNull(), miss.toString());
        JsonNode hit = row("m2");
        assertEquals("exact", hit.path("outcome").asText());
        assertEquals("0", hit.path("cost_usd").asText());
        assertEquals(miss.path("cost_usd").asText(), hit.path("saved_usd").asText());
        assertEquals(miss.path("fingerprint").asText(), hit.path("fingerprint").asText());
        JsonNode streamed = row("m3");
        assertEquals("exact", streamed.path("outcome").asText());
        assertTrue(streamed.path("stream").asBoolean());
    }

    @Test
    void streamThatTheClientLeaves_hasItsRow() throws Exception {
        stage.upstream().answer(Reply.text("One two three four five").stalling(3, gate));
        HttpResponse<InputStream> response =
                stage.caller().with("x-request-id", "left").open(Chats.PATH, Chats.streaming("Count, please."));
        try (InputStream body = response.body()) {
            assertTrue(body.read() >= 0);
        }
        stage.upstream().log().awaitClientsGone(1, SOON);
        gate.open();
        Eventually.await(SOON, () -> rows("left").size() == 1);
        JsonNode row = row("left");
        assertEquals(499, row.path("status").asInt());
        assertEquals("miss", row.path("outcome").asText());
        assertTrue(row.path("output_tokens").asLong() > 0, row.toString());
        assertTrue(row.path("estimated").asBoolean(), row.toString());
    }

    @Test
    void callsThatShareAnAnswer_haveOneRowEach() {
        String body = Chats.asking("Who shares?").toString();
        stage.upstream().answer(Reply.text("ok").stalling(-1, gate));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Answer>> calls = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                calls.add(CompletableFuture.supplyAsync(() -> post("shared", body), threads));
            }
            Eventually.await(SOON, () -> stage.anonymous().metric("reprise_calls_waiting") == 2);
            gate.open();
            calls.forEach(call -> assertEquals(200, call.join().status()));
        }
        Eventually.await(SOON, () -> rows("shared").size() == 3);
        List<String> outcomes = new ArrayList<>();
        rows("shared").forEach(row -> outcomes.add(row.path("outcome").asText()));
        outcomes.sort(null);
        assertEquals(List.of("coalesced", "coalesced", "miss"), outcomes);
    }

    @Test
    void embeddingsPassThroughAndLookups_haveTheirRows() {
        stage.caller().with("x-request-id", "e").post(Embeddings.PATH, Embeddings.of("a", "b"));
        stage.caller().with("x-request-id", "p").post("/v1/images/generations", "{\"model\":\"dall-e-3\"}");
        stage.caller().with("x-request-id", "n").post("/v1/cache/lookup", "{\"prompt\":\"Whatever?\"}");
        assertEquals(Embeddings.PATH, row("e").path("endpoint").asText());
        assertEquals(Embeddings.MODEL, row("e").path("model").asText());
        assertEquals("bypass", row("p").path("outcome").asText());
        assertEquals("/v1/cache/lookup", row("n").path("endpoint").asText());
    }

    /** Of all that the other tests did too. */
    @Test
    void reports_agreeWithTheRowsAndWithTheSavings() {
        post("sum", Chats.asking("What do you cost?").toString());
        post("sum", Chats.asking("What do you cost?").toString());
        JsonNode report = administrator("/v1/reports/spend?group_by=model,outcome");
        JsonNode savings = administrator("/v1/savings").path("total");
        for (String field : List.of("spent_usd", "saved_usd", "input_tokens", "output_tokens", "exact_hits", "misses")) {
            assertEquals(savings.path(field), report.path("total").path(field), field);
        }
        BigDecimal spent = BigDecimal.ZERO;
        for (JsonNode row : administrator("/v1/requests?limit=10000").path("items")) {
            spent = spent.add(new BigDecimal(row.path("cost_usd").asText("0")));
        }
        assertEquals(0, spent.compareTo(new BigDecimal(report.path("total").path("spent_usd").asText())));
    }

    @Test
    void oneCall_isToldWithItsStages() {
        post("one", Chats.asking("Which stages?").toString());
        JsonNode call = administrator("/v1/requests/" + row("one").path("id").asText());
        assertTrue(call.path("stages").path("embed").asDouble() > 0, call.toString());
        assertEquals("miss", call.path("decision").path("outcome").asText());
        assertFalse(call.has("prompt"));
        assertEquals(404, answer("/v1/requests/none").status());
    }

    @Test
    void texts_areToldWhereTheyAreKept() {
        full.caller().with("x-request-id", "t").post(Chats.PATH, Chats.asking("What is kept?"));
        JsonNode row = full.administrator().get("/v1/requests?request_id=t").json().path("items").path(0);
        JsonNode call = full.administrator().get("/v1/requests/" + row.path("id").asText()).json();
        assertTrue(call.path("prompt").asText().contains("What is kept?"), call.toString());
        assertFalse(call.path("completion").asText().isEmpty(), call.toString());
        JsonNode top = full.administrator().get("/v1/reports/top?by=calls").json();
        assertTrue(top.path("items").path(0).path("prompt").asText().contains("What is kept?"), top.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/requests",
                "/v1/requests/x",
                "/v1/reports/spend",
                "/v1/reports/top",
                "/v1/reports/hours",
                "/v1/reports/forecast",
                "/v1/reports/compare?models=gpt-4o",
                "/v1/reports/roi"
            })
    void others_mayNotReadThem(String path) {
        assertEquals(403, stage.caller().get(path).status());
        assertEquals(404, off.administrator().get(path).status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/requests?from=yesterday",
                "/v1/requests?limit=0",
                "/v1/requests?cursor=x",
                "/v1/requests?status=999",
                "/v1/requests?min_cost=-",
                "/v1/requests?outcome=good",
                "/v1/requests?format=xml",
                "/v1/reports/spend?group_by=colour",
                "/v1/reports/spend?from=2026-02-01&to=2026-01-01",
                "/v1/reports/top?by=size",
                "/v1/reports/hours?zone=Mars",
                "/v1/reports/compare",
                "/v1/reports/compare?models=a&days=0"
            })
    void whatCannotBeUnderstood_isRefused(String path) {
        assertEquals(400, answer(path).status(), path);
    }

    @Test
    void everyReport_isAnswered() {
        post("all", Chats.asking("Is all answered?").toString());
        assertEquals(168, administrator("/v1/reports/hours?zone=Europe/Berlin").path("items").size());
        assertTrue(administrator("/v1/reports/forecast").path("spent_usd").isTextual());
        JsonNode compared = administrator("/v1/reports/compare?models=gpt-4o,our-own&days=2");
        assertTrue(compared.path("items").path(0).path("usd").isTextual(), compared.toString());
        assertTrue(compared.path("items").path(1).path("usd").isNull(), compared.toString());
        JsonNode roi = administrator("/v1/reports/roi");
        assertEquals("0.5", roi.path("machine_usd_per_hour").asText());
        assertTrue(roi.path("net_usd").isTextual(), roi.toString());
    }

    @Test
    void formulas_areNoneInASpreadsheet() {
        post("csv", Chats.asking("Is this a formula?").put("model", "=cmd|' /C calc'!A0").toString());
        String csv = answer("/v1/requests?format=csv&request_id=csv").text();
        assertTrue(csv.contains(",'=cmd|"), csv);
        assertFalse(csv.contains(",=cmd"), csv);
        String spend = answer("/v1/reports/spend?group_by=model&format=csv").text();
        assertTrue(spend.contains("\r\n'=cmd|"), spend);
        assertEquals(spend.lines().findFirst().orElseThrow().split(",").length, 23);
    }

    private static Answer post(String requestId, String body) {
        return stage.caller().with("x-request-id", requestId).post(Chats.PATH, body);
    }

    private static Answer answer(String path) {
        return stage.administrator().get(path);
    }

    private static JsonNode administrator(String path) {
        Answer answer = answer(path);
        assertEquals(200, answer.status(), answer::toString);
        return answer.json();
    }

    private static JsonNode rows(String requestId) {
        return administrator("/v1/requests?request_id=" + requestId).path("items");
    }

    /** A call is told when its answer has ended, which its client may see a moment before. */
    private static JsonNode row(String requestId) {
        Eventually.await(SOON, () -> !rows(requestId).isEmpty());
        return rows(requestId).path(0);
    }
}
