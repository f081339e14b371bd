package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AnthropicCollectorTest {
    private static final String START =
            "{'type':'message_start','message':{'id':'msg_1','type':'message','role':'assistant',"
                    + "'model':'claude','content':[],'stop_reason':null,'stop_sequence':null,"
                    + "'usage':{'input_tokens':25,'cache_read_input_tokens':100,'output_tokens':1,'service_tier':'standard'}}}";
    private static final String END = "{'type':'message_delta','delta':{'stop_reason':'end_turn','stop_sequence':null},"
            + "'usage':{'output_tokens':15}}";
    private static final String STOP = "{'type':'message_stop'}";
    private static final String TEXT = start(0, "{'type':'text','text':''}");

    @Test
    void streamedText_isTheMessageWithoutStreaming() {
        assertCollects(
                "[{'type':'text','text':'Yes, é😀.'}]",
                START,
                TEXT,
                "{'type':'ping'}",
                delta(0, "{'type':'text_delta','text':'Yes'}"),
                delta(0, "{'type':'text_delta','text':', é😀.'}"),
                stop(0),
                END,
                STOP);
    }

    @Test
    void usage_isThatOfTheEndOverThatOfTheStart() {
        assertEquals(
                new Usage(125, 100, 0, 15, false),
                whole(START, TEXT, delta(0, "{'type':'text_delta','text':'Yes'}"), stop(0), END, STOP)
                        .usage());
    }

    @Test
    void thinkingToolsAndCitations_arePutTogether() {
        assertCollects(
                "[{'type':'thinking','thinking':'Hm, so.','signature':'s1'},{'type':'redacted_thinking','data':'x'},"
                        + "{'type':'text','text':'See.','citations':[{'type':'char_location','cited_text':'c'}]},"
                        + "{'type':'tool_use','id':'u1','name':'f','input':{'a':1.10}},"
                        + "{'type':'tool_use','id':'u2','name':'g','input':{}}]",
                START,
                start(0, "{'type':'thinking','thinking':'','signature':''}"),
                delta(0, "{'type':'thinking_delta','thinking':'Hm'}"),
                delta(0, "{'type':'thinking_delta','thinking':', so.'}"),
                delta(0, "{'type':'signature_delta','signature':'s1'}"),
                stop(0),
                start(1, "{'type':'redacted_thinking','data':'x'}"),
                stop(1),
                start(2, "{'type':'text','text':'','citations':[]}"),
                delta(2, "{'type':'citations_delta','citation':{'type':'char_location','cited_text':'c'}}"),
                delta(2, "{'type':'text_delta','text':'See.'}"),
                stop(2),
                start(3, "{'type':'tool_use','id':'u1','name':'f','input':{}}"),
                delta(3, "{'type':'input_json_delta','partial_json':''}"),
                delta(3, "{'type':'input_json_delta','partial_json':'{\\\"a\\\"'}"),
                delta(3, "{'type':'input_json_delta','partial_json':':1.10}'}"),
                stop(3),
                start(4, "{'type':'tool_use','id':'u2','name':'g','input':{}}"),
                stop(4),
                END.replace("end_turn", "tool_use"),
                STOP);
    }

    @Test
    void streamWithoutItsEnd_isIncomplete() {
        AnthropicCollector collector =
                collect(START, TEXT, delta(0, "{'type':'text_delta','text':'Yes'}"), stop(0), END);
        assertFalse(collector.isDone());
        assertEquals("incomplete", notKept(collector).why());
        assertEquals("Yes", collector.text());
    }

    @Test
    void whatABrokenStreamHasCost_isReadAllTheSame() {
        AnthropicCollector collector = collect(START, TEXT, "garbage", END, STOP);
        assertEquals(new Usage(125, 100, 0, 15, false), notKept(collector).usage());
        assertEquals("claude", notKept(collector).model());
        assertTrue(collector.isDone());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "[]",
                "null",
                "{}",
                "{'type':1}",
                "{'type':'error','error':{'type':'overloaded_error'}}",
                "{'type':'event_of_tomorrow'}",
                "{'type':'message_start'}",
                "{'type':'message_start','message':1}",
                "{'type':'message_start','message':{'type':'message','content':[]}}",
                "{'type':'content_block_start','index':1}",
                "{'type':'content_block_start','content_block':{'type':'text','text':''}}",
                "{'type':'content_block_start','index':'1','content_block':{'type':'text','text':''}}",
                "{'type':'content_block_start','index':0,'content_block':{'type':'text','text':'again'}}",
                "{'type':'content_block_start','index':1,'content_block':'text'}",
                "{'type':'content_block_delta','index':0}",
                "{'type':'content_block_delta','index':0,'delta':1}",
                "{'type':'content_block_delta','index':9,'delta':{'type':'text_delta','text':'x'}}",
                "{'type':'content_block_delta','delta':{'type':'text_delta','text':'x'}}",
                "{'type':'content_block_delta','index':0,'delta':{'type':'delta_of_tomorrow'}}",
                "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta'}}",
                "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':1}}",
                "{'type':'content_block_delta','index':0,'delta':{'type':'thinking_delta','thinking':'x'}}",
                "{'type':'content_block_delta','index':0,'delta':{'type':'signature_delta'}}",
                "{'type':'content_block_delta','index':0,'delta':{'type':'signature_delta','signature':'x'}}",
                "{'type':'content_block_delta','index':0,'delta':{'type':'citations_delta'}}",
                "{'type':'content_block_delta','index':0,'delta':{'type':'citations_delta','citation':1}}",
                "{'type':'content_block_delta','index':0,'delta':{'type':'input_json_delta','partial_json':'{}'}}",
                "{'type':'message_delta','delta':1}"
            })
    void eventThatCannotBeRead_makesTheMessageOneThatIsNotKept(String event) {
        String text = delta(0, "{'type':'text_delta','text':'Yes'}");
        notKept(collect(START, TEXT, text, event, stop(0), END, STOP));
    }

    @Test
    void messageThatDoesNotStart_isNotKept() {
        notKept(collect(TEXT, delta(0, "{'type':'text_delta','text':'Yes'}"), stop(0), END, STOP));
    }

    @Test
    void inputThatIsNoJson_isNotKept() {
        notKept(collect(
                START,
                start(0, "{'type':'tool_use','id':'u','name':'f','input':{}}"),
                delta(0, "{'type':'input_json_delta','partial_json':'{'}"),
                stop(0),
                END.replace("end_turn", "tool_use"),
                STOP));
    }

    @Test
    void cutAnswer_isNotKeptButCounted() {
        AnthropicCollector collector = collect(
                START,
                TEXT,
                delta(0, "{'type':'text_delta','text':'Yes'}"),
                stop(0),
                END.replace("end_turn", "max_tokens"),
                STOP);
        assertEquals("incomplete", notKept(collector).why());
        assertEquals(new Usage(125, 100, 0, 15, false), notKept(collector).usage());
    }

    @Test
    void whatComesAfterTheEnd_isNothing() {
        Completion completion = whole(
                START,
                TEXT,
                delta(0, "{'type':'text_delta','text':'Yes'}"),
                stop(0),
                END,
                STOP,
                "garbage",
                delta(0, "{'type':'text_delta','text':' and no'}"));
        assertEquals("Yes", completion.text());
    }

    @Test
    void mutatedStreams_neverThrow() {
        var random = new Random(3);
        List<String> stream = Stream.of(
                        START,
                        start(0, "{'type':'thinking','thinking':'','signature':''}"),
                        delta(0, "{'type':'signature_delta','signature':'s1'}"),
                        start(1, "{'type':'text','text':'','citations':[]}"),
                        delta(1, "{'type':'citations_delta','citation':{'type':'c'}}"),
                        delta(1, "{'type':'text_delta','text':'See.'}"),
                        start(2, "{'type':'tool_use','id':'u','name':'f','input':{}}"),
                        delta(2, "{'type':'input_json_delta','partial_json':'{}'}"),
                        END)
                .map(AnthropicCollectorTest::json)
                .toList();
        String[] values = {"1", "\"x\"", "null", "[]", "{}", "[1]", "{\"a\":1}", "true", "-1e400"};
        for (int round = 0; round < 3_000; round++) {
            var collector = new AnthropicCollector();
            for (String data : stream) {
                collector.add(
                        random.nextInt(3) > 0 ? data : mutated(data, values[random.nextInt(values.length)], random));
            }
            collector.add(json(STOP));
            collector.finish();
            collector.text();
        }
    }

    private static String mutated(String json, String value, Random random) {
        int from = json.indexOf(':', random.nextInt(json.length()));
        String[] ends = {",", "}", "]"};
        int to = from < 0 ? -1 : json.indexOf(ends[random.nextInt(ends.length)], from);
        return to < 0 ? json : json.substring(0, from + 1) + value + json.substring(to);
    }

    private static String start(int index, String block) {
        return "{'type':'content_block_start','index':" + index + ",'content_block':" + block + "}";
    }

    private static String delta(int index, String delta) {
        return "{'type':'content_block_delta','index':" + index + ",'delta':" + delta + "}";
    }

    private static String stop(int index) {
        return "{'type':'content_block_stop','index':" + index + "}";
    }

    private static String json(String data) {
        return data.replace('\'', '"');
    }

    private static AnthropicCollector collect(String... events) {
        var collector = new AnthropicCollector();
        Stream.of(events).map(AnthropicCollectorTest::json).forEach(collector::add);
        return collector;
    }

    private static Completion whole(String... events) {
        return assertInstanceOf(Answers.Reading.Whole.class, collect(events).finish())
                .completion();
    }

    private static void assertCollects(String content, String... events) {
        String stop = List.of(events).stream().anyMatch(event -> event.contains("'stop_reason':'tool_use'"))
                ? "tool_use"
                : "end_turn";
        assertEquals(
                Trees.of("{'id':'msg_1','type':'message','role':'assistant','model':'claude','content':" + content
                        + ",'stop_reason':'" + stop + "','stop_sequence':null,'usage':{'input_tokens':25,"
                        + "'cache_read_input_tokens':100,'output_tokens':15,'service_tier':'standard'}}"),
                whole(events).tree());
    }

    private static Answers.Reading.NotKept notKept(AnthropicCollector collector) {
        return assertInstanceOf(Answers.Reading.NotKept.class, collector.finish());
    }
}
