package io.reprise.server.testupstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The official SDK understands the test upstream, and its results compare as they should. */
class SdkClientTest {

    private static final ToolCall WEATHER = new ToolCall("call_1", "get_weather", "{\"city\":\"Zürich\",\"days\":3}");
    private static final ToolCall TIME = new ToolCall("call_2", "get_time", "{\"zone\":\"CET\"}");

    private TestUpstream upstream;
    private SdkClient client;

    @BeforeEach
    void start() {
        upstream = TestUpstream.start();
        client = new SdkClient(upstream.baseUrl(), "sk-test");
    }

    @AfterEach
    void stop() {
        client.close();
        upstream.close();
    }

    @Test
    void plainCompletion_isUnderstood() {
        upstream.answer(Reply.text("Hi there"));

        SdkResult result = client.complete(asking("a").build());

        assertEquals("Hi there", contentOf(result));
        assertEquals(
                2, result.sdkCompletion().orElseThrow().usage().orElseThrow().completionTokens());
        assertEquals("req_" + Envelope.token(1), result.header("x-request-id").orElseThrow());
    }

    @Test
    void key_isSentAsBearer() {
        client.complete(asking("a").build());

        assertEquals(
                Optional.of("Bearer sk-test"),
                upstream.log().requests().getFirst().header("authorization"));
    }

    static List<ChatAnswer> answers() {
        return List.of(
                ChatAnswer.text("Hi there, 世界 🌍"),
                ChatAnswer.of(Choice.toolCalls(WEATHER)),
                ChatAnswer.of(Choice.toolCalls(WEATHER, TIME)),
                ChatAnswer.of(Choice.refusal("I cannot help with that.")),
                ChatAnswer.of(Choice.text("cut off").finishing("length")),
                ChatAnswer.of(Choice.text("").finishing("content_filter")),
                ChatAnswer.of(Choice.text("one"), Choice.text("two words")),
                ChatAnswer.text("stated").withUsage(new TokenUsage(2000, 1024, 90, 64)));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void streamPutTogether_equalsTheSdksOwnAccumulation(ChatAnswer answer) {
        upstream.answer(Reply.of(answer));

        SdkResult result =
                client.stream(asking("a").streamOptions(includingUsage()).build());

        assertEquals(
                CompletionTree.of(result.sdkCompletion().orElseThrow()),
                result.completion().orElseThrow());
    }

    @ParameterizedTest
    @MethodSource("answers")
    void streamPutTogether_equalsTheWholeCompletion(ChatAnswer answer) {
        upstream.answer(Reply.of(answer));

        SdkResult whole = client.complete(asking("a").build());
        SdkResult stream =
                client.stream(asking("a").streamOptions(includingUsage()).build());

        assertEquals(whole.tree(), stream.tree());
    }

    @Test
    void logprobs_areUnderstoodInBothForms() {
        ChatCompletionCreateParams.Builder params = asking("a").logprobs(true).topLogprobs(2);

        SdkResult whole = client.complete(params.build());
        SdkResult stream = client.stream(params.streamOptions(includingUsage()).build());

        assertEquals(whole.tree(), stream.tree());
        assertTrue(whole.tree().at("/completion/choices/0/logprobs/content").size() > 10);
    }

    @Test
    void reasoningAndUnknownFields_areKeptInTheTree() {
        upstream.answer(Reply.of(
                ChatAnswer.of(Choice.text("42").withReasoning("Six by nine.").withExtra("mood", "calm"))
                        .withExtra("x_trace", "t1")));

        SdkResult whole = client.complete(asking("a").build());
        SdkResult stream =
                client.stream(asking("a").streamOptions(includingUsage()).build());

        assertEquals(
                "Six by nine.",
                whole.tree()
                        .at("/completion/choices/0/message/reasoning_content")
                        .asText());
        assertEquals(whole.tree(), stream.tree());
    }

    @Test
    void sameAnswerTwice_givesEqualTrees() {
        assertEquals(
                client.complete(asking("a").build()).tree(),
                client.complete(asking("a").build()).tree());
    }

    @Test
    void otherAnswer_givesAnotherTree() {
        assertNotEquals(
                client.complete(asking("a").build()).tree(),
                client.complete(asking("b").build()).tree());
    }

    static List<ApiError> errors() {
        return ScenarioTest.errors();
    }

    @ParameterizedTest
    @MethodSource("errors")
    void error_isMappedByTheSdk(ApiError error) {
        upstream.answer(Reply.of(error));

        JsonNode failure = client.complete(asking("a").build()).failure().orElseThrow();

        assertEquals(error.status(), failure.path("status").asInt());
        assertTrue(failure.path("exception")
                .asText()
                .matches("(BadRequest|Unauthorized|PermissionDenied|NotFound|RateLimit|InternalServer)Exception"));
    }

    @Test
    void errorOfAStreamingRequest_isMappedByTheSdk() {
        upstream.answer(Reply.of(ApiError.rateLimited(Duration.ofSeconds(1))));

        assertEquals(
                "RateLimitException",
                client.stream(asking("a").build())
                        .tree()
                        .at("/failure/exception")
                        .asText());
    }

    @Test
    void errorEvent_failsTheStreamAfterItsStart() {
        upstream.answer(Reply.of(ChatAnswer.text("Hi there").failingAfter(2, ApiError.serverError())));

        SdkResult result = client.stream(asking("a").build());

        assertEquals("SseException", result.tree().at("/failure/exception").asText());
        assertEquals(
                "Hi", result.tree().at("/completion/choices/0/message/content").asText());
    }

    @Test
    void resetStream_failsAfterItsStart() {
        Gate gate = new Gate();
        upstream.answer(Reply.text("Hi there").stalling(2, gate).resetting(2));
        Thread.ofVirtual().start(() -> {
            gate.awaitArrival(Duration.ofSeconds(10));
            gate.open();
        });

        assertEquals(
                "OpenAIIoException",
                client.stream(asking("a").build())
                        .tree()
                        .at("/failure/exception")
                        .asText());
    }

    @Test
    void closedPort_isAnIoFailure() {
        try (ClosedPort closed = ClosedPort.reserve();
                SdkClient refused = new SdkClient(closed.url() + "/v1", "sk-test")) {
            assertEquals(
                    "OpenAIIoException",
                    refused.complete(asking("a").build())
                            .tree()
                            .at("/failure/exception")
                            .asText());
        }
    }

    @Test
    void gzippedAndFragmentedStream_isUnderstood() {
        upstream.answer(Reply.text("Grüße, 世界 🌍").gzipped().fragmented(5));

        assertEquals("Grüße, 世界 🌍", contentOf(client.stream(asking("a").build())));
    }

    @Test
    void commentsAndCrLf_areUnderstood() {
        upstream.answer(Reply.of(ChatAnswer.text("Hi there").withComments().withCrLf()));

        assertEquals("Hi there", contentOf(client.stream(asking("a").build())));
    }

    @Test
    void embeddings_areUnderstood() {
        CreateEmbeddingResponse response = client.sdk()
                .embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("text-embedding-3-small")
                        .input("a")
                        .dimensions(4)
                        .build());

        assertEquals(4, response.data().getFirst().embedding().size());
    }

    private static String contentOf(SdkResult result) {
        return result.sdkCompletion()
                .orElseThrow(() -> new AssertionError(result.toString()))
                .choices()
                .getFirst()
                .message()
                .content()
                .orElseThrow();
    }

    private static ChatCompletionCreateParams.Builder asking(String question) {
        return ChatCompletionCreateParams.builder().model("gpt-4o-mini").addUserMessage(question);
    }

    private static ChatCompletionStreamOptions includingUsage() {
        return ChatCompletionStreamOptions.builder().includeUsage(true).build();
    }
}
