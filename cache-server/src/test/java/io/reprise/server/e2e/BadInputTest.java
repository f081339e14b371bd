package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input to the native routes is told in one problem that names every field, and breaks nothing. */
class BadInputTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static final String LOOKUP = "/v1/cache/lookup";
    private static final String ENTRIES = "/v1/cache/entries";

    @AfterEach
    void serverStillWorks() {
        assertEquals(
                200,
                stage.caller().post(LOOKUP, Chats.object().put("prompt", "x")).status());
        assertEquals(
                0, stage.caller().get("/v1/cache/stats").json().path("entries").asInt());
        assertEquals(
                0, stage.caller().get("/v1/cache/stats").json().path("faults").asInt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[]",
                "7",
                "null",
                "\"prompt\"",
                "{\"prompt\":\"x\"} and more",
                "{\"prompt\":\"x\"}{}",
                "{\"prompt\":\"x\",\"prompt\":\"y\"}",
                "{'prompt':'x'}",
                "{\"prompt\":\"x\",}",
                "{\"prompt\":\"\\ud800\"}",
                "{\"prompt\":\"\\x\"}",
                "{\"prompt\":NaN}",
                "{\"prompt\":01}",
                "// hi\n{\"prompt\":\"x\"}",
                "\uFEFF{\"prompt\":\"x\"}"
            })
    void unreadableBody_is400(String body) {
        for (String path : List.of(LOOKUP, ENTRIES)) {
            assertProblem(400, stage.caller().post(path, body));
        }
    }

    @Test
    void invalidUtf8_is400() {
        byte[] body = "{\"prompt\":\"x\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);

        assertProblem(400, stage.caller().send("POST", LOOKUP, BodyPublishers.ofByteArray(body)));
    }

    @Test
    void deepNesting_is400() {
        for (String open : List.of("[", "{\"a\":")) {
            assertProblem(400, stage.caller().post(LOOKUP, open.repeat(100_000)));
            assertProblem(400, stage.caller().post(LOOKUP, "{\"request\":" + open.repeat(1000)));
        }
        String deep = "{\"request\":{\"messages\":" + "[".repeat(1000) + "]".repeat(1000) + "}}";
        assertProblem(400, stage.caller().post(LOOKUP, deep));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|prompt",
                "{\"prompt\":7}|prompt",
                "{\"prompt\":null}|prompt",
                "{\"prompt\":[\"a\"]}|prompt",
                "{\"prompt\":\"\"}|prompt",
                "{\"prompt\":\" \\n\\t \"}|prompt",
                "{\"prompt\":\"a\\u0000b\"}|prompt",
                "{\"prompt\":\"a\",\"messages\":[]}|prompt",
                "{\"messages\":[]}|messages",
                "{\"messages\":{}}|messages",
                "{\"messages\":[7]}|messages",
                "{\"messages\":[{}]}|messages",
                "{\"messages\":[{\"role\":7,\"content\":\"x\"}]}|messages",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"a\\u0000\"}]}|messages",
                "{\"request\":7}|request",
                "{\"request\":{}}|request",
                "{\"request\":{\"model\":7,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}}|request",
                "{\"prompt\":\"a\",\"namespace\":\"\"}|namespace",
                "{\"prompt\":\"a\",\"namespace\":\"a b\"}|namespace",
                "{\"prompt\":\"a\",\"namespace\":\"ä\"}|namespace",
                "{\"prompt\":\"a\",\"namespace\":\"../x\"}|namespace",
                "{\"prompt\":\"a\",\"namespace\":7}|namespace",
                "{\"prompt\":\"a\",\"model\":7}|model",
                "{\"prompt\":\"a\",\"context\":{}}|context",
                "{\"prompt\":\"a\",\"mode\":\"off\"}|mode",
                "{\"prompt\":\"a\",\"mode\":1}|mode",
                "{\"prompt\":\"a\",\"max_wrong_rate\":1.5}|max_wrong_rate",
                "{\"prompt\":\"a\",\"max_wrong_rate\":-0.1}|max_wrong_rate",
                "{\"prompt\":\"a\",\"max_wrong_rate\":\"low\"}|max_wrong_rate",
                "{\"prompt\":\"a\",\"max_wrong_rate\":1e999999999}|max_wrong_rate",
                "{\"prompt\":\"a\",\"explain\":\"yes\"}|explain",
                "{\"prompt\":\"a\",\"promt\":\"b\"}|promt",
                "{\"prompt\":\"a\",\"completion\":\"b\"}|completion",
                "{\"prompt\":\"a\",\"\\ud800\":1}|"
            })
    void wrongFieldOfALookup_isNamed(String body, String field) {
        Answer answer = stage.caller().post(LOOKUP, body);

        assertProblem(400, answer);
        assertEquals(1, answer.json().path("errors").size(), answer.toString());
        if (field != null) {
            assertEquals(field, answer.json().at("/errors/0/field").asText());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|completion",
                "\"completion\":\"\"|completion",
                "\"completion\":null|completion",
                "\"completion\":7|completion",
                "\"completion\":[]|completion",
                "\"completion\":{}|completion",
                "\"completion\":{\"choices\":[]}|completion",
                "\"completion\":{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"length\"}]}|completion",
                "\"completion\":{\"type\":\"message\",\"content\":[],\"stop_reason\":\"end_turn\"}|completion",
                "\"completion\":\"a\",\"ttl_seconds\":0|ttl_seconds",
                "\"completion\":\"a\",\"ttl_seconds\":-1|ttl_seconds",
                "\"completion\":\"a\",\"ttl_seconds\":1.5|ttl_seconds",
                "\"completion\":\"a\",\"ttl_seconds\":\"60\"|ttl_seconds",
                "\"completion\":\"a\",\"ttl_seconds\":9999999999|ttl_seconds",
                "\"completion\":\"a\",\"tags\":\"doc\"|tags",
                "\"completion\":\"a\",\"tags\":[7]|tags",
                "\"completion\":\"a\",\"tags\":[\"\"]|tags",
                "\"completion\":\"a\",\"tags\":[null]|tags",
                "\"completion\":\"a\",\"tags\":{}|tags",
                "\"completion\":\"a\",\"tags\":[\"\\ud800\"]|tags",
                "\"completion\":\"a\",\"usage\":7|usage",
                "\"completion\":\"a\",\"usage\":{}|usage",
                "\"completion\":\"a\",\"usage\":{\"input_tokens\":1}|usage",
                "\"completion\":\"a\",\"usage\":{\"input_tokens\":-1,\"output_tokens\":1}|usage",
                "\"completion\":\"a\",\"usage\":{\"input_tokens\":1.5,\"output_tokens\":1}|usage",
                "\"completion\":\"a\",\"usage\":{\"input_tokens\":\"1\",\"output_tokens\":1}|usage",
                "\"completion\":\"a\",\"mode\":\"serve\"|mode",
                "\"completion\":\"a\",\"id\":\"x\"|id"
            })
    void wrongFieldOfAStore_isNamed(String fields, String field) {
        Answer answer = stage.caller().post(ENTRIES, "{\"prompt\":\"a\"" + (fields == null ? "" : "," + fields) + "}");

        assertProblem(400, answer);
        assertEquals(1, answer.json().path("errors").size(), answer.toString());
        assertEquals(field, answer.json().at("/errors/0/field").asText());
    }

    @Test
    void allProblems_areToldAtOnce() {
        Answer answer = stage.caller().post(ENTRIES, """
                        {"prompt":"","namespace":"a b","model":7,"completion":"","ttl_seconds":-1,"tags":[7],
                         "usage":{"input_tokens":-1},"surprise":true}""");

        assertProblem(400, answer);
        List<String> fields = new ArrayList<>();
        answer.json()
                .path("errors")
                .forEach(error -> fields.add(error.path("field").asText()));
        for (String field :
                List.of("prompt", "namespace", "model", "completion", "ttl_seconds", "tags", "usage", "surprise")) {
            assertTrue(fields.contains(field), field + " in " + fields);
        }
    }

    @Test
    void tooManyOrTooLong_is400() {
        ObjectNode many = entry("a");
        Arrays.asList(new String[65]).forEach(none -> many.withArray("tags")
                .add("t" + many.path("tags").size()));
        assertProblem(400, stage.caller().post(ENTRIES, many));
        ObjectNode longTag = entry("a");
        longTag.putArray("tags").add("t".repeat(129));
        assertProblem(400, stage.caller().post(ENTRIES, longTag));
        assertProblem(400, stage.caller().post(ENTRIES, entry("a").put("namespace", "n".repeat(129))));
        assertProblem(400, stage.caller().post(ENTRIES, entry("a").put("model", "m".repeat(4097))));
        assertProblem(400, stage.caller().post(ENTRIES, entry("a").put("context", "c".repeat(4097))));
        assertProblem(
                400,
                stage.caller().post(LOOKUP, Chats.object().put("prompt", "a").put("x".repeat(5000), 1)));
    }

    @Test
    void promptOfFiftyThousandWords_isStoredAndFoundExactly() {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            words.append("word").append(i % 977).append(' ');
        }
        assertEquals(201, stage.caller().post(ENTRIES, entry(words.toString())).status());

        assertEquals("exact", kind(words.toString()));
        assertEquals("", kind(words + "more"));
        stage.caller().delete(ENTRIES + "?all=true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "👩‍👩‍👧‍👦 🇨🇭 ok?",
                "日本語の質問ですか？",
                "<script>alert('x')</script>",
                "<|endoftext|>",
                "a\tb\nc\r\nd",
                "\\\"quoted\\\"",
                "{{template}} %s ${x}",
                "'; DROP TABLE day_totals; --",
                "?",
                "\u202Ertl",
                "\uFFFF\uFFFE",
                "a\u0301\u0301\u0301\u0301"
            })
    void oddPrompt_isStoredAndFoundAsItIs(String prompt) {
        ObjectNode entry = Chats.object().put("prompt", prompt).put("completion", prompt);
        assertEquals(201, stage.caller().post(ENTRIES, entry).status());

        JsonNode found = stage.caller()
                .post(LOOKUP, Chats.object().put("prompt", prompt))
                .json();

        assertEquals("exact", found.path("kind").asText());
        assertEquals(prompt, found.at("/entry/completion").asText());
        stage.caller().delete(ENTRIES + "?all=true");
    }

    @Test
    void halfASurrogatePairInAnAnswer_comesBackAsItIs() {
        assertEquals(
                201,
                stage.caller()
                        .post(ENTRIES, "{\"prompt\":\"a\",\"completion\":\"b\\ud800\"}")
                        .status());

        JsonNode found = stage.caller().post(LOOKUP, "{\"prompt\":\"a\"}").json();

        assertEquals("b\ud800", found.at("/entry/completion").asText());
        stage.caller().delete(ENTRIES + "?all=true");
    }

    @Test
    void methodThatARouteDoesNotHave_isNoRoute() {
        for (String path : List.of(LOOKUP, ENTRIES + "/x", "/v1/cache/stats")) {
            assertProblem(404, stage.caller().send("PUT", path, BodyPublishers.noBody()));
        }
        assertProblem(404, stage.caller().post("/v1/cache/nothing", "{}"));
        assertEquals(0, stage.upstreamCalls());
    }

    private static ObjectNode entry(String prompt) {
        return Chats.object().put("prompt", prompt).put("completion", "there");
    }

    private static String kind(String prompt) {
        return stage.caller()
                .post(LOOKUP, Chats.object().put("prompt", prompt))
                .json()
                .path("kind")
                .asText();
    }

    /** The shape of RFC 9457, and nothing of our insides. */
    private static void assertProblem(int status, Answer answer) {
        assertEquals(status, answer.status(), answer.toString());
        assertEquals("application/problem+json", answer.header("content-type"));
        JsonNode problem = answer.json();
        assertTrue(problem.path("type").isTextual() && problem.path("title").isTextual(), answer.toString());
        assertTrue(problem.path("detail").isTextual() && problem.path("errors").isArray(), answer.toString());
        assertEquals(status, problem.path("status").asInt());
        for (JsonNode error : problem.path("errors")) {
            assertTrue(error.path("field").isTextual() && error.path("problem").isTextual(), answer.toString());
        }
        for (String inside : List.of("Exception", "io.reprise", "jackson", "\tat ", "vertx")) {
            assertFalse(answer.text().contains(inside), answer.toString());
        }
    }
}
