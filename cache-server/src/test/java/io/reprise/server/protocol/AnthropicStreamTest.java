package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of Anthropic's wire: put together as their SDKs do, and rendered so that putting them together gives the same again. */
class AnthropicStreamTest {
    private static final Replay REPLAY = new Replay("0123", "claude-sonnet-4-5", Instant.EPOCH, true);
    private final AnthropicMessages wire = new AnthropicMessages();

    private static final String START = """
            {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[],\
            "stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_read_input_tokens":5,"output_tokens":1}}}""";
    private static final String STOP = "{\"type\":\"message_stop\"}";

    static List<String> messages() {
        return List.of(
                message("{\"type\":\"text\",\"text\":\"Hello, wörld 😀\"}", "end_turn"),
                message("{\"type\":\"text\",\"text\":\"\"},{\"type\":\"text\",\"text\":\"two\"}", "stop_sequence"),
                message("""
                        {"type":"thinking","thinking":"Let me see.","signature":"EqQB"},\
                        {"type":"redacted_thinking","data":"opaque"},{"type":"text","text":"Seen."}""", "end_turn"),
                message("""
                        {"type":"text","text":"I'll look."},\
                        {"type":"tool_use","id":"toolu_1","name":"weather","input":{"city":"Zürich","days":3,"deep":{"a":[1,2.50]}}},\
                        {"type":"tool_use","id":"toolu_2","name":"now","input":{}}""", "tool_use"),
                message("""
                        {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"x"}},\
                        {"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","url":"u"}]},\
                        {"type":"text","text":"Found.","citations":[{"type":"web_search_result_location","url":"u"}]}""", "end_turn"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void replayedEvents_putTogether_areTheMessage(String message) {
        Completion stored = whole(wire.answer(bytes(message), tree(message)));

        Completion again = whole(collected(wire.events(stored, REPLAY)));

        assertEquals(tree(message), again.tree());
        assertEquals(stored.usage(), again.usage());
        assertEquals(stored.callsTools(), again.callsTools());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void replayedWhole_isTheVeryBytes(String message) {
        Completion stored = whole(wire.answer(bytes(message), tree(message)));

        assertEquals(message, new String(wire.json(stored, REPLAY), StandardCharsets.UTF_8));
    }

    @Test
    void pieces_growTextInputAndUsage() {
        StreamCollector collector = wire.collector();
        for (String event : List.of(
                START,
                "{\"type\":\"ping\"}",
                block(0, "{\"type\":\"text\",\"text\":\"\"}"),
                delta(0, "{\"type\":\"text_delta\",\"text\":\"Let's \"}"),
                delta(0, "{\"type\":\"text_delta\",\"text\":\"see\"}"),
                "{\"type\":\"content_block_stop\",\"index\":0}",
                block(1, "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}"),
                delta(1, "{\"type\":\"input_json_delta\",\"partial_json\":\"\"}"),
                delta(1, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\":\"}"),
                delta(1, "{\"type\":\"input_json_delta\",\"partial_json\":\" 1}\"}"),
                "{\"type\":\"content_block_stop\",\"index\":1}",
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":42}}",
                STOP)) {
            collector.add(event);
        }

        Completion completion = whole(collector.finish());

        assertEquals(
                tree(
                        "[{\"type\":\"text\",\"text\":\"Let's see\"},{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{\"a\":1}}]"),
                completion.tree().path("content"));
        assertEquals(new Usage(30, 5, 0, 42, false), completion.usage());
        assertTrue(completion.callsTools());
        assertEquals("Let's see", collector.text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}",
                "{\"type\":\"content_block_delta\",\"index\":7,\"delta\":{\"type\":\"text_delta\",\"text\":\"lost\"}}",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"hologram_delta\",\"text\":\"?\"}}",
                "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":\"text\"}",
                "{\"type\":\"message_start\",\"message\":3}",
                "{\"type\":\"message_delta\",\"delta\":3,\"usage\":[]}",
                "not json",
                "{\"type\":\"unheard_of\"}"
            })
    void anythingStrangeInTheStream_isNotKept(String strange) {
        StreamCollector collector = wire.collector();
        collector.add(START);
        collector.add(block(0, "{\"type\":\"text\",\"text\":\"Half\"}"));
        collector.add(strange);
        collector.add(
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}}");
        collector.add(STOP);

        assertInstanceOf(Answers.Reading.NotKept.class, collector.finish());
    }

    @Test
    void inputThatIsNoJson_isNotKept() {
        StreamCollector collector = wire.collector();
        collector.add(START);
        collector.add(block(0, "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}"));
        collector.add(delta(0, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\":\"}"));
        collector.add(
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":2}}");
        collector.add(STOP);

        assertInstanceOf(Answers.Reading.NotKept.class, collector.finish());
    }

    @Test
    void streamWithoutItsEnd_isNotKeptButItsUsageIsKnown() {
        StreamCollector collector = wire.collector();
        collector.add(START);
        collector.add(block(0, "{\"type\":\"text\",\"text\":\"Half\"}"));

        assertFalse(collector.isDone());
        var notKept = assertInstanceOf(Answers.Reading.NotKept.class, collector.finish());
        assertEquals(new Usage(30, 5, 0, 1, false), notKept.usage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"max_tokens", "refusal", "pause_turn", "model_context_window_exceeded"})
    void answersCutShort_areNotKept(String stopReason) {
        String message = message("{\"type\":\"text\",\"text\":\"Half\"}", stopReason);

        assertInstanceOf(Answers.Reading.NotKept.class, wire.answer(bytes(message), tree(message)));
    }

    @Test
    void bareText_isRenderedAsAMessageAndAsItsEvents() {
        Completion text = Completion.ofText("Forty-two", null, Usage.of(3, 2, true));

        JsonNode whole = StrictJson.parse(wire.json(text, REPLAY));

        assertEquals("msg_0123", whole.path("id").asText());
        assertEquals("Forty-two", whole.path("content").path(0).path("text").asText());
        assertEquals(whole, whole(collected(wire.events(text, REPLAY))).tree());
    }

    private Answers.Reading collected(byte[] events) {
        StreamCollector collector = wire.collector();
        new SseParser(1 << 20).feed(events).forEach(event -> collector.add(event.data()));
        assertTrue(collector.isDone());
        return collector.finish();
    }

    private static Completion whole(Answers.Reading reading) {
        return assertInstanceOf(Answers.Reading.Whole.class, reading).completion();
    }

    private static String message(String content, String stopReason) {
        return "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":["
                + content
                + "],\"stop_reason\":\"" + stopReason
                + "\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":25,\"cache_creation_input_tokens\":0,"
                + "\"cache_read_input_tokens\":5,\"output_tokens\":17,\"service_tier\":\"standard\"}}";
    }

    private static String block(int index, String block) {
        return "{\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":" + block + "}";
    }

    private static String delta(int index, String delta) {
        return "{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":" + delta + "}";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode tree(String json) {
        return StrictJson.parse(bytes(json));
    }
}
