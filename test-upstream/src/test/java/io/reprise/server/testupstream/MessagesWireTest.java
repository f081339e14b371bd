package io.reprise.server.testupstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.ToolUseBlock;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Anthropic's official SDK understands the test upstream. */
class MessagesWireTest {

    private static final ToolCall WEATHER = new ToolCall("toolu_1", "get_weather", "{\"city\":\"Zürich\",\"days\":3}");
    private static final ToolCall TIME = new ToolCall("toolu_2", "get_time", "{}");

    private TestUpstream upstream;
    private AnthropicClient client;
    private WireClient wire;

    @BeforeEach
    void start() {
        upstream = TestUpstream.start();
        wire = new WireClient(upstream.url());
        client = AnthropicOkHttpClient.builder()
                .baseUrl(upstream.url())
                .apiKey("sk-ant-test")
                .maxRetries(0)
                .build();
    }

    @AfterEach
    void stop() {
        wire.close();
        client.close();
        upstream.close();
    }

    static List<Content> answers() {
        return List.of(
                ChatAnswer.text("Hi there, 世界 🌍"),
                ChatAnswer.of(Choice.text("42").withReasoning("Six by nine.")),
                ChatAnswer.of(Choice.refusal("No.")),
                ChatAnswer.of(Choice.text("cut").finishing("length")),
                MessageAnswer.of(new Block.Text("Let me look."), new Block.ToolUse(WEATHER), new Block.ToolUse(TIME)),
                MessageAnswer.of(Block.redactedThinking("c2VjcmV0"), new Block.Text("one"), new Block.Text("two")),
                MessageAnswer.of(new Block.Text("until")).stoppingAt("STOP").withUsage(new TokenUsage(90, 64, 7, 0)));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void streamPutTogetherByTheSdk_equalsTheWholeMessage(Content answer) {
        upstream.answer(Reply.of(answer));

        Message whole = client.messages().create(asking("a").build());

        assertEquals(whole, streamed(asking("a")).toBuilder().id(whole.id()).build());
    }

    @Test
    void events_comeInTheProvidersOrder() throws IOException {
        upstream.answer(Reply.of(MessageAnswer.of(
                new Block.Thinking("Hm", "sig"), new Block.Text("Hi there"), new Block.ToolUse(TIME))));

        String events =
                new String(wire.post(Wire.MESSAGES.path(), "{\"stream\":true}").body(), StandardCharsets.UTF_8);

        assertEquals(
                List.of(
                        "message_start",
                        "content_block_start",
                        "ping",
                        "content_block_delta",
                        "content_block_delta",
                        "content_block_stop",
                        "content_block_start",
                        "content_block_delta",
                        "content_block_delta",
                        "content_block_stop",
                        "content_block_start",
                        "content_block_delta",
                        "content_block_delta",
                        "content_block_delta",
                        "content_block_stop",
                        "message_delta",
                        "message_stop"),
                Pattern.compile("^event: (.*)\ndata: \\{\"type\":\"\\1\"", Pattern.MULTILINE)
                        .matcher(events)
                        .results()
                        .map(match -> match.group(1))
                        .toList());
    }

    @Test
    void toolThatThePromptNames_isCalledWithFittingArguments() {
        Message message = client.messages().create(withTools("Ask get_weather.").build());

        ToolUseBlock use = message.content().stream()
                .flatMap(block -> block.toolUse().stream())
                .findFirst()
                .orElseThrow();
        assertEquals(StopReason.TOOL_USE, message.stopReason().orElseThrow());
        assertEquals("get_weather", use.name());
        assertTrue(use._input().toString().contains("Zürich"));
    }

    @Test
    void toolThatThePromptDoesNotName_isNotCalled() {
        Message message = client.messages().create(withTools("Say hello.").build());

        assertTrue(message.content().stream().allMatch(ContentBlock::isText));
    }

    @Test
    void thinkingThatIsAskedFor_isShownWithItsSignature() {
        Message message =
                client.messages().create(asking("a").enabledThinking(1024).build());

        assertTrue(message.content()
                .getFirst()
                .thinking()
                .orElseThrow()
                .signature()
                .startsWith("Eq"));
    }

    static List<ApiError> errors() {
        return List.of(
                ApiError.badRequest("no", "n", "invalid_value"),
                ApiError.unauthorized(),
                ApiError.forbidden(),
                ApiError.noSuchModel("claude-9"),
                ApiError.serverError(),
                ApiError.anthropicOverloaded());
    }

    @ParameterizedTest
    @MethodSource("errors")
    void error_isInAnthropicsShape(ApiError error) throws IOException {
        upstream.answer(Reply.of(error));

        AnthropicServiceException thrown = assertThrows(AnthropicServiceException.class, () -> client.messages()
                .create(asking("a").build()));
        JsonNode body = Json.parse(wire.post(Wire.MESSAGES.path(), "{}").body()).orElseThrow();

        assertEquals(error.status(), thrown.statusCode());
        assertEquals("error", body.path("type").asText());
        assertEquals(error.message(), body.at("/error/message").asText());
        assertTrue(body.path("request_id").asText().startsWith("req_"));
    }

    @Test
    void errorWithinAStream_isAnEventOfThatName() throws IOException {
        upstream.answer(Reply.of(MessageAnswer.of(new Block.Text("Hi there"))
                .streamed(StreamShape.USUAL.failingAfter(4, ApiError.anthropicOverloaded()))));

        String events =
                new String(wire.post(Wire.MESSAGES.path(), "{\"stream\":true}").body(), StandardCharsets.UTF_8);

        assertTrue(
                events.endsWith(
                        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":"
                                + "\"Overloaded\"}}\n\n"),
                events);
    }

    @Test
    void missingMaxTokens_isABadRequest() throws IOException {
        var response = wire.post(
                Wire.MESSAGES.path(),
                "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}");

        assertEquals(400, response.statusCode());
    }

    private Message streamed(MessageCreateParams.Builder params) {
        MessageAccumulator accumulator = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> events = client.messages().createStreaming(params.build())) {
            events.stream().forEach(accumulator::accumulate);
        }
        return accumulator.message();
    }

    private static MessageCreateParams.Builder withTools(String question) {
        return asking(question)
                .putAdditionalBodyProperty(
                        "tools",
                        JsonValue.from(List.of(Map.of(
                                "name",
                                "get_weather",
                                "input_schema",
                                Map.of("type", "object", "properties", Map.of("city", Map.of("type", "string")))))));
    }

    private static MessageCreateParams.Builder asking(String question) {
        return MessageCreateParams.builder()
                .model("claude-sonnet-4-5")
                .maxTokens(2048)
                .addUserMessage(question);
    }
}
