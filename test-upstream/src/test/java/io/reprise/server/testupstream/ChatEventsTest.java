package io.reprise.server.testupstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes of streams. */
class ChatEventsTest extends OverTheWire {

    private static final String DONE = "data: [DONE]\n\n";

    @Override
    UpstreamOptions options() {
        return UpstreamOptions.defaults().withClock(Clock.fixed(Instant.ofEpochSecond(1_800_000_000), ZoneOffset.UTC));
    }

    @Test
    void text_isRoleThenTokensThenFinishThenDone() throws IOException {
        upstream.answer(Reply.text("Hi there"));

        assertEquals(
                event("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null", "")
                        + event("{\"content\":\"Hi\"}", "null", "")
                        + event("{\"content\":\" there\"}", "null", "")
                        + event("{}", "\"stop\"", "")
                        + DONE,
                stream(ChatRequests.streaming("a")));
    }

    @Test
    void requestedUsage_isNullUntilAnEventWithoutChoices() throws IOException {
        upstream.answer(Reply.of(ChatAnswer.text("Hi").withUsage(new TokenUsage(8, 0, 1, 0))));
        String start = "data: {\"id\":\"" + id() + "\",\"object\":\"chat.completion.chunk\",\"created\":1800000000,"
                + "\"model\":\"gpt-4o-mini-2024-07-18\",\"service_tier\":\"default\","
                + "\"system_fingerprint\":\"fp_44709d6fcb\",";

        assertEquals(
                event("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null", ",\"usage\":null")
                        + event("{\"content\":\"Hi\"}", "null", ",\"usage\":null")
                        + event("{}", "\"stop\"", ",\"usage\":null")
                        + start + "\"choices\":[],\"usage\":" + new TokenUsage(8, 0, 1, 0).json() + "}\n\n"
                        + DONE,
                stream(ChatRequests.streamingWithUsage("a")));
    }

    @Test
    void absentUsage_isNotSentThoughRequested() throws IOException {
        upstream.answer(Reply.of(ChatAnswer.text("Hi").withoutUsage()));

        assertFalse(stream(ChatRequests.streamingWithUsage("a")).contains("usage"));
    }

    @Test
    void singleToolCall_opensWithTheRole() throws IOException {
        upstream.answer(Reply.of(ChatAnswer.of(Choice.toolCalls(new ToolCall("call_1", "now", "{}")))));

        assertEquals(
                event(
                                "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":\"call_1\","
                                        + "\"type\":\"function\",\"function\":{\"name\":\"now\",\"arguments\":\"\"}}],"
                                        + "\"refusal\":null}",
                                "null",
                                "")
                        + event("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\"}}]}", "null", "")
                        + event("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"}\"}}]}", "null", "")
                        + event("{}", "\"tool_calls\"", "")
                        + DONE,
                stream(ChatRequests.streaming("a")));
    }

    @Test
    void parallelToolCalls_openOneAfterTheOther() throws IOException {
        upstream.answer(Reply.of(ChatAnswer.of(
                Choice.toolCalls(new ToolCall("call_1", "now", "{}"), new ToolCall("call_2", "here", "{}")))));

        List<JsonNode> deltas = deltas(stream(ChatRequests.streaming("a")));

        assertFalse(deltas.getFirst().has("tool_calls"));
        assertEquals("call_1", deltas.get(1).at("/tool_calls/0/id").asText());
        assertEquals("call_2", deltas.get(4).at("/tool_calls/0/id").asText());
        assertEquals(1, deltas.get(5).at("/tool_calls/0/index").asInt());
    }

    @Test
    void refusal_growsTokenByToken() throws IOException {
        upstream.answer(Reply.of(ChatAnswer.of(Choice.refusal("No way"))));

        List<JsonNode> deltas = deltas(stream(ChatRequests.streaming("a")));

        assertTrue(deltas.getFirst().path("content").isNull());
        assertEquals("No", deltas.get(1).path("refusal").asText());
        assertEquals(" way", deltas.get(2).path("refusal").asText());
    }

    @Test
    void reasoning_comesBeforeTheContent() throws IOException {
        upstream.answer(Reply.of(ChatAnswer.of(Choice.text("42").withReasoning("Hm"))));

        List<JsonNode> deltas = deltas(stream(ChatRequests.streaming("a")));

        assertEquals("", deltas.getFirst().path("reasoning_content").asText("missing"));
        assertEquals("Hm", deltas.get(1).path("reasoning_content").asText());
        assertEquals("42", deltas.get(2).path("content").asText());
    }

    @Test
    void severalChoices_alternate() throws IOException {
        upstream.answer(
                Reply.of(ChatAnswer.of(Choice.text("a b"), Choice.text("c d").finishing("length"))));

        List<JsonNode> chunks = chunks(stream(ChatRequests.streaming("a")));

        assertEquals(
                List.of(0, 1, 0, 1, 0, 1, 0, 1),
                chunks.stream().map(c -> c.at("/choices/0/index").asInt()).toList());
        assertEquals("length", chunks.getLast().at("/choices/0/finish_reason").asText());
    }

    @Test
    void logprobs_accompanyEachToken() throws IOException {
        upstream.answer(Reply.text("Hi there"));

        List<JsonNode> chunks = chunks(stream(ChatRequests.streaming("a").put("logprobs", true)));

        assertTrue(chunks.getFirst().at("/choices/0/logprobs").isNull());
        assertEquals(
                " there",
                chunks.get(2).at("/choices/0/logprobs/content/0/token").asText());
    }

    @Test
    void unknownFields_areInTheFirstDeltaAndInEveryEvent() throws IOException {
        upstream.answer(Reply.of(
                ChatAnswer.of(Choice.text("Hi").withExtra("mood", "calm")).withExtra("obfuscation", "x7Kq")));

        List<JsonNode> chunks = chunks(stream(ChatRequests.streaming("a")));

        assertEquals("calm", chunks.getFirst().at("/choices/0/delta/mood").asText());
        assertTrue(chunks.stream().allMatch(c -> c.path("obfuscation").asText().equals("x7Kq")));
    }

    @Test
    void errorEvent_replacesTheRest() throws IOException {
        upstream.answer(Reply.of(ChatAnswer.text("Hi there").failingAfter(2, ApiError.serverError())));

        assertEquals(
                event("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null", "")
                        + event("{\"content\":\"Hi\"}", "null", "")
                        + "data: " + ApiError.serverError().json(Wire.CHAT, "") + "\n\n"
                        + DONE,
                stream(ChatRequests.streaming("a")));
    }

    @Test
    void withoutDone_endsAfterTheFinish() throws IOException {
        upstream.answer(Reply.of(ChatAnswer.text("Hi").withoutDone()));

        assertTrue(stream(ChatRequests.streaming("a")).endsWith(event("{}", "\"stop\"", "")));
    }

    @Test
    void crLfAndComments_areWrittenAsAsked() throws IOException {
        upstream.answer(Reply.of(ChatAnswer.text("Hi").withCrLf().withComments()));

        String stream = stream(ChatRequests.streaming("a"));

        assertTrue(stream.startsWith(": keep-alive\r\n\r\ndata: {"), stream);
        assertTrue(stream.endsWith("}\r\n\r\n: keep-alive\r\n\r\ndata: [DONE]\r\n\r\n"), stream);
    }

    private String stream(ObjectNode body) throws IOException {
        var response = client.post(ChatRequests.PATH, body.toString());
        assertEquals(
                "text/event-stream; charset=utf-8",
                response.headers().firstValue("content-type").orElseThrow());
        assertEquals(
                "chunked", response.headers().firstValue("transfer-encoding").orElseThrow());
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static List<JsonNode> deltas(String stream) {
        return chunks(stream).stream().map(c -> c.at("/choices/0/delta")).toList();
    }

    private static List<JsonNode> chunks(String stream) {
        return Arrays.stream(stream.split("\n\n"))
                .map(event -> event.substring("data: ".length()))
                .filter(data -> !data.equals("[DONE]"))
                .map(data -> Json.parse(data.getBytes(StandardCharsets.UTF_8)).orElseThrow())
                .toList();
    }

    private static String event(String delta, String finishReason, String end) {
        return "data: {\"id\":\"" + id() + "\",\"object\":\"chat.completion.chunk\",\"created\":1800000000,"
                + "\"model\":\"gpt-4o-mini-2024-07-18\",\"service_tier\":\"default\","
                + "\"system_fingerprint\":\"fp_44709d6fcb\",\"choices\":[{\"index\":0,\"delta\":" + delta
                + ",\"logprobs\":null,\"finish_reason\":" + finishReason + "}]" + end + "}\n\n";
    }

    private static String id() {
        return "chatcmpl-" + Envelope.token(1);
    }
}
