package io.reprise.server.testupstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** OpenAI's official SDK understands the test upstream's responses and older completions. */
class OpenAiWiresTest {

    private static final ToolCall WEATHER = new ToolCall("call_1", "get_weather", "{\"city\":\"Zürich\",\"days\":3}");
    private static final ToolCall TIME = new ToolCall("call_2", "get_time", "{}");

    private TestUpstream upstream;
    private SdkClient client;
    private WireClient wire;

    @BeforeEach
    void start() {
        upstream = TestUpstream.start();
        client = new SdkClient(upstream.baseUrl(), "sk-test");
        wire = new WireClient(upstream.url());
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
                ResponseAnswer.of(new OutputItem.FunctionCall(WEATHER), new OutputItem.FunctionCall(TIME)),
                ResponseAnswer.of(
                        new OutputItem.Reasoning(List.of("First.", "Then."), "c2VjcmV0"),
                        new OutputItem.Message("Done.", false)),
                ResponseAnswer.of(new OutputItem.Message("half", false)).failing(ApiError.serverError()));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void lastEvent_holdsTheWholeResponse(Content answer) throws IOException {
        upstream.answer(Reply.of(answer));

        String request = asking("a").put("store", false).toString();
        JsonNode whole =
                Json.parse(wire.post(Wire.RESPONSES.path(), request).body()).orElseThrow();
        List<JsonNode> events = events(asking("a").put("store", false).put("stream", true));

        assertEquals(withoutIds(whole), withoutIds(events.getLast().path("response")));
        assertEquals(
                "response." + whole.path("status").asText(),
                events.getLast().path("type").asText());
    }

    @ParameterizedTest
    @MethodSource("answers")
    void doneItems_areThoseOfTheResponse(Content answer) throws IOException {
        upstream.answer(Reply.of(answer));

        List<JsonNode> events = events(asking("a").put("stream", true));

        assertEquals(
                events.getLast().at("/response/output").valueStream().toList(),
                events.stream()
                        .filter(event -> event.path("type").asText().equals("response.output_item.done"))
                        .map(event -> event.path("item"))
                        .toList());
        for (int number = 0; number < events.size(); number++) {
            assertEquals(number, events.get(number).path("sequence_number").asInt());
        }
    }

    @Test
    void events_comeInTheProvidersOrder() throws IOException {
        upstream.answer(Reply.of(ResponseAnswer.of(
                new OutputItem.Reasoning(List.of("Hm"), null),
                new OutputItem.Message("Hi", false),
                new OutputItem.FunctionCall(TIME))));

        assertEquals(
                List.of(
                        "created",
                        "in_progress",
                        "output_item.added",
                        "reasoning_summary_part.added",
                        "reasoning_summary_text.delta",
                        "reasoning_summary_text.done",
                        "reasoning_summary_part.done",
                        "output_item.done",
                        "output_item.added",
                        "content_part.added",
                        "output_text.delta",
                        "output_text.done",
                        "content_part.done",
                        "output_item.done",
                        "output_item.added",
                        "function_call_arguments.delta",
                        "function_call_arguments.delta",
                        "function_call_arguments.done",
                        "output_item.done",
                        "completed"),
                events(asking("a").put("stream", true)).stream()
                        .map(event -> event.path("type").asText().substring("response.".length()))
                        .toList());
    }

    @Test
    void streamedResponse_isUnderstoodByTheSdk() {
        ResponseAccumulator accumulator = ResponseAccumulator.create();
        try (StreamResponse<ResponseStreamEvent> events = client.sdk()
                .responses()
                .createStreaming(response("What is HNSW?").build())) {
            events.stream().map(ResponseStreamEvent::validate).forEach(accumulator::accumulate);
        }

        Response whole =
                client.sdk().responses().create(response("What is HNSW?").build());

        assertEquals(textOf(whole), textOf(accumulator.response()));
        assertEquals(whole.usage(), accumulator.response().usage());
        assertEquals(ResponseStatus.COMPLETED, whole.validate().status().orElseThrow());
    }

    @Test
    void toolThatTheInputNames_isCalledWithFittingArguments() {
        Response response = client.sdk()
                .responses()
                .create(response("Ask get_weather.")
                        .putAdditionalBodyProperty(
                                "tools",
                                JsonValue.from(List.of(Map.of(
                                        "type",
                                        "function",
                                        "name",
                                        "get_weather",
                                        "parameters",
                                        Map.of("properties", Map.of("days", Map.of("type", "integer")))))))
                        .build());

        ResponseFunctionToolCall call =
                response.output().getFirst().functionCall().orElseThrow();
        assertEquals("get_weather", call.name());
        assertTrue(call.arguments().matches("\\{\"days\":\\d+}"), call.arguments());
    }

    @Test
    void summaryThatIsAskedFor_precedesTheText() {
        Response response = client.sdk()
                .responses()
                .create(response("a")
                        .putAdditionalBodyProperty("reasoning", JsonValue.from(Map.of("summary", "auto")))
                        .build());

        assertFalse(
                response.output().getFirst().reasoning().orElseThrow().summary().isEmpty());
        assertTrue(response.output().getLast().isMessage());
    }

    @Test
    void fieldsOfTheRequest_areRepeatedInTheResponse() throws IOException {
        JsonNode response = Json.parse(wire.post(
                                Wire.RESPONSES.path(),
                                asking("a")
                                        .put("temperature", 0.5)
                                        .put("instructions", "Be terse.")
                                        .toString())
                        .body())
                .orElseThrow();

        assertEquals(0.5, response.path("temperature").asDouble());
        assertEquals("Be terse.", response.path("instructions").asText());
        assertTrue(response.path("store").asBoolean());
    }

    @Test
    void errorWithinAResponse_isAnEventOfThatName() throws IOException {
        upstream.answer(Reply.of(ChatAnswer.text("Hi there").failingAfter(3, ApiError.serverError())));

        JsonNode last = events(asking("a").put("stream", true)).getLast();

        assertEquals("error", last.path("type").asText());
        assertEquals(3, last.path("sequence_number").asInt());
    }

    @Test
    void streamedCompletion_isTheWholeOne() {
        StringBuilder text = new StringBuilder();
        try (StreamResponse<Completion> events =
                client.sdk().completions().createStreaming(completion().build())) {
            events.stream().forEach(event -> event.choices().forEach(choice -> text.append(choice.text())));
        }

        Completion whole =
                client.sdk().completions().create(completion().build()).validate();

        assertEquals(whole.choices().getFirst().text(), text.toString());
        assertTrue(whole.usage().isPresent());
    }

    @Test
    void severalPrompts_getAChoiceEach() {
        Completion completion = client.sdk()
                .completions()
                .create(completion()
                        .promptOfArrayOfStrings(List.of("one", "two"))
                        .n(2)
                        .build());

        assertEquals(4, completion.choices().size());
        assertEquals(
                4,
                completion.choices().stream()
                        .map(choice -> choice.text())
                        .distinct()
                        .count());
    }

    @Test
    void logprobsOfACompletion_areThoseOfItsTokens() {
        Completion completion = client.sdk()
                .completions()
                .create(completion().logprobs(2).maxTokens(5).build());

        var logprobs = completion.choices().getFirst().logprobs().orElseThrow();
        assertEquals(5, logprobs.tokens().orElseThrow().size());
        assertEquals(
                completion.choices().getFirst().text(),
                logprobs.tokens().orElseThrow().stream().collect(Collectors.joining()));
    }

    /** Each event under its own name. */
    private List<JsonNode> events(ObjectNode request) throws IOException {
        String text =
                new String(wire.post(Wire.RESPONSES.path(), request.toString()).body(), StandardCharsets.UTF_8);
        List<JsonNode> events = new ArrayList<>();
        for (String event : text.split("\n\n", -1)) {
            if (!event.isEmpty()) {
                String[] lines = event.split("\n", -1);
                JsonNode data = Json.parse(lines[1].substring("data: ".length()).getBytes(StandardCharsets.UTF_8))
                        .orElseThrow();
                assertEquals("event: " + data.path("type").asText(), lines[0]);
                events.add(data);
            }
        }
        return events;
    }

    private static String withoutIds(JsonNode response) {
        return Pattern.compile("(resp|msg|fc|rs)_[0-9a-f]+|\"created_at\":\\d+")
                .matcher(response.toString())
                .replaceAll("ID")
                .replace("\"stream\":true", "\"stream\":false");
    }

    private static String textOf(Response response) {
        return response.output()
                .getFirst()
                .asMessage()
                .content()
                .getFirst()
                .asOutputText()
                .text();
    }

    private static ObjectNode asking(String input) {
        return Json.object().put("model", "gpt-4.1").put("input", input);
    }

    private static ResponseCreateParams.Builder response(String input) {
        return ResponseCreateParams.builder().model("gpt-4.1").input(input).store(false);
    }

    private static CompletionCreateParams.Builder completion() {
        return CompletionCreateParams.builder()
                .model("gpt-3.5-turbo-instruct")
                .prompt("Say hello.")
                .maxTokens(100);
    }
}
