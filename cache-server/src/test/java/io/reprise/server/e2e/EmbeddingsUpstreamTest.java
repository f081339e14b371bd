package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.ApiError;
import io.reprise.server.testupstream.RawBody;
import io.reprise.server.testupstream.ReceivedRequest;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.Scenario;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever upstream answers and clients send, nobody gets a wrong vector, and nothing is worse than without the cache. */
class EmbeddingsUpstreamTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    @RegisterExtension
    static final Stage small = Stage.with("limits.embeddings_bytes=64KiB", "limits.cacheable_body_bytes=4KiB");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "<html>",
                "{\"data\":[]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":0,\"embedding\":[2]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":2,\"embedding\":[2]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[1,2]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[NaN]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[null]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":\"AACAPw==\"}]}",
                "{\"error\":{\"message\":\"said with 200\"}}"
            })
    void answerThatIsNotOneVectorForEachInput_isPassedOnAndNotStored(String answer) {
        RawBody raw = RawBody.json(200, answer);
        stage.upstream().answer(Reply.of(raw));

        Answer passed = ask("a", "b");

        assertEquals(200, passed.status());
        assertArrayEquals(raw.bytes(), passed.body());
        assertEquals("reprise; fwd=miss; detail=\"no_candidate\"; not-kept=unreadable", passed.header("cache-status"));
        assertEquals("miss", ask("a").header("x-reprise-outcome"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\":[]}",
                "{\"data\":[{\"index\":1,\"embedding\":[1,2,3]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1,2,null]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1,2,3]},{\"index\":1,\"embedding\":[1,2,3]}]}",
                "{\"error\":{\"message\":\"said with 200\"}}",
                "not JSON"
            })
    void answerToAPartThatCannotBeUsed_isFollowedByACallForAll(String answer) {
        ask("a");
        stage.upstream()
                .answer(request -> isFor(request, "[\"b\"]")
                        ? Reply.of(RawBody.json(200, answer))
                        : Scenario.provider().replyTo(request));
        JsonNode direct = stage.directCaller()
                .post(Embeddings.PATH, Embeddings.of("a", "b"))
                .json();
        stage.upstream().log().clear();

        Answer whole = ask("a", "b");

        assertEquals(direct, whole.json());
        assertEquals("reprise; fwd=miss; stored; detail=\"unreadable\"", whole.header("cache-status"));
        assertEquals(List.of("[\"b\"]", "[\"a\",\"b\"]"), Embeddings.asked(stage));
        assertEquals("exact", ask("a", "b").header("x-reprise-outcome"));
    }

    @ParameterizedTest
    @CsvSource({"4,text-embedding-3-small", "3,another-model-behind-the-name"})
    void upstreamThatHasChangedItsModel_isAskedForAll(int dimensions, String model) {
        ask("a");
        stage.upstream().answer(request -> answer(request, dimensions, model));

        Answer whole = ask("a", "b");

        assertEquals(List.of(vector(dimensions), vector(dimensions)), Embeddings.vectors(whole));
        assertEquals("reprise; fwd=miss; stored; detail=\"mixed\"", whole.header("cache-status"));
        assertEquals("exact", ask("b", "a").header("x-reprise-outcome"));
    }

    @Test
    void embeddingsOfTwoModels_areNeverInOneAnswer() {
        ask("a");
        stage.upstream().answer(request -> answer(request, 3, "another-model-behind-the-name"));
        ask("b");

        Answer both = ask("a", "b");

        assertEquals(List.of(vector(3), vector(3)), Embeddings.vectors(both));
        assertEquals("reprise; fwd=miss; stored; detail=\"mixed\"", both.header("cache-status"));
        assertEquals("exact", ask("a", "b").header("x-reprise-outcome"));
    }

    @Test
    void whatAnUnusableAnswerCost_isTakenOffTheSavings() {
        ask("a");
        stage.upstream().answer(request -> answer(request, 3, "another-model-behind-the-name"));
        ask("a", "b");

        JsonNode total = stage.caller().get("/v1/savings").json().path("total");

        // One token for "a"; one for "b", of no use; then five for both.
        assertEquals(1 + 5 + 5, total.path("input_tokens").asInt());
        assertEquals("-0.0000001", total.path("saved_usd").asText());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 429, 500, 503})
    void error_isPassedOnAlsoForAPart(int status) {
        ask("a");
        RawBody error = RawBody.json(status, "{\"error\":{\"message\":\"no\",\"type\":\"t\"}}");
        stage.upstream().answer(Reply.of(error).withHeader("retry-after", "7"));

        for (Answer answer : List.of(ask("x", "y"), ask("a", "b"))) {
            assertEquals(status, answer.status());
            assertArrayEquals(error.bytes(), answer.body());
            assertEquals("7", answer.header("retry-after"));
            assertTrue(answer.header("cache-status").contains("fwd-status=" + status), answer.toString());
        }
        assertEquals("exact", ask("a").header("x-reprise-outcome"));
        stage.upstream().answer(Scenario.provider());
        assertEquals("miss", ask("b").header("x-reprise-outcome"));
    }

    @Test
    void upstreamThatBreaksOff_is502() {
        ask("a");
        stage.upstream()
                .answer(Reply.of(RawBody.json(200, "{\"data\":[" + " ".repeat(5000)))
                        .breakingOff(1));

        Answer answer = ask("a", "b");

        assertEquals(502, answer.status());
        assertEquals("upstream_error", answer.json().at("/error/type").asText());
    }

    @Test
    void upstreamThatCountsNoTokens_isReplayedWithoutUsage() {
        stage.upstream().answer(request -> {
            ObjectNode answer = (ObjectNode) Answer.parse(body(request, 3, "m"));
            answer.remove("usage");
            return Reply.of(RawBody.json(200, answer.toString()));
        });

        Answer miss = ask("a");
        Answer partial = ask("a", "b c");
        Answer hit = ask("a", "b c");

        for (Answer answer : List.of(miss, partial, hit)) {
            assertFalse(answer.json().has("usage"), answer.toString());
        }
        JsonNode total = stage.caller().get("/v1/savings").json().path("total");
        assertEquals(1 + 2, total.path("input_tokens").asInt());
        assertEquals(1 + 3, total.path("saved_input_tokens").asInt());
    }

    @Test
    void tokensOfRepeatedInputs_areShownAsUpstreamWouldCountThem() {
        stage.upstream().answer(request -> answer(request, 3, "m"));

        // Upstream counts five for each call; ours are one and four, of which the first is wanted three times.
        Answer answer = ask("a", "one two three four", "a", "a");

        assertEquals(5 + 1 + 1, Embeddings.promptTokens(answer));
        assertEquals(5, Embeddings.promptTokens(ask("a", "one two three four")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[]",
                "{}",
                "{\"input\":[]}",
                "{\"input\":null}",
                "{\"input\":[null]}",
                "{\"input\":[\"a\",null]}",
                "{\"input\":[\"a\",[1]]}",
                "{\"input\":[[]]}",
                "{\"input\":[[[1]]]}",
                "{\"input\":[1.5]}",
                "{\"input\":[{\"text\":\"a\"}]}",
                "{\"input\":\"a\",\"input\":\"b\"}",
                "{\"input\":\"\\ud800\"}",
                "{\"model\":[],\"input\":\"a\"}"
            })
    void whatWeCannotRead_isForwardedUntouched(String body) {
        stage.upstream().answer(Reply.of(ApiError.badRequest("not this way", "input", null)));

        Answer answer = stage.caller().post(Embeddings.PATH, body);

        assertEquals(400, answer.status());
        assertEquals("not this way", answer.json().at("/error/message").asText());
        assertEquals("bypass", answer.header("x-reprise-outcome"));
        assertEquals(
                body, new String(stage.upstream().log().requests().getFirst().body(), StandardCharsets.UTF_8));
    }

    @Test
    void deepNesting_isForwardedUntouched() {
        String body = "{\"input\":" + "[".repeat(1000) + "]".repeat(1000) + "}";

        assertEquals("bypass", stage.caller().post(Embeddings.PATH, body).header("x-reprise-outcome"));
    }

    @Test
    void bodyOverTheLimit_streamsThrough() {
        Answer answer = small.caller().post(Embeddings.PATH, Embeddings.of("x".repeat(5000)));

        assertEquals(200, answer.status());
        assertEquals("reprise; fwd=bypass; detail=\"too-large\"", answer.header("cache-status"));
    }

    @Test
    void answerOverTheLimit_isPassedOnAndNotStored() {
        ObjectNode body = Embeddings.of("a", "b").put("dimensions", 3072);

        Answer first = small.caller().post(Embeddings.PATH, body);
        Answer second = small.caller().post(Embeddings.PATH, body);

        assertEquals(2, first.json().path("data").size());
        assertEquals("reprise; fwd=miss; detail=\"no_candidate\"; not-kept=too-large", second.header("cache-status"));
        assertEquals(first.json(), second.json());
    }

    @Test
    void batchWhoseAnswerWouldBeOverTheLimit_isAskedForAsItCame() {
        ObjectNode one = Embeddings.of("a").put("dimensions", 3072);
        ObjectNode two = Embeddings.of("b").put("dimensions", 3072);
        ObjectNode both = Embeddings.of("a", "b").put("dimensions", 3072);
        small.caller().post(Embeddings.PATH, one);

        Answer partial = small.caller().post(Embeddings.PATH, both);
        small.caller().post(Embeddings.PATH, two);
        Answer cached = small.caller().post(Embeddings.PATH, both);

        assertEquals("reprise; fwd=miss; detail=\"too-large\"; not-kept=too-large", partial.header("cache-status"));
        assertEquals("reprise; fwd=miss; detail=\"too-large\"; not-kept=too-large", cached.header("cache-status"));
        assertEquals(partial.json(), cached.json());
        assertEquals(4, small.upstreamCalls());
    }

    private static Answer ask(String... texts) {
        return stage.caller().post(Embeddings.PATH, Embeddings.of(texts));
    }

    private static boolean isFor(ReceivedRequest request, String input) {
        return request.json()
                .filter(body -> body.path("input").toString().equals(input))
                .isPresent();
    }

    /** The same vector for each input of a list, and five tokens for the call. */
    private static Reply answer(ReceivedRequest request, int dimensions, String model) {
        return Reply.of(new RawBody(200, "application/json", body(request, dimensions, model)));
    }

    private static byte[] body(ReceivedRequest request, int dimensions, String model) {
        ObjectNode answer = Chats.object().put("object", "list").put("model", model);
        int inputs = request.json().orElseThrow().path("input").size();
        for (int i = 0; i < inputs; i++) {
            answer.withArray("data")
                    .addObject()
                    .put("object", "embedding")
                    .put("index", i)
                    .set("embedding", Answer.parse(vector(dimensions).getBytes(StandardCharsets.UTF_8)));
        }
        answer.putObject("usage").put("prompt_tokens", 5).put("total_tokens", 5);
        return answer.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String vector(int dimensions) {
        return "[0.5" + ",0.25".repeat(dimensions - 1) + "]";
    }
}
