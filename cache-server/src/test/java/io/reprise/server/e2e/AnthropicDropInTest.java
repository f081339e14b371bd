package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.HttpResponseFor;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import io.reprise.server.testupstream.RawBody;
import io.reprise.server.testupstream.ReceivedRequest;
import io.reprise.server.testupstream.Reply;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Anthropic's official SDK, with only its base URL changed. */
class AnthropicDropInTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static final String USAGE = """
            {"input_tokens":12,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":9}""";
    private static final String MESSAGE = """
            {"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5-20250929","content":[\
            {"type":"text","text":"Let me look."},\
            {"type":"tool_use","id":"toolu_1","name":"weather","input":{"city":"Zürich","days":3}}],\
            "stop_reason":"tool_use","stop_sequence":null,"usage":%s}""".formatted(USAGE);
    private static final String TEXT = """
            {"id":"msg_2","type":"message","role":"assistant","model":"claude-sonnet-4-5-20250929","content":[\
            {"type":"text","text":"Everest."}],"stop_reason":"end_turn","stop_sequence":null,"usage":%s}""".formatted(USAGE);

    private final AnthropicClient direct = client(stage.upstream().url());
    private final AnthropicClient cached = client(stage.server().url());

    @AfterEach
    void closeClients() {
        direct.close();
        cached.close();
    }

    @Test
    void wholeMissAndHit_areWhatUpstreamSays() {
        stage.upstream().answer(this::anthropic);
        Message said = direct.messages().create(asking("What is the weather?"));

        assertEquals(said, cached.messages().create(asking("What is the weather?")));
        assertEquals(said, cached.messages().create(asking("What is the weather?")));
        assertEquals(2, stage.upstreamCalls());
    }

    @Test
    void streamedMissAndHit_areWhatUpstreamSays() {
        stage.upstream().answer(this::anthropic);
        Message said = streamed(direct, asking("What is the weather?"));

        assertEquals(said, streamed(cached, asking("What is the weather?")));
        assertEquals(said, streamed(cached, asking("What is the weather?")));
        assertEquals(2, stage.upstreamCalls());
    }

    @Test
    void storedFromAStream_isReplayedWhole() {
        stage.upstream().answer(this::anthropic);
        Message said = direct.messages().create(asking("What is the weather?"));

        streamed(cached, asking("What is the weather?"));

        assertEquals(said, cached.messages().create(asking("What is the weather?")));
        assertEquals(2, stage.upstreamCalls());
    }

    @Test
    void storedWhole_isReplayedAsAStream() {
        stage.upstream().answer(this::anthropic);
        cached.messages().create(asking("What is the weather?"));

        Message replayed = streamed(cached, asking("What is the weather?"));

        assertEquals(direct.messages().create(asking("What is the weather?")), replayed);
    }

    @Test
    void paraphrase_isAnsweredFromTheCache() {
        stage.upstream().answer(Reply.of(RawBody.json(200, TEXT)));
        cached.messages().create(asking("What is the tallest mountain on Earth?"));

        assertEquals("semantic", outcome(asking("What's the tallest mountain on Earth?")));
    }

    @Test
    void error_arrivesAsUpstreamSentIt() {
        String error = "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}";
        stage.upstream().answer(Reply.of(RawBody.json(529, error)));

        var direct529 = assertThrows(
                AnthropicServiceException.class, () -> direct.messages().create(asking("Are you there?")));
        var cached529 = assertThrows(
                AnthropicServiceException.class, () -> cached.messages().create(asking("Are you there?")));

        assertEquals(direct529.statusCode(), cached529.statusCode());
        assertEquals(direct529.body(), cached529.body());
    }

    @Test
    void streamWithAnErrorEvent_isNotStored() {
        stage.upstream()
                .answer(
                        Reply.of(
                                RawBody.events(
                                        events().replace(
                                                                "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
                                                                "")
                                                + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}\n\n")));
        assertThrows(RuntimeException.class, () -> streamed(cached, asking("What is the weather?")));

        stage.upstream().answer(this::anthropic);
        assertEquals("miss", outcome(asking("What is the weather?")));
    }

    private String outcome(MessageCreateParams params) {
        try (HttpResponseFor<Message> response =
                cached.messages().withRawResponse().create(params)) {
            return response.headers().values("x-reprise-outcome").getFirst();
        }
    }

    private Reply anthropic(ReceivedRequest request) {
        boolean stream = request.json().orElseThrow().path("stream").asBoolean();
        return Reply.of(stream ? RawBody.events(events()) : RawBody.json(200, MESSAGE));
    }

    private static String events() {
        return event("message_start", """
                        "message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5-20250929","content":[],\
                        "stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":12,"cache_creation_input_tokens":0,\
                        "cache_read_input_tokens":0,"output_tokens":2}}""")
                + event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}")
                + event("ping", "\"x\":1")
                + event("content_block_delta", "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Let me \"}")
                + event("content_block_delta", "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"look.\"}")
                + event("content_block_stop", "\"index\":0")
                + event(
                        "content_block_start",
                        "\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"weather\",\"input\":{}}")
                + event(
                        "content_block_delta",
                        "\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"\"}")
                + event(
                        "content_block_delta",
                        "\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"city\\\":\\\"Zür\"}")
                + event(
                        "content_block_delta",
                        "\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"ich\\\",\\\"days\\\":3}\"}")
                + event("content_block_stop", "\"index\":1")
                + event(
                        "message_delta",
                        "\"delta\":{\"stop_reason\":\"tool_use\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":9}")
                + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
    }

    private static String event(String type, String fields) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + fields + "}\n\n";
    }

    private static Message streamed(AnthropicClient client, MessageCreateParams params) {
        MessageAccumulator accumulator = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> events = client.messages().createStreaming(params)) {
            events.stream().forEach(accumulator::accumulate);
        }
        return accumulator.message();
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
