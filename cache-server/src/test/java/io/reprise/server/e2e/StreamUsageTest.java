package io.reprise.server.e2e;

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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Streams are asked for their usage, which only callers see who asked for it; an upstream that refuses is not asked again. */
class StreamUsageTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    @RegisterExtension
    static final Stage refused = Stage.with();

    @RegisterExtension
    static final Stage never = Stage.with("upstream.openai.include_usage=never");

    @Test
    void upstream_isAskedForUsage() {
        stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertTrue(asked(stage).getFirst().at("/stream_options/include_usage").asBoolean());
    }

    @Test
    void usageThatWasNotAskedFor_isHidden() {
        Answer miss = stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));
        Answer hit = stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertFalse(miss.text().contains("\"usage\""), miss.text());
        assertFalse(hit.text().contains("\"usage\""), hit.text());
    }

    @Test
    void usageThatWasAskedFor_isShown() {
        Answer miss = stage.caller().post(Chats.PATH, Chats.streamingWithUsage(Chats.QUESTION));
        Answer hit = stage.caller().post(Chats.PATH, Chats.streamingWithUsage(Chats.QUESTION));

        assertTrue(miss.text().contains("\"usage\":{\"prompt_tokens\""), miss.text());
        assertTrue(hit.text().contains("\"usage\":{\"prompt_tokens\""), hit.text());
    }

    @Test
    void streamThatDidNotAsk_isTheStreamWithoutReprise() {
        Answer direct = stage.directCaller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        Answer miss = stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertEquals(withoutIds(direct), withoutIds(miss));
    }

    @Test
    void otherStreamOptions_areKept() {
        ObjectNode body = Chats.streaming(Chats.QUESTION);
        body.putObject("stream_options").put("include_obfuscation", false);

        stage.caller().post(Chats.PATH, body);

        JsonNode options = asked(stage).getFirst().path("stream_options");
        assertTrue(options.path("include_usage").asBoolean());
        assertFalse(options.path("include_obfuscation").asBoolean(true));
    }

    @Test
    void eventWithoutChoicesThatIsNotUsage_reachesTheCaller() {
        stage.upstream().answer(Reply.of(RawBody.events("""
            data: {"id":"1","choices":[],"prompt_filter_results":[{"prompt_index":0}],"usage":null}

            data: {"id":"1","choices":[{"index":0,"delta":{"content":"Hi"}}],"usage":null}

            data: {"id":"1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}

            data: {"id":"1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}

            data: [DONE]

            """)));

        Answer miss = stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertTrue(miss.text().contains("prompt_filter_results"), miss.text());
        assertFalse(miss.text().contains("\"usage\""), miss.text());
    }

    @Test
    void streamWithALength_isFramedInOneWay() {
        stage.upstream().answer(Reply.of(RawBody.events("""
            data: {"id":"1","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}],"usage":null}

            data: [DONE]

            """)));
        String body = Chats.streaming(Chats.QUESTION).toString();
        try (var connection = new RawConnection(stage.server().port())) {
            connection
                    .head(
                            "POST /v1/chat/completions HTTP/1.1",
                            "host: localhost",
                            "authorization: Bearer " + stage.key(),
                            "content-length: " + body.length())
                    .body(body);

            assertTrue(connection.answer().text().endsWith("data: [DONE]\n\n"));
        }
    }

    @Test
    void upstreamThatRefuses_isAskedWithoutAndNotAgain() {
        refused.upstream().answer(Scenario.provider().rejectingStreamOptions());

        Answer first = refused.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));
        Answer second = refused.caller().post(Chats.PATH, Chats.streaming(Chats.OTHER_QUESTION));

        assertEquals(200, first.status());
        assertEquals(200, second.status());
        assertEquals(
                List.of(true, false, false),
                asked(refused).stream().map(body -> body.has("stream_options")).toList());
    }

    @Test
    void upstreamThatRefuses_isStillStoredWithAnEstimate() {
        refused.upstream().answer(Scenario.provider().rejectingStreamOptions());
        refused.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        JsonNode hit = refused.caller()
                .post(
                        "/v1/cache/lookup",
                        Chats.object().put("prompt", Chats.QUESTION).put("model", Chats.MODEL))
                .json();

        assertTrue(hit.at("/saved/output_tokens").asInt() > 0, hit.toString());
    }

    @Test
    void refusalOfTheCallersOwnOptions_reachesTheCaller() {
        stage.upstream().answer(Scenario.provider().rejectingStreamOptions());

        Answer answer = stage.caller().post(Chats.PATH, Chats.streamingWithUsage(Chats.QUESTION));

        assertEquals(400, answer.status());
        assertEquals("stream_options", answer.json().at("/error/param").asText());
        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void otherRefusal_isNotTakenForOneOfUsage() {
        stage.upstream().answer(Reply.of(ApiError.badRequest("Bad temperature.", "temperature", null)));

        Answer answer = stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertEquals("temperature", answer.json().at("/error/param").asText());
        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void upstreamThatMustNotBeAsked_isNotAsked() {
        Answer answer = never.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertEquals(200, answer.status());
        assertFalse(asked(never).getFirst().has("stream_options"));
    }

    private static List<JsonNode> asked(Stage where) {
        return where.upstream().log().requests().stream()
                .map(ReceivedRequest::json)
                .map(json -> json.orElseThrow())
                .toList();
    }

    private static String withoutIds(Answer stream) {
        return stream.text()
                .replaceAll("\"id\":\"[^\"]*\"", "\"id\":\"\"")
                .replaceAll("\"created\":\\d+", "\"created\":0");
    }
}
