package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.client.OpenAIClient;
import com.openai.core.ObjectMappers;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIServiceException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import io.reprise.server.testupstream.ApiError;
import io.reprise.server.testupstream.ChatAnswer;
import io.reprise.server.testupstream.Choice;
import io.reprise.server.testupstream.Content;
import io.reprise.server.testupstream.OutputItem;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.ResponseAnswer;
import io.reprise.server.testupstream.ToolCall;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** OpenAI's official SDK, with only its base URL changed, on the wires of responses, older completions and embeddings. */
class OpenAiSdkTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static final ToolCall WEATHER = new ToolCall("call_1", "get_weather", "{\"city\":\"Zürich\",\"days\":3}");
    private static final ToolCall TIME = new ToolCall("call_2", "get_time", "{\"zone\":\"CET\"}");

    static List<Named<Content>> responses() {
        return List.of(
                Named.of("text", ChatAnswer.text("By e-mail, 世界 🌍 — \"quoted\"\nand a second line.")),
                Named.of("refusal", ChatAnswer.of(Choice.refusal("I cannot help with that."))),
                Named.of("unknown field", ChatAnswer.text("ok").withExtra("x_trace", "t1")),
                Named.of("cut off", ChatAnswer.of(Choice.text("Once upon").finishing("length"))),
                Named.of(
                        "reasoning",
                        ResponseAnswer.of(
                                new OutputItem.Reasoning(List.of("First.", "Then."), "c2VjcmV0"),
                                new OutputItem.Message("Done.", false))),
                Named.of(
                        "parallel tools",
                        ResponseAnswer.of(
                                new OutputItem.Message("Let me look.", false),
                                new OutputItem.FunctionCall(WEATHER),
                                new OutputItem.FunctionCall(TIME))));
    }

    @ParameterizedTest
    @MethodSource("responses")
    void response_isTheSameOnMissAndHit(Content answer) {
        stage.upstream().answer(Reply.of(answer));
        JsonNode direct = whole(stage.directSdk().sdk());

        assertEquals(direct, whole(stage.sdk().sdk()));
        assertEquals(direct, whole(stage.sdk().sdk()));
    }

    @ParameterizedTest
    @MethodSource("responses")
    void streamedResponse_isTheSameOnMissAndHit(Content answer) {
        stage.upstream().answer(Reply.of(answer));
        JsonNode direct = streamed(stage.directSdk().sdk());

        assertEquals(direct, streamed(stage.sdk().sdk()));
        assertEquals(direct, streamed(stage.sdk().sdk()));
    }

    @ParameterizedTest
    @MethodSource("responses")
    void responseOfTheOtherForm_isTheSame(Content answer) {
        stage.upstream().answer(Reply.of(answer));
        JsonNode direct = whole(stage.directSdk().sdk());
        JsonNode directStream = streamed(stage.directSdk().sdk());

        whole(stage.sdk().sdk());

        assertEquals(directStream, streamed(stage.sdk().sdk()));
        assertEquals(direct, whole(stage.sdk().sdk()));
    }

    @Test
    void responseStoredFromAStream_isTheSameWhole() {
        JsonNode direct = whole(stage.directSdk().sdk());

        streamed(stage.sdk().sdk());

        assertEquals(direct, whole(stage.sdk().sdk()));
    }

    @Test
    void secondResponse_comesFromTheCache() {
        whole(stage.sdk().sdk());
        streamed(stage.sdk().sdk());
        whole(stage.sdk().sdk());

        assertEquals(1, stage.upstreamCalls());
    }

    static List<Named<Content>> completions() {
        return List.of(
                Named.of("text", ChatAnswer.text("Hello, 世界 🌍")),
                Named.of("empty", ChatAnswer.text("")),
                Named.of("cut off", ChatAnswer.of(Choice.text("Once upon").finishing("length"))),
                Named.of("no usage", ChatAnswer.text("ok").withoutUsage()),
                Named.of("two choices", ChatAnswer.of(Choice.text("one"), Choice.text("two words"))));
    }

    @ParameterizedTest
    @MethodSource("completions")
    void completion_isTheSameOnMissAndHit(Content answer) {
        stage.upstream().answer(Reply.of(answer));
        JsonNode direct = completion(stage.directSdk().sdk());
        String directStream = completionText(stage.directSdk().sdk());

        assertEquals(direct, completion(stage.sdk().sdk()));
        assertEquals(direct, completion(stage.sdk().sdk()));
        assertEquals(directStream, completionText(stage.sdk().sdk()));
    }

    @ParameterizedTest
    @MethodSource("completions")
    void streamedCompletion_isTheSameOnMissAndHit(Content answer) {
        stage.upstream().answer(Reply.of(answer));
        String direct = completionText(stage.directSdk().sdk());

        assertEquals(direct, completionText(stage.sdk().sdk()));
        assertEquals(direct, completionText(stage.sdk().sdk()));
    }

    @Test
    void secondCompletion_comesFromTheCache() {
        completion(stage.sdk().sdk());
        completionText(stage.sdk().sdk());
        completion(stage.sdk().sdk());

        assertEquals(1, stage.upstreamCalls());
    }

    static List<Named<EmbeddingCreateParams>> embeddings() {
        return List.of(
                Named.of("one", embedding().input("One").build()),
                Named.of(
                        "batch",
                        embedding()
                                .inputOfArrayOfStrings(List.of("One", "Two", "One"))
                                .build()),
                Named.of(
                        "floats",
                        embedding()
                                .input("One")
                                .encodingFormat(EmbeddingCreateParams.EncodingFormat.FLOAT)
                                .build()),
                Named.of(
                        "tokens",
                        embedding().inputOfArrayOfTokens(List.of(1L, 2L, 3L)).build()),
                Named.of(
                        "tokens of several",
                        embedding()
                                .inputOfArrayOfTokenArrays(List.of(List.of(1L, 2L), List.of(3L)))
                                .build()));
    }

    @ParameterizedTest
    @MethodSource("embeddings")
    void embeddings_areTheSameOnMissAndHit(EmbeddingCreateParams params) {
        JsonNode direct = tree(stage.directSdk().sdk().embeddings().create(params));

        assertEquals(direct, tree(stage.sdk().sdk().embeddings().create(params)));
        assertEquals(direct, tree(stage.sdk().sdk().embeddings().create(params)));
        assertEquals(2, stage.upstreamCalls());
    }

    @Test
    void batchWithANewText_isTheSame_andUpstreamIsAskedForThatTextAlone() {
        EmbeddingCreateParams more = embedding()
                .inputOfArrayOfStrings(List.of("One", "Three", "Two"))
                .build();
        JsonNode direct = tree(stage.directSdk().sdk().embeddings().create(more));
        stage.sdk()
                .sdk()
                .embeddings()
                .create(embedding().inputOfArrayOfStrings(List.of("One", "Two")).build());

        JsonNode through = tree(stage.sdk().sdk().embeddings().create(more));

        assertEquals(direct, through);
        assertEquals(
                List.of("Three"),
                stage.upstream()
                        .log()
                        .requests()
                        .getLast()
                        .json()
                        .orElseThrow()
                        .path("input")
                        .valueStream()
                        .map(JsonNode::asText)
                        .toList());
    }

    static List<Named<Consumer<OpenAIClient>>> calls() {
        return List.of(
                Named.of("response", client -> client.responses().create(response())),
                Named.of("streamed response", OpenAiSdkTest::streamed),
                Named.of("completion", client -> client.completions().create(completion())),
                Named.of("embeddings", client -> client.embeddings()
                        .create(embedding().input("One").build())));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void error_isThrownAsDirectly(Consumer<OpenAIClient> call) {
        for (ApiError error : List.of(
                ApiError.badRequest("Invalid value.", "temperature", "invalid_value"),
                ApiError.unauthorized(),
                ApiError.rateLimited(Duration.ofMillis(1500)),
                ApiError.serverError())) {
            stage.upstream().answer(Reply.of(error));

            assertEquals(
                    failure(stage.directSdk().sdk(), call), failure(stage.sdk().sdk(), call));
        }
    }

    private static String failure(OpenAIClient client, Consumer<OpenAIClient> call) {
        OpenAIServiceException failure = assertThrows(OpenAIServiceException.class, () -> call.accept(client));
        return failure.getClass() + " " + failure.statusCode() + " " + failure.body() + " "
                + failure.headers().values("retry-after");
    }

    private static JsonNode whole(OpenAIClient client) {
        return withoutIds(client.responses().create(response()));
    }

    private static JsonNode streamed(OpenAIClient client) {
        ResponseAccumulator accumulator = ResponseAccumulator.create();
        try (StreamResponse<ResponseStreamEvent> events = client.responses().createStreaming(response())) {
            events.stream().forEach(accumulator::accumulate);
        }
        return withoutIds(accumulator.response());
    }

    private static JsonNode withoutIds(Response response) {
        ObjectNode tree = tree(response);
        tree.remove(List.of("id", "created_at"));
        tree.path("output").forEach(item -> ((ObjectNode) item).remove("id"));
        return tree;
    }

    private static JsonNode completion(OpenAIClient client) {
        ObjectNode tree = tree(client.completions().create(completion()));
        tree.remove(List.of("id", "created"));
        return tree;
    }

    /** What the choices say, event by event, in the order of the choices. */
    private static String completionText(OpenAIClient client) {
        StringBuilder[] texts = {new StringBuilder(), new StringBuilder()};
        try (StreamResponse<Completion> events = client.completions().createStreaming(completion())) {
            events.stream().flatMap(event -> event.choices().stream()).forEach(choice -> texts[(int) choice.index()]
                    .append(choice.text())
                    .append(choice._finishReason()
                            .asKnown()
                            .map(reason -> " [" + reason + "]")
                            .orElse("")));
        }
        return texts[0] + "\n" + texts[1];
    }

    private static ObjectNode tree(Object sdkObject) {
        return ObjectMappers.jsonMapper().valueToTree(sdkObject);
    }

    private static ResponseCreateParams response() {
        return ResponseCreateParams.builder()
                .model("gpt-4.1")
                .input(Chats.QUESTION)
                .store(false)
                .build();
    }

    private static CompletionCreateParams completion() {
        return CompletionCreateParams.builder()
                .model("gpt-3.5-turbo-instruct")
                .prompt("Say hello.")
                .maxTokens(200)
                .build();
    }

    private static EmbeddingCreateParams.Builder embedding() {
        return EmbeddingCreateParams.builder().model("text-embedding-3-small").dimensions(16);
    }
}
