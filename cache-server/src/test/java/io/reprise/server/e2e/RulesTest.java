package io.reprise.server.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules answer plain questions without a model, and nothing else. */
class RulesTest {
    private static final String HOURS = "9 to 5 \"sharp\" <b>&</b>\ndata: no event";
    private static final String OPEN = "When are you open?";

    private static final String RULES = """
            rules=[
              {"name": "hours", "when": {"exact": ["When are you open?"]}, "answer": "9 to 5 \\"sharp\\" <b>&</b>\\ndata: no event"},
              {"when": {"glob": "ping *"}, "answer": "{{date}} {{model}}"},
              {"name": "boom", "when": {"regex": "(a+)+b"}, "answer": "bang"},
              {"name": "team", "when": {"exact": "Which team?"}, "answer": "{{team}}"},
              {"name": "free", "when": {"exact": "Who are you?"}, "answer": "Us", "allow": ["system", "turns", "tools", "schema"]}]""";

    @RegisterExtension
    static final Stage stage = Stage.with(RULES);

    private static Answer ask(ObjectNode body) {
        return stage.caller().post(Chats.PATH, body);
    }

    private static void goesToTheModel(ObjectNode body) {
        int before = stage.upstreamCalls();
        Answer answer = ask(body);
        assertFalse(answer.has("x-reprise-rule"), answer.toString());
        assertEquals(before + 1, stage.upstreamCalls(), answer.toString());
    }

    private static String said(Answer answer) {
        assertEquals(200, answer.status(), answer.toString());
        assertEquals("rule", answer.header("x-reprise-outcome"));
        assertEquals(0, stage.upstreamCalls());
        return answer.json()
                .path("choices")
                .path(0)
                .path("message")
                .path("content")
                .asText();
    }

    private static ObjectNode with(String question, String field, String json) {
        ObjectNode body = Chats.asking(question);
        body.set(field, Answer.parse(json.getBytes(UTF_8)));
        return body;
    }

    private static ObjectNode afterTurn(String role, String question) {
        ObjectNode body = Chats.object().put("model", Chats.MODEL);
        body.putArray("messages").addObject().put("role", role).put("content", "Be brief.");
        body.withArray("messages").addObject().put("role", "user").put("content", question);
        return body;
    }

    @Test
    void exactText_isAnsweredWithTheRulesWords() {
        Answer answer = ask(Chats.asking("  " + OPEN + "\n"));
        assertEquals(HOURS, said(answer));
        assertEquals("hours", answer.header("x-reprise-rule"));
        assertEquals("reprise; detail=rule", answer.header("cache-status"));
        assertEquals(0, answer.json().path("usage").path("total_tokens").asInt(-1));
    }

    @Test
    void stream_bringsTheSameWords() {
        StringBuilder words = new StringBuilder();
        for (String line : ask(Chats.streaming(OPEN)).text().split("\n", -1)) {
            if (line.startsWith("data: {")) {
                JsonNode event = Answer.parse(line.substring(6).getBytes(UTF_8));
                words.append(event.path("choices")
                        .path(0)
                        .path("delta")
                        .path("content")
                        .asText(""));
            }
        }
        assertEquals(HOURS, words.toString());
        assertEquals(0, stage.upstreamCalls());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void otherWires_areAnsweredToo(boolean stream) {
        ObjectNode messages = Chats.asking(OPEN).put("max_tokens", 99).put("stream", stream);
        ObjectNode completions =
                Chats.object().put("model", "gpt-x").put("prompt", OPEN).put("stream", stream);
        ObjectNode responses = Chats.object()
                .put("model", "gpt-x")
                .put("input", OPEN)
                .put("store", false)
                .put("stream", stream);
        for (Answer answer : List.of(
                stage.caller().post("/v1/messages", messages),
                stage.caller().post("/v1/completions", completions),
                stage.caller().post("/v1/responses", responses))) {
            assertEquals(200, answer.status(), answer.toString());
            assertEquals("hours", answer.header("x-reprise-rule"));
            assertTrue(answer.text().contains("9 to 5 \\\"sharp\\\""), answer.text());
        }
        assertEquals(0, stage.upstreamCalls());
    }

    @Test
    void fieldsOfTheTemplate_areFilled() {
        assertTrue(said(ask(Chats.asking("ping {{team}}"))).matches("[0-9]{4}-[0-9]{2}-[0-9]{2} " + Chats.MODEL));
    }

    @Test
    void valueThatLooksLikeAField_isNotFilledAgain() {
        String said = said(ask(Chats.asking("ping x").put("model", "{{date}}")));
        assertTrue(said.endsWith(" {{date}}"), said);
    }

    @Test
    void fieldThatTheCallerLacks_leavesTheCallToTheModel() {
        goesToTheModel(Chats.asking("Which team?"));
    }

    @Test
    void expressionThatExplodesElsewhere_isDoneWith() {
        goesToTheModel(Chats.asking("a".repeat(4096)));
        assertEquals("boom", ask(Chats.asking("a".repeat(4095) + "b")).header("x-reprise-rule"));
    }

    @Test
    void hugeText_isNotLookedAt() {
        goesToTheModel(Chats.asking("ping " + "x".repeat(1_000_000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"When are you open", "when are you open?", "When are you open? And where?", "xping y"})
    void otherText_goesToTheModel(String text) {
        goesToTheModel(Chats.asking(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tools|[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]",
                "response_format|{\"type\":\"json_object\"}",
                "n|2",
                "logprobs|true",
                "web_search_options|{\"x\":1}",
                "a_field_of_tomorrow|1"
            })
    void callWithMoreThanAQuestion_goesToTheModel(String field, String json) {
        goesToTheModel(with(OPEN, field, json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"system", "developer", "user", "assistant"})
    void turnsBefore_goToTheModelUnlessTheRuleAllowsThem(String role) {
        assertEquals("free", ask(afterTurn(role, "Who are you?")).header("x-reprise-rule"));
        goesToTheModel(afterTurn(role, OPEN));
    }

    @Test
    void imageBesideTheText_goesToTheModel() {
        ObjectNode body = Chats.object().put("model", Chats.MODEL);
        var parts = body.putArray("messages").addObject().put("role", "user").putArray("content");
        parts.addObject().put("type", "text").put("text", "Who are you?");
        parts.addObject().put("type", "image_url").putObject("image_url").put("url", "https://x.example/a.png");
        goesToTheModel(body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"off", "shadow"})
    void callerWhoWantsTheModel_getsIt(String mode) {
        Answer answer = stage.caller().with("x-reprise-mode", mode).post(Chats.PATH, Chats.asking(OPEN));
        assertFalse(answer.has("x-reprise-rule"));
        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void calls_areBookedAsOfARule() {
        int before = total("rules");
        Answer answer = ask(Chats.asking(OPEN));
        String path = "/v1/requests?outcome=rule&limit=1000";
        String id = answer.header("x-request-id");
        Eventually.await(Duration.ofSeconds(10), () -> stage.administrator()
                .get(path)
                .json()
                .findValuesAsText("request_id")
                .contains(id));
        JsonNode logged = stage.administrator().get(path).json().path("items");
        JsonNode mine = logged.path(0);
        assertEquals("hours", mine.path("reason").asText());
        assertEquals("rule", mine.path("saved_by").asText());
        assertEquals("0", mine.path("cost_usd").asText());
        assertEquals(before + 1, total("rules"));
        assertTrue(stage.anonymous().get("/metrics").text().contains("outcome=\"rule\""));
    }

    private static int total(String field) {
        return stage.administrator()
                .get("/v1/reports/spend?group_by=model")
                .json()
                .path("total")
                .path(field)
                .asInt();
    }
}
