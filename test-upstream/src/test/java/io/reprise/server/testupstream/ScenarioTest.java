package io.reprise.server.testupstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The routes of the default scenario, and the others. */
class ScenarioTest extends OverTheWire {

    private static final String QUESTION = ChatRequests.asking("a").toString();

    @Test
    void unknownPathBelowV1_isEchoed() throws IOException {
        HttpResponse<byte[]> response = client.post("/v1/audio/speech?a=b%20c", "{}", "x-tag", "1", "X-Tag", "2");

        JsonNode echo = json(response);
        assertEquals("POST", echo.path("method").asText());
        assertEquals("/v1/audio/speech?a=b%20c", echo.path("uri").asText());
        assertEquals(List.of("1", "2"), values(echo.at("/headers/x-tag")));
        assertEquals(2, echo.path("body_bytes").asInt());
        assertEquals(Sha256.hex(Sha256.of("{}")), echo.path("body_sha256").asText());
    }

    @Test
    void pathOutsideV1_isNotFound() throws IOException {
        HttpResponse<byte[]> response = client.get("/v2/models");

        assertEquals(404, response.statusCode());
        assertEquals(
                "Invalid URL (GET /v2/models)",
                json(response).at("/error/message").asText());
    }

    @Test
    void models_areListed() throws IOException {
        JsonNode list = json(client.get("/v1/models"));

        assertEquals("list", list.path("object").asText());
        assertEquals("gpt-4o", list.at("/data/0/id").asText());
    }

    @Test
    void headRequest_getsLengthWithoutBody() throws IOException {
        HttpResponse<byte[]> response =
                client.send(client.request("/v1/models").HEAD().build(), HttpResponse.BodyHandlers.ofByteArray());

        assertTrue(response.headers().firstValueAsLong("content-length").orElseThrow() > 0);
        assertEquals(0, response.body().length);
    }

    @Test
    void unknownModel_isNotFound() throws IOException {
        assertEquals(404, client.get("/v1/models/gpt-9").statusCode());
    }

    @Test
    void embeddings_areUnitVectorsOfTheAskedLength() throws IOException {
        JsonNode list =
                json(client.post("/v1/embeddings", "{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"dimensions\":8}"));

        double squares = 0;
        for (JsonNode x : list.at("/data/1/embedding")) {
            squares += x.asDouble() * x.asDouble();
        }
        assertEquals(8, list.at("/data/1/embedding").size());
        assertEquals(1, squares, 1e-6);
    }

    @Test
    void embeddingsOfTheSameInput_areTheSameInAnyForm() throws IOException {
        JsonNode one = json(client.post("/v1/embeddings", "{\"model\":\"m\",\"input\":\"a\",\"dimensions\":2}"));
        JsonNode many = json(client.post(
                "/v1/embeddings",
                "{\"model\":\"m\",\"input\":[\"b\",\"a\"],\"dimensions\":2,\"encoding_format\":\"base64\"}"));

        FloatBuffer floats = ByteBuffer.wrap(
                        Base64.getDecoder().decode(many.at("/data/1/embedding").asText()))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        assertEquals(one.at("/data/0/embedding/0").floatValue(), floats.get(0));
        assertEquals(one.at("/data/0/embedding/1").floatValue(), floats.get(1));
    }

    @ParameterizedTest
    @CsvSource({"'[1,2,3]',1", "'[[1,2],[3]]',2", "'[\"a\",\"a\"]',2", "'\"a\"',1"})
    void eachInput_getsAnEmbedding(String input, int expected) throws IOException {
        JsonNode list = json(client.post("/v1/embeddings", "{\"model\":\"m\",\"input\":" + input + "}"));

        assertEquals(expected, list.path("data").size());
    }

    @ParameterizedTest
    @EnumSource(Wire.class)
    void modelNamedAfterAStatus_failsWithIt(Wire wire) throws IOException {
        assertEquals(429, client.post(wire.path(), "{\"model\":\"status-429\"}").statusCode());
    }

    @Test
    void download_hasTheStatedDigest() throws IOException {
        HttpResponse<byte[]> response = client.get("/v1/download/300000");

        assertEquals(300_000, response.body().length);
        assertEquals(new Download(300_000).sha256(), Sha256.hex(Sha256.digest().digest(response.body())));
    }

    @Test
    void everyResponse_hasTheProvidersHeaders() throws IOException {
        var headers = client.post(ChatRequests.PATH, QUESTION).headers();

        assertEquals(
                "req_" + Envelope.token(1), headers.firstValue("x-request-id").orElseThrow());
        assertTrue(headers.firstValue("openai-processing-ms").isPresent());
        assertEquals("10000", headers.firstValue("x-ratelimit-limit-requests").orElseThrow());
        assertTrue(headers.firstValue("set-cookie").isPresent());
    }

    static List<ApiError> errors() {
        return List.of(
                ApiError.badRequest("no", "n", "invalid_value"),
                ApiError.unauthorized(),
                ApiError.forbidden(),
                ApiError.noSuchModel("gpt-9"),
                ApiError.rateLimited(Duration.ofSeconds(1)),
                ApiError.serverError(),
                ApiError.overloaded());
    }

    @ParameterizedTest
    @MethodSource("errors")
    void error_isSentWithItsStatusInOpenAisShape(ApiError error) throws IOException {
        upstream.answer(Reply.of(error));

        HttpResponse<byte[]> response = client.post(ChatRequests.PATH, QUESTION);

        assertEquals(error.status(), response.statusCode());
        assertEquals(error.message(), json(response).at("/error/message").asText());
        assertEquals(4, json(response).path("error").size());
    }

    @Test
    void rateLimit_saysWhenToComeBack() throws IOException {
        upstream.answer(Reply.of(ApiError.rateLimited(Duration.ofMillis(1500))));

        var headers = client.post(ChatRequests.PATH, QUESTION).headers();

        assertEquals(Optional.of("2"), headers.firstValue("retry-after"));
        assertEquals(Optional.of("1500"), headers.firstValue("retry-after-ms"));
    }

    @Test
    void wrongKey_isUnauthorized() throws IOException {
        upstream.answer(Scenario.provider().requiringKey("sk-1"));

        assertEquals(401, post("authorization", "Bearer sk-2").statusCode());
        assertEquals(200, post("authorization", "Bearer sk-1").statusCode());
    }

    @Test
    void streamOptions_canBeRejected() throws IOException {
        upstream.answer(Scenario.provider().rejectingStreamOptions());

        HttpResponse<byte[]> response = client.post(
                ChatRequests.PATH, ChatRequests.streamingWithUsage("a").toString());

        assertEquals(400, response.statusCode());
        assertEquals("stream_options", json(response).at("/error/param").asText());
    }

    @Test
    void repliesInTurn_repeatTheLast() throws IOException {
        upstream.answer(Scenario.inTurn(Reply.of(ApiError.overloaded()), Reply.text("Hi")));

        assertEquals(503, post().statusCode());
        assertEquals(200, post().statusCode());
        assertEquals(200, post().statusCode());
    }

    @Test
    void chatScenario_leavesOtherPathsAlone() throws IOException {
        upstream.answer(Scenario.chat(request -> Reply.of(ApiError.overloaded())));

        assertEquals(503, post().statusCode());
        assertEquals(200, client.get("/v1/models").statusCode());
    }

    @Test
    void failingScenario_isA500ThatNamesTheFailure() throws IOException {
        upstream.answer(request -> {
            throw new IllegalStateException("a bug of the test");
        });

        HttpResponse<byte[]> response = post();

        assertEquals(500, response.statusCode());
        assertTrue(json(response).at("/error/message").asText().contains("a bug of the test"));
    }

    private HttpResponse<byte[]> post(String... headers) throws IOException {
        return client.post(ChatRequests.PATH, QUESTION, headers);
    }

    private static JsonNode json(HttpResponse<byte[]> response) {
        return Json.parse(response.body()).orElseThrow();
    }

    private static List<String> values(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }
}
