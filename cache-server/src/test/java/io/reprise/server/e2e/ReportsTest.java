package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.server.testupstream.ApiError;
import io.reprise.server.testupstream.ChatAnswer;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.TokenUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server tells of itself: statistics, savings, metrics, health and the status page. */
class ReportsTest {
    private static final TestClock clock = new TestClock(Instant.parse("2026-03-01T12:00:00Z"));

    @RegisterExtension
    static final Stage stage = Stage.at(clock);

    @BeforeEach
    void answerAtAKnownCost() {
        stage.upstream().answer(Reply.of(ChatAnswer.text("ok").withUsage(new TokenUsage(1000, 0, 100, 0))));
    }

    @Test
    void savings_priceMissesAndHits() {
        ask(Chats.QUESTION);
        ask(Chats.QUESTION);
        ask(Chats.PARAPHRASE);

        JsonNode total = savings("").path("total");

        // 1,000 input and 100 output tokens of gpt-4o-mini are 0.00015 and 0.00006 dollars.
        assertEquals(
                "{\"calls\":3,\"exact_hits\":1,\"semantic_hits\":1,\"misses\":1,\"bypasses\":0,\"coalesced\":0,"
                        + "\"unpriced_calls\":0,\"input_tokens\":1000,\"output_tokens\":100,\"saved_input_tokens\":2000,"
                        + "\"saved_output_tokens\":200,\"spent_usd\":\"0.00021\",\"saved_usd\":\"0.00042\"}",
                total.toString());
    }

    @Test
    void savings_groupByDayModelAndNamespace() {
        ask(Chats.QUESTION);
        stage.caller()
                .post(Chats.PATH, Chats.asking(Chats.QUESTION).put("model", "gpt-4o"), "x-reprise-namespace", "b");
        clock.advance(Duration.ofDays(1));
        ask(Chats.QUESTION);

        JsonNode rows = savings("?group_by=day,model,namespace").path("rows");

        assertEquals(3, rows.size());
        JsonNode first = rows.get(0);
        assertTrue(
                first.has("day") && first.has("model") && first.has("namespace") && first.has("calls"),
                first.toString());
        List<String> keys = new ArrayList<>();
        rows.forEach(row -> keys.add(row.path("day").asText().substring(8) + " "
                + row.path("model").asText() + " " + row.path("namespace").asText() + " "
                + row.path("calls").asInt()));
        String day = clock.instant().toString().substring(8, 10);
        String before = clock.instant().minus(Duration.ofDays(1)).toString().substring(8, 10);
        assertEquals(
                List.of(before + " gpt-4o b 1", before + " gpt-4o-mini default 1", day + " gpt-4o-mini default 1"),
                keys.stream().sorted().toList());
        clock.advance(Duration.ofDays(1));
    }

    @Test
    void rows_addUpToTheTotal() {
        for (int i = 0; i < 5; i++) {
            ask("Question " + i + " of five?");
            ask("Question " + i + " of five?");
        }
        stage.caller().post(Chats.PATH, Chats.asking("x"), "x-reprise-mode", "off");
        stage.caller().post("/v1/cache/lookup", Chats.object().put("prompt", "native"));

        JsonNode report = savings("?group_by=namespace,model");

        int calls = 0;
        for (JsonNode row : report.path("rows")) {
            calls += row.path("calls").asInt();
            assertEquals(
                    row.path("calls").asInt(),
                    row.path("exact_hits").asInt()
                            + row.path("semantic_hits").asInt()
                            + row.path("misses").asInt()
                            + row.path("bypasses").asInt()
                            + row.path("coalesced").asInt());
        }
        assertEquals(12, calls);
        assertEquals(12, report.at("/total/calls").asInt());
    }

    @Test
    void fromAndTo_boundDays() {
        String today = clock.instant().toString().substring(0, 10);
        ask(Chats.QUESTION);

        assertEquals(
                1, savings("?from=" + today + "&to=" + today).at("/total/calls").asInt());
        assertEquals(
                1, savings("?from=" + today + "T00:00:00Z").at("/total/calls").asInt());
        assertEquals(0, savings("?to=2020-01-01").at("/total/calls").asInt());
        assertEquals(0, savings("?from=2099-01-01").at("/total/calls").asInt());
        assertEquals(today, savings("?from=" + today).path("from").asText());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "group_by=hour",
                "group_by=day,,model",
                "from=yesterday",
                "to=2026-13-01",
                "from=2026-02-02&to=2026-02-01"
            })
    void badQuery_is400(String query) {
        Answer answer = stage.caller().get("/v1/savings?" + query);

        assertEquals(400, answer.status());
        assertEquals("application/problem+json", answer.header("content-type"));
        assertFalse(answer.json().path("errors").isEmpty());
    }

    @Test
    void unknownPrice_isCountedAndNotZero() {
        stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION).put("model", "house-model-7b"));

        JsonNode total = savings("").path("total");

        assertEquals(1, total.path("unpriced_calls").asInt());
        assertEquals(1000, total.path("input_tokens").asInt());
    }

    @Test
    void callsUpstreamRefuses_costNothing() {
        stage.upstream().answer(Reply.of(ApiError.serverError()));
        ask(Chats.QUESTION);

        JsonNode total = savings("").path("total");

        assertEquals(1, total.path("misses").asInt());
        assertEquals(0, total.path("unpriced_calls").asInt());
        assertEquals("0", total.path("spent_usd").asText());
    }

    @Test
    void cachedInput_isPricedAsSuch() {
        stage.upstream().answer(Reply.of(ChatAnswer.text("ok").withUsage(new TokenUsage(2000, 1024, 90, 64))));
        ask(Chats.QUESTION);

        assertEquals("0.0002772", savings("").at("/total/spent_usd").asText());
    }

    @Test
    void stream_isPricedLikeAWhole() {
        stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));
        stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        JsonNode total = savings("").path("total");

        assertEquals("0.00021", total.path("spent_usd").asText());
        assertEquals("0.00021", total.path("saved_usd").asText());
    }

    @Test
    void stats_haveTheContractsShape() {
        // The calls that miss come first: each later lookup waits for their stores, so that the count sees them.
        ask(Chats.OTHER_QUESTION);
        ask(Chats.QUESTION);
        ask(Chats.QUESTION);
        ask(Chats.PARAPHRASE);
        stage.caller().post(Chats.PATH, Chats.asking("x"), "x-reprise-mode", "off");

        JsonNode stats = stage.caller().get("/v1/cache/stats").json();

        assertEquals(2, stats.path("entries").asInt());
        assertTrue(stats.path("bytes").isNumber());
        assertEquals("{\"exact\":1,\"semantic\":1}", stats.path("hits").toString());
        assertEquals("{\"floor\":1,\"no_candidate\":1}", stats.path("misses").toString());
        assertEquals("{\"off\":1}", stats.path("bypasses").toString());
        for (String stage : List.of("exact", "embed", "search", "decide")) {
            assertTrue(stats.at("/latency_ms/" + stage + "/p50").isNumber(), stats.toString());
            assertTrue(stats.at("/latency_ms/" + stage + "/p99").isNumber(), stats.toString());
        }
        assertTrue(stats.has("wrong_rate_bound"));
    }

    @Test
    void metrics_haveTheContractsNames() {
        ask(Chats.QUESTION);
        ask(Chats.QUESTION);

        Answer metrics = stage.anonymous().get("/metrics");

        assertTrue(metrics.header("content-type").startsWith("text/plain"));
        for (String line : List.of(
                "llm_token_usage_total{model=\"gpt-4o-mini\",type=\"input\"}",
                "llm_token_usage_total{model=\"gpt-4o-mini\",type=\"output\"}",
                "llm_request_cost_usd_bucket",
                "llm_cache_hit_ratio{model=\"gpt-4o-mini\"}",
                "llm_cache_requests_total{model=\"gpt-4o-mini\",outcome=\"exact\"}",
                "llm_cache_requests_total{model=\"gpt-4o-mini\",outcome=\"miss\"}",
                "llm_cost_saved_usd_total{model=\"gpt-4o-mini\"}",
                "reprise_lookup_seconds_bucket{stage=\"embed\"",
                "reprise_embeddings_memo_hits ",
                "reprise_embeddings_memo_misses ",
                "reprise_entries ")) {
            assertTrue(metrics.text().contains(line), line + " in\n" + metrics.text());
        }
    }

    @Test
    void health_isUp() {
        assertEquals(
                "up",
                stage.anonymous().get("/health/live").json().path("status").asText());
        assertEquals(
                "up",
                stage.anonymous().get("/health/ready").json().path("status").asText());
    }

    private static Answer ask(String question) {
        return stage.caller().post(Chats.PATH, Chats.asking(question));
    }

    private static JsonNode savings(String query) {
        Answer answer = stage.caller().get("/v1/savings" + query);
        assertEquals(200, answer.status(), answer.toString());
        return answer.json();
    }
}
