package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.HttpResponseFor;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicException;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import io.reprise.server.testupstream.ApiError;
import io.reprise.server.testupstream.Block;
import io.reprise.server.testupstream.ChatAnswer;
import io.reprise.server.testupstream.Choice;
import io.reprise.server.testupstream.Content;
import io.reprise.server.testupstream.MessageAnswer;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.StreamShape;
import io.reprise.server.testupstream.TokenUsage;
import io.reprise.server.testupstream.ToolCall;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Anthropic's official SDK, with only its base URL changed. */
class AnthropicDropInTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static final ToolCall WEATHER = new ToolCall("toolu_1", "weather", "{\"city\":\"Zürich\",\"days\":3}");
    private static final ToolCall TIME = new ToolCall("toolu_2", "time", "{}");

    static List<Named<Content>> answers() {
        return List.of(
                Named.of("text", ChatAnswer.text("By e-mail, 世界 🌍 — \"quoted\"\nand a second line.")),
                Named.of("refusal", ChatAnswer.of(Choice.refusal("I cannot help with that."))),
                Named.of("cut off", ChatAnswer.of(Choice.text("Once upon").finishing("length"))),
                Named.of("stopped", MessageAnswer.of(new Block.Text("until")).stoppingAt("STOP")),
                Named.of("unknown field", MessageAnswer.of(new Block.Text("ok")).withExtra("x_trace", "t1")),
                Named.of(
                        "cached prompt",
                        MessageAnswer.of(new Block.Text("ok")).withUsage(new TokenUsage(2000, 1024, 90, 0))),
                Named.of(
                        "thinking",
                        MessageAnswer.of(
                                new Block.Thinking("Six by nine.", "c2ln"),
                                Block.redactedThinking("c2VjcmV0"),
                                new Block.Text("42"))),
                Named.of(
                        "parallel tools",
                        MessageAnswer.of(
                                new Block.Text("Let me look."), new Block.ToolUse(WEATHER), new Block.ToolUse(TIME))));
    }

    private final AnthropicClient direct = client(stage.upstream().url());
    private final AnthropicClient cached = client(stage.server().url());

    @AfterEach
    void closeClients() {
        direct.close();
        cached.close();
    }

    @ParameterizedTest
    @MethodSource("answers")
    void wholeMissAndHit_areWhatUpstreamSays(Content answer) {
        stage.upstream().answer(Reply.of(answer));
        Message said = whole(direct);

        assertEquals(said, whole(cached));
        assertEquals(said, whole(cached));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void streamedMissAndHit_areWhatUpstreamSays(Content answer) {
        stage.upstream().answer(Reply.of(answer));
        Message said = streamed(direct);

        assertEquals(said, streamed(cached));
        assertEquals(said, streamed(cached));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void storedFromAStream_isReplayedWhole(Content answer) {
        stage.upstream().answer(Reply.of(answer));
        Message said = whole(direct);

        streamed(cached);

        assertEquals(said, whole(cached));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void storedWhole_isReplayedAsAStream(Content answer) {
        stage.upstream().answer(Reply.of(answer));
        Message said = streamed(direct);

        whole(cached);

        assertEquals(said, streamed(cached));
    }

    @Test
    void secondCall_isAnsweredFromTheCache() {
        whole(cached);
        streamed(cached);
        whole(cached);

        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void paraphrase_isAnsweredFromTheCache() {
        cached.messages().create(asking("What is the tallest mountain on Earth?"));

        assertEquals("semantic", outcome(asking("What's the tallest mountain on Earth?")));
    }

    static List<ApiError> errors() {
        return List.of(
                ApiError.badRequest("max_tokens: too large", "max_tokens", null),
                ApiError.unauthorized(),
                ApiError.forbidden(),
                ApiError.noSuchModel("claude-9"),
                ApiError.rateLimited(Duration.ofMillis(1500)),
                ApiError.serverError(),
                ApiError.anthropicOverloaded());
    }

    @ParameterizedTest
    @MethodSource("errors")
    void error_isThrownAsDirectly(ApiError error) {
        stage.upstream().answer(Reply.of(error));

        assertEquals(failure(() -> whole(direct)), failure(() -> whole(cached)));
        assertEquals(failure(() -> streamed(direct)), failure(() -> streamed(cached)));
    }

    @Test
    void streamWithAnErrorEvent_isNotStored() {
        stage.upstream()
                .answer(Reply.of(MessageAnswer.of(new Block.Text("Let me look."))
                        .streamed(StreamShape.USUAL.failingAfter(4, ApiError.anthropicOverloaded()))));
        assertThrows(AnthropicException.class, () -> streamed(cached));

        stage.upstream().answer(Reply.text("Now it works."));

        assertEquals("miss", outcome(asking(Chats.QUESTION)));
    }

    /** Class, status and body of what is thrown, without the id of the request. */
    private static String failure(Executable call) {
        AnthropicServiceException failure = assertThrows(AnthropicServiceException.class, call);
        return failure.getClass() + " " + failure.statusCode() + " "
                + failure.body().toString().replaceAll("req_[0-9a-f]{32}", "req") + " "
                + failure.headers().values("retry-after");
    }

    private String outcome(MessageCreateParams params) {
        try (HttpResponseFor<Message> response =
                cached.messages().withRawResponse().create(params)) {
            return response.headers().values("x-reprise-outcome").getFirst();
        }
    }

    private static Message whole(AnthropicClient client) {
        return withoutId(client.messages().create(asking(Chats.QUESTION)));
    }

    private static Message streamed(AnthropicClient client) {
        MessageAccumulator accumulator = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> events = client.messages().createStreaming(asking(Chats.QUESTION))) {
            events.stream().forEach(accumulator::accumulate);
        }
        return withoutId(accumulator.message());
    }

    private static Message withoutId(Message message) {
        return message.toBuilder().id("").build();
    }

    private static MessageCreateParams asking(String question) {
        return MessageCreateParams.builder()
                .model("claude-sonnet-4-5")
                .maxTokens(1024)
                .addUserMessage(question)
                .build();
    }

    private static AnthropicClient client(String url) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(url)
                .apiKey("sk-ant-" + UUID.randomUUID())
                .maxRetries(0)
                .build();
    }
}
