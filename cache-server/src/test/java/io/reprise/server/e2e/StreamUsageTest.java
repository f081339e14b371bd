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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams are asked for their usage, which only callers see who asked for it; an upstream that refuses is not asked again. */
class StreamUsageTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    @RegisterExtension
    static final Stage refused = Stage.with();

    private static final TestClock clock = new TestClock(Instant.parse("2026-03-01T12:00:00Z"));

    @RegisterExtension
    static final Stage later = Stage.at(clock);

    @RegisterExtension
    static final Stage others = Stage.with(
            "upstream.others.quiet.url={upstream}",
            "upstream.others.quiet.models=quiet",
            "upstream.others.quiet.include_usage=never");

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

    static List<String> chunksWithMoreThanUsage() {
        return List.of(
                "{'id':'1','choices':[],'usage':{'prompt_tokens':3,'completion_tokens':1},'citations':['https://a']}",
                "{'id':'1','choices':[{'index':0,'delta':{},'finish_reason':'stop'}],'usage':{'prompt_tokens':3,"
                        + "'completion_tokens':1}}",
                "{'id':'1','choices':[],'usage':{'prompt_tokens':3,'completion_tokens':1},'x_groq':{'id':'r'}}");
    }

    /** It came unasked, or it stands beside what did. */
    @ParameterizedTest
    @MethodSource("chunksWithMoreThanUsage")
    void usageBesideSomethingElse_reachesTheCallerAsItCame(String chunk) {
        String event = "data: " + chunk.replace('\'', '"') + "\n\n";
        stage.upstream().answer(Reply.of(RawBody.events("""
            data: {"id":"1","choices":[{"index":0,"delta":{"content":"Hi"}}]}

            """ + event + "data: [DONE]\n\n")));

        Answer miss = stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertTrue(miss.text().contains(event), miss.text());
    }

    /** Whoever does not ask hides nothing. */
    @Test
    void usageThatComesUnasked_reachesTheCallerWhereWeDidNotAskEither() {
        String usage =
                "data: {\"id\":\"1\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}\n\n";
        never.upstream().answer(Reply.of(RawBody.events(usage + "data: [DONE]\n\n")));

        Answer miss = never.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertTrue(miss.text().contains(usage), miss.text());
    }

    @Test
    void otherLinesOfAnEventWhoseUsageIsTakenOut_areKept() {
        stage.upstream().answer(Reply.of(RawBody.events("""
            : hello
            id: 7
            event: chunk
            data: {"id":"1","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}],"usage":null}

            data: [DONE]

            """)));

        Answer miss = stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertTrue(miss.text().startsWith(": hello\nid: 7\nevent: chunk\ndata: {"), miss.text());
        assertFalse(miss.text().contains("usage"), miss.text());
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

    static List<RawBody> refusals() {
        return List.of(
                RawBody.json(400, "{\"error\":{\"message\":\"Unrecognized request argument: stream_options\"}}"),
                RawBody.json(422, "{\"detail\":[{\"loc\":[\"body\",\"stream_options\"],\"msg\":\"extra fields\"}]}"),
                RawBody.json(422, "{\"message\":\"Extra inputs are not permitted\"}"),
                RawBody.json(
                        404,
                        "{\"error\":{\"message\":\"No endpoints found that support the parameters\",\"code\":404}}"),
                RawBody.json(415, "no"),
                RawBody.json(501, "not implemented"),
                RawBody.json(500, "{\"error\":\"unknown field include_usage\"}"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void everyRefusal_isAskedAgainWithout(RawBody refusal) {
        String model = "model-" + refusal.status() + "-" + refusal.bytes().length;
        Scenario works = Scenario.provider();
        refused.upstream()
                .answer(request -> request.json().orElseThrow().has("stream_options")
                        ? Reply.of(refusal)
                        : works.replyTo(request));

        for (String question : List.of(Chats.QUESTION, Chats.OTHER_QUESTION)) {
            Answer answer =
                    refused.caller().post(Chats.PATH, Chats.streaming(question).put("model", model));
            assertEquals(200, answer.status());
        }

        assertEquals(
                List.of(true, false, false),
                asked(refused).stream().map(body -> body.has("stream_options")).toList());
    }

    @Test
    void whatOneModelRefuses_anotherIsAsked() {
        Scenario works = Scenario.provider();
        refused.upstream()
                .answer(request -> request.json()
                                .filter(body -> body.has("stream_options")
                                        && body.path("model").asText().equals("strict"))
                                .isPresent()
                        ? Reply.of(ApiError.unknownParameter("stream_options"))
                        : works.replyTo(request));

        refused.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION).put("model", "strict"));
        refused.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION).put("model", "lenient"));

        assertEquals(
                List.of(true, false, true),
                asked(refused).stream().map(body -> body.has("stream_options")).toList());
    }

    @Test
    void whatWasRefused_isAskedAgainAfterAnHour() {
        later.upstream().answer(Scenario.provider().rejectingStreamOptions());
        later.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));
        clock.advance(Duration.ofHours(1).plusSeconds(1));

        later.caller().post(Chats.PATH, Chats.streaming(Chats.OTHER_QUESTION));

        assertEquals(
                List.of(true, false, true, false),
                asked(later).stream().map(body -> body.has("stream_options")).toList());
    }

    @Test
    void anotherUpstreamThatMustNotBeAsked_isNotAsked() {
        for (String model : List.of("quiet", "loud")) {
            others.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION).put("model", model));
        }

        assertEquals(
                List.of(false, true),
                asked(others).stream().map(body -> body.has("stream_options")).toList());
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
