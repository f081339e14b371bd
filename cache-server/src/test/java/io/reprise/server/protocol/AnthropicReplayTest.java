package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AnthropicReplayTest {
    private static final Replay REPLAY = new Replay("e1", "asked", Instant.ofEpochSecond(1_800_000_000), true);
    private static final String USAGE = "'usage':{'input_tokens':25,'cache_creation_input_tokens':50,"
            + "'cache_read_input_tokens':100,'output_tokens':15,'service_tier':'standard'}";

    @Test
    void json_isTheVeryBytesThatWereStored() {
        byte[] json = Trees.bytes("{ 'content' : [ ] ,\n'a':1.10}");
        var completion = new Completion(Completion.Form.ANTHROPIC_MESSAGE, json, "m", null, false);
        assertSame(json, AnthropicReplay.json(completion, REPLAY));
    }

    @Test
    void text_isAMessageThatEnded() {
        Completion text = Completion.ofText("Yes.", null, new Usage(175, 100, 50, 15, true));
        assertEquals(
                Trees.of("{'id':'msg_e1','type':'message','role':'assistant','model':'asked',"
                        + "'content':[{'type':'text','text':'Yes.'}],'stop_reason':'end_turn','stop_sequence':null,"
                        + "'usage':{'input_tokens':25,'cache_creation_input_tokens':50,'cache_read_input_tokens':100,"
                        + "'output_tokens':15}}"),
                StrictJson.parse(AnthropicReplay.json(text, REPLAY)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{'type':'text','text':'Yes, é😀.'}]",
                "[{'type':'text','text':'a'},{'type':'text','text':'b','citations':null}]",
                "[{'type':'text','text':'a','citations':[{'type':'char_location','cited_text':'c'}]}]",
                "[{'type':'text','text':'a','citations':[]}]",
                "[{'type':'thinking','thinking':'hm','signature':'s'},{'type':'text','text':'a'}]",
                "[{'type':'thinking','thinking':'hm'},{'type':'text','text':'a'}]",
                "[{'type':'redacted_thinking','data':'x'},{'type':'text','text':'a'}]",
                "[{'type':'text','text':''},{'type':'tool_use','id':'u','name':'f','input':{'a':[1.10,'é']}}]",
                "[{'type':'tool_use','id':'u','name':'f','input':{}}]",
                "[{'type':'server_tool_use','id':'u','name':'web_search','input':{'q':'x'}},"
                        + "{'type':'web_search_tool_result','tool_use_id':'u','content':[{'type':'r','url':'u'}]},{'type':'text','text':'a'}]",
                "[{'type':'block_of_tomorrow','x':{'y':1}},{'type':'text','text':'a'}]"
            })
    void events_putTogether_areTheMessage(String content) {
        assertRoundTrip(message(content));
    }

    @Test
    void fieldsOfTomorrow_surviveTheEvents() {
        assertRoundTrip(
                message("[{'type':'text','text':'a','mood':'calm'}]").replace("{'id'", "{'container':{'id':'c'},'id'"));
    }

    /** Where the provider puts what is known at the end alone. */
    @Test
    void whatIsKnownAtTheEnd_standsInTheDeltaOfTheMessage() {
        String message = message("[{'type':'text','text':'a'}]")
                .replace(
                        "{'id'",
                        "{'context_management':{'applied_edits':[{'type':'clear_tool_uses_20250919',"
                                + "'cleared_tool_uses':3}]},'container':{'id':'c'},'stop_details':null,'id'");
        List<JsonNode> events = events(message);
        JsonNode start = events.getFirst().path("message");
        JsonNode end = events.get(events.size() - 2);
        assertFalse(start.has("context_management") || start.has("container") || start.has("stop_details"));
        assertEquals(
                3,
                end.at("/context_management/applied_edits/0/cleared_tool_uses").asInt());
        assertEquals("c", end.at("/delta/container/id").asText());
        assertTrue(end.at("/delta/stop_details").isNull());
        assertFalse(end.path("delta").has("context_management"));
        assertRoundTrip(message);
    }

    @Test
    void events_comeInTheOrderThatSdksExpect() {
        List<String> types = events(message("[{'type':'text','text':'a'}]")).stream()
                .map(event -> event.path("type").textValue())
                .toList();
        assertEquals(
                List.of(
                        "message_start",
                        "content_block_start",
                        "content_block_delta",
                        "content_block_stop",
                        "message_delta",
                        "message_stop"),
                types);
    }

    @Test
    void start_hasNoWordsAndNoReasonToStop() {
        JsonNode start =
                events(message("[{'type':'text','text':'a'}]")).getFirst().path("message");
        assertTrue(start.path("content").isEmpty());
        assertTrue(start.path("stop_reason").isNull());
        assertEquals(1, start.at("/usage/output_tokens").intValue());
    }

    @Test
    void everyEvent_isNamedAsItsTypeOnOneDataLine() {
        String events = new String(
                AnthropicReplay.events(completion(message("[{'type':'text','text':'a\\nb'}]")), REPLAY),
                StandardCharsets.UTF_8);
        for (String event : events.split("\n\n", -1)) {
            String[] lines = event.split("\n", -1);
            assertTrue(
                    event.isEmpty()
                            || (lines.length == 2
                                    && lines[1].startsWith(
                                            "data: {\"type\":\"" + lines[0].substring("event: ".length()) + "\"")),
                    event);
        }
    }

    /** SDKs read the counts of both events without looking whether they are there. */
    @Test
    void messageWithoutUsage_hasCountsInItsEvents() {
        String bare = message("[{'type':'text','text':'a'}]").replace("," + USAGE, "");
        List<JsonNode> events = events(bare);
        assertEquals(0, events.getFirst().at("/message/usage/input_tokens").asInt(-1));
        assertEquals(0, events.get(events.size() - 2).at("/usage/output_tokens").asInt(-1));
    }

    /** An answer of another form can only come from a caller who stored it so, under a prompt of this wire. */
    @Test
    void chatCompletion_isRenderedWithItsWordsAndCalls() {
        byte[] json =
                Trees.bytes("{'model':'gpt-4o','choices':[{'index':0,'message':{'role':'assistant','content':'So.',"
                        + "'tool_calls':[{'id':'c0','type':'function','function':{'name':'f','arguments':'{\\\"a\\\":1.10}'}}]},"
                        + "'finish_reason':'tool_calls'}],'usage':{'prompt_tokens':9,'completion_tokens':3}}");
        Completion chat = assertInstanceOf(
                        Answers.Reading.Whole.class, Answers.openAiChat(json, StrictJson.parse(json)))
                .completion();
        assertEquals(
                Trees.of("{'id':'msg_e1','type':'message','role':'assistant','model':'gpt-4o','content':["
                        + "{'type':'text','text':'So.'},{'type':'tool_use','id':'c0','name':'f','input':{'a':1.10}}],"
                        + "'stop_reason':'tool_use','stop_sequence':null,'usage':{'input_tokens':9,"
                        + "'cache_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':3}}"),
                StrictJson.parse(AnthropicReplay.json(chat, REPLAY)));
    }

    private static void assertRoundTrip(String message) {
        var collector = new AnthropicCollector();
        events(message).forEach(event -> collector.add(event.toString()));
        assertEquals(
                Trees.of(message),
                assertInstanceOf(Answers.Reading.Whole.class, collector.finish())
                        .completion()
                        .tree());
    }

    private static List<JsonNode> events(String message) {
        return new SseParser(1 << 20)
                .feed(AnthropicReplay.events(completion(message), REPLAY)).stream()
                        .map(event -> StrictJson.parse(event.data().getBytes(StandardCharsets.UTF_8)))
                        .toList();
    }

    private static String message(String content) {
        String stop = content.contains("'type':'tool_use'") ? "tool_use" : "end_turn";
        return "{'id':'msg_1','type':'message','role':'assistant','model':'claude','content':" + content
                + ",'stop_reason':'" + stop + "','stop_sequence':null," + USAGE + "}";
    }

    private static Completion completion(String message) {
        byte[] json = Trees.bytes(message);
        return assertInstanceOf(Answers.Reading.Whole.class, Answers.anthropicMessage(json, StrictJson.parse(json)))
                .completion();
    }
}
