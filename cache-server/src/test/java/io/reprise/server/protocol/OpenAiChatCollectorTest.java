package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OpenAiChatCollectorTest {
    private static final String HEAD =
            "'id':'chatcmpl-1','object':'chat.completion.chunk','created':7,'model':'gpt-4o',"
                    + "'service_tier':'default','system_fingerprint':'fp'";
    private static final String WHOLE_HEAD =
            "'id':'chatcmpl-1','object':'chat.completion','created':7,'model':'gpt-4o',"
                    + "'service_tier':'default','system_fingerprint':'fp'";

    @Test
    void streamedText_isTheAnswerWithoutStreaming() {
        assertCollects(
                "{" + WHOLE_HEAD
                        + ",'choices':[{'index':0,'message':{'role':'assistant','content':'Yes, é😀.','refusal':null},"
                        + "'logprobs':null,'finish_reason':'stop'}],'usage':{'prompt_tokens':9,'completion_tokens':3,"
                        + "'total_tokens':12}}",
                chunk("{'role':'assistant','content':'','refusal':null}", "null"),
                chunk("{'content':'Yes'}", "null"),
                chunk("{'content':', é'}", "null"),
                chunk("{'content':'😀.'}", "null"),
                chunk("{}", "'stop'"),
                "{" + HEAD + ",'choices':[],'usage':{'prompt_tokens':9,'completion_tokens':3,'total_tokens':12}}");
    }

    @Test
    void usage_isRead() {
        Completion completion = whole(
                chunk("{'role':'assistant','content':'Yes'}", "'stop'"),
                "{" + HEAD + ",'choices':[],'usage':{'prompt_tokens':9,'completion_tokens':3}}");
        assertEquals(Usage.of(9, 3, false), completion.usage());
        assertEquals("gpt-4o", completion.model());
    }

    @Test
    void nullUsageOfOtherChunks_isNone() {
        Completion completion =
                whole(chunk("{'role':'assistant','content':'Yes'}", "'stop'").replace("{'id'", "{'usage':null,'id'"));
        assertNull(completion.usage());
        assertFalse(completion.tree().has("usage"));
    }

    @Test
    void parallelToolCallsInFragments_arePutTogetherByIndex() {
        assertCollects(
                "{" + WHOLE_HEAD + ",'choices':[{'index':0,'message':{'role':'assistant','content':null,'refusal':null,"
                        + "'tool_calls':[{'id':'c0','type':'function','function':{'name':'f','arguments':'{\\\"a\\\":1}'}},"
                        + "{'id':'c1','type':'function','function':{'name':'g','arguments':'{}'}}]},"
                        + "'logprobs':null,'finish_reason':'tool_calls'}]}",
                chunk("{'role':'assistant','content':null,'refusal':null}", "null"),
                chunk(
                        "{'tool_calls':[{'index':0,'id':'c0','type':'function','function':{'name':'f','arguments':''}}]}",
                        "null"),
                chunk("{'tool_calls':[{'index':0,'function':{'arguments':'{\\\"a'}}]}", "null"),
                chunk(
                        "{'tool_calls':[{'index':1,'id':'c1','type':'function','function':{'name':'g','arguments':''}}]}",
                        "null"),
                chunk(
                        "{'tool_calls':[{'index':1,'function':{'arguments':'{}'}},"
                                + "{'index':0,'function':{'arguments':'\\\":1}'}}]}",
                        "null"),
                chunk("{}", "'tool_calls'"));
    }

    @Test
    void namesAndIdsThatAServerRepeats_areNotDoubled() {
        Completion completion = whole(
                chunk(
                        "{'role':'assistant','tool_calls':[{'index':0,'id':'c','type':'function',"
                                + "'function':{'name':'f','arguments':'{'}}]}",
                        "null"),
                chunk(
                        "{'role':'assistant','tool_calls':[{'index':0,'id':'c','type':'function',"
                                + "'function':{'name':'f','arguments':'}'}}]}",
                        "'tool_calls'"));
        assertEquals(
                Trees.of("{'id':'c','type':'function','function':{'name':'f','arguments':'{}'}}"),
                completion.tree().at("/choices/0/message/tool_calls/0"));
        assertEquals(
                "assistant", completion.tree().at("/choices/0/message/role").textValue());
    }

    @Test
    void wholeToolCallsWithoutIndex_areKeptOneByOne() {
        Completion completion = whole(
                chunk(
                        "{'role':'assistant','tool_calls':[{'id':'c0','type':'function','function':{'name':'f','arguments':'{}'}}]}",
                        "null"),
                chunk(
                        "{'tool_calls':[{'id':'c1','type':'function','function':{'name':'f','arguments':'{}'}}]}",
                        "'tool_calls'"));
        assertEquals(2, completion.tree().at("/choices/0/message/tool_calls").size());
        assertTrue(completion.callsTools());
    }

    /** Some servers number all parallel calls 0: glued together they would be one call with impossible arguments. */
    @Test
    void differentToolCallsOfOneIndex_areNotKept() {
        assertNotKept(
                chunk(
                        "{'tool_calls':[{'index':0,'id':'c0','type':'function','function':{'name':'f','arguments':'{}'}}]}",
                        "null"),
                chunk(
                        "{'tool_calls':[{'index':0,'id':'c1','type':'function','function':{'name':'g','arguments':'{}'}}]}",
                        "'stop'"));
        assertNotKept(
                chunk(
                        "{'tool_calls':[{'index':0,'type':'function','function':{'name':'f','arguments':'{}'}}]}",
                        "null"),
                chunk(
                        "{'tool_calls':[{'index':0,'type':'function','function':{'name':'g','arguments':'{}'}}]}",
                        "'stop'"));
    }

    @Test
    void fragmentOfNoToolCall_isNotKept() {
        assertNotKept(
                chunk(
                        "{'tool_calls':[{'index':0,'id':'c0','type':'function','function':{'name':'f','arguments':'{'}}]}",
                        "null"),
                chunk("{'tool_calls':[{'function':{'arguments':'}'}}]}", "'tool_calls'"));
    }

    @Test
    void legacyFunctionCall_isPutTogether() {
        Completion completion = whole(
                chunk("{'role':'assistant','content':null,'function_call':{'name':'f','arguments':''}}", "null"),
                chunk("{'function_call':{'arguments':'{\\\"a\\\"'}}", "null"),
                chunk("{'function_call':{'arguments':':1}'}}", "'function_call'"));
        assertEquals(
                Trees.of("{'name':'f','arguments':'{\\\"a\\\":1}'}"),
                completion.tree().at("/choices/0/message/function_call"));
    }

    @Test
    void reasoning_isPutTogetherBesideTheContent() {
        assertCollects(
                "{" + WHOLE_HEAD + ",'choices':[{'index':0,'message':{'role':'assistant','content':'Yes.',"
                        + "'reasoning_content':'Hm, so.'},'logprobs':null,'finish_reason':'stop'}]}",
                chunk("{'role':'assistant','content':null,'reasoning_content':''}", "null"),
                chunk("{'content':null,'reasoning_content':'Hm'}", "null"),
                chunk("{'content':null,'reasoning_content':', so.'}", "null"),
                chunk("{'content':'Yes','reasoning_content':null}", "null"),
                chunk("{'content':'.','reasoning_content':null}", "null"),
                chunk("{}", "'stop'"));
    }

    @Test
    void logprobs_areAppended() {
        assertCollects(
                "{" + WHOLE_HEAD + ",'choices':[{'index':0,'message':{'role':'assistant','content':'ab'},'logprobs':"
                        + "{'content':[{'token':'a','logprob':-0.1,'bytes':[97],'top_logprobs':[]},"
                        + "{'token':'b','logprob':-0.2,'bytes':[98],'top_logprobs':[]}],'refusal':null},'finish_reason':'stop'}]}",
                chunk("{'role':'assistant','content':''}", "null"),
                chunk("{'content':'a'}", "null")
                        .replace(
                                "'logprobs':null",
                                "'logprobs':{'content':[{'token':'a','logprob':-0.1,'bytes':[97],'top_logprobs':[]}],'refusal':null}"),
                chunk("{'content':'b'}", "null")
                        .replace(
                                "'logprobs':null",
                                "'logprobs':{'content':[{'token':'b','logprob':-0.2,'bytes':[98],'top_logprobs':[]}],'refusal':null}"),
                chunk("{}", "'stop'"));
    }

    @Test
    void fieldsOfTomorrow_areKept() {
        assertCollects(
                "{" + WHOLE_HEAD
                        + ",'citations':['u'],'choices':[{'index':0,'message':{'role':'assistant','content':'Yes',"
                        + "'mood':'calm','annotations':[{'type':'a'},{'type':'b'}],'audio':{'id':'x'}},'logprobs':null,"
                        + "'finish_reason':'stop','stop_reason':null,'content_filter_results':{'hate':{'filtered':false}}}]}",
                chunk(
                                "{'role':'assistant','content':'','mood':'ca','annotations':[{'type':'a'}],'audio':{'id':'x'}}",
                                "null")
                        .replace("{'index'", "{'stop_reason':null,'content_filter_results':{},'index'")
                        .replace("{'id':'chat", "{'citations':['u'],'id':'chat"),
                chunk("{'content':'Yes','mood':'lm','annotations':[{'type':'b'}]}", "null")
                        .replace("{'index'", "{'content_filter_results':{'hate':{'filtered':false}},'index'"),
                chunk("{}", "'stop'"));
    }

    @Test
    void paddingAgainstEavesdroppers_isNoPartOfTheAnswer() {
        Completion completion = whole(
                chunk("{'role':'assistant','content':'Yes'}", "'stop'").replace("{'id'", "{'obfuscation':'xyz','id'"));
        assertFalse(completion.tree().has("obfuscation"));
    }

    @Test
    void finishReasonThatIsEmptyAtFirst_isTheLast() {
        whole(chunk("{'role':'assistant','content':'Yes'}", "''"), chunk("{}", "'stop'"));
    }

    @Test
    void chunksOfAdministration_areNoPartOfTheAnswer() {
        Completion completion = whole(
                "{'id':'','object':'','created':0,'model':'','choices':[],'prompt_filter_results':[{'prompt_index':0}]}",
                chunk("{'role':'assistant','content':'Yes'}", "'stop'"),
                "{" + HEAD + ",'choices':null,'usage':{'prompt_tokens':9,'completion_tokens':3}}");
        assertEquals("chatcmpl-1", completion.tree().path("id").textValue());
    }

    @Test
    void emptyData_isNothing() {
        OpenAiChatCollector collector =
                collect("", chunk("{'role':'assistant','content':'Yes'}", "'stop'"), "", "[DONE]");
        assertInstanceOf(Answers.Reading.Whole.class, collector.finish());
    }

    @Test
    void whatComesAfterTheEnd_isNothing() {
        OpenAiChatCollector collector = collect(
                chunk("{'role':'assistant','content':'Yes'}", "'stop'"),
                "[DONE]",
                chunk("{'content':' and no'}", "null"),
                "x");
        assertEquals("Yes", collector.text());
        assertInstanceOf(Answers.Reading.Whole.class, collector.finish());
    }

    @Test
    void streamWithoutItsEnd_isIncomplete() {
        OpenAiChatCollector collector = collect(chunk("{'role':'assistant','content':'Yes'}", "'stop'"));
        assertFalse(collector.isDone());
        assertEquals("incomplete", notKept(collector).why());
        assertEquals("gpt-4o", notKept(collector).model());
    }

    /** Many compatible servers end so. */
    @ParameterizedTest
    @ValueSource(strings = {"stop", "eos", "eos_token", "stop_sequence", "STOP"})
    void streamThatEndsOfItselfAfterItsReason_isWhole(String reason) {
        OpenAiChatCollector collector =
                collect(chunk("{'role':'assistant','content':'Yes'}", "null"), chunk("{}", "'" + reason + "'"));
        collector.ended();
        assertEquals(
                "Yes",
                assertInstanceOf(Answers.Reading.Whole.class, collector.finish())
                        .completion()
                        .text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "''", "'length'", "'error'"})
    void streamThatEndsOfItselfWithoutAReasonToStop_isIncomplete(String reason) {
        OpenAiChatCollector collector = collect(chunk("{'role':'assistant','content':'Yes'}", reason));
        collector.ended();
        assertEquals("incomplete", notKept(collector).why());
    }

    @Test
    void emptyReason_isOneWhereTheStreamSaysThatItIsDone() {
        OpenAiChatCollector collector =
                collect(chunk("{'role':'assistant','content':'Yes'}", "null"), chunk("{}", "''"), "[DONE]");
        assertInstanceOf(Answers.Reading.Whole.class, collector.finish());
    }

    @Test
    void emptyReasonOfACallOfATool_isNone() {
        OpenAiChatCollector collector = collect(
                chunk(
                        "{'role':'assistant','tool_calls':[{'index':0,'id':'c','type':'function',"
                                + "'function':{'name':'f','arguments':'{}'}}]}",
                        "null"),
                chunk("{}", "''"),
                "[DONE]");
        assertEquals("incomplete", notKept(collector).why());
    }

    @Test
    void streamWithoutAFinishReason_isIncomplete() {
        assertNotKept(chunk("{'role':'assistant','content':'Yes'}", "null"));
    }

    @Test
    void refusal_isPutTogetherAndNotKept() {
        OpenAiChatCollector collector = collect(
                chunk("{'role':'assistant','content':null,'refusal':''}", "null"),
                chunk("{'refusal':'I can'}", "null"),
                chunk("{'refusal':'not.'}", "'stop'"),
                "[DONE]");
        assertEquals("refusal", notKept(collector).why());
    }

    @Test
    void severalChoices_areNotKept() {
        assertNotKept("{" + HEAD
                + ",'choices':[{'index':0,'delta':{'role':'assistant','content':'a'},'finish_reason':'stop'},"
                + "{'index':1,'delta':{'role':'assistant','content':'b'},'finish_reason':'stop'}]}");
    }

    @Test
    void errorEvent_isNotKept() {
        assertNotKept(
                chunk("{'role':'assistant','content':'Yes'}", "'stop'"),
                "{'error':{'message':'overloaded','code':500}}");
    }

    @Test
    void nullError_isNone() {
        whole(chunk("{'role':'assistant','content':'Yes'}", "'stop'").replace("{'id'", "{'error':null,'id'"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "{",
                "[]",
                "1",
                "null",
                "\u0000",
                "{}",
                "{'message':'over quota','code':429}",
                "{'choices':1}",
                "{'choices':'x'}",
                "{'choices':{'a':{}}}",
                "{'choices':[1]}",
                "{'choices':[null]}",
                "{'choices':[[]]}",
                "{'choices':[{'index':'a','delta':{}}]}",
                "{'choices':[{'index':0,'delta':1}]}",
                "{'choices':[{'index':0,'delta':[]}]}",
                "{'choices':[{'index':0,'message':'x','delta':{'role':'assistant'}}]}",
                "{'choices':[{'index':0,'message':{'content':'x'}}]}",
                "{'choices':[{'index':0,'delta':{'content':1}}]}",
                "{'choices':[{'index':0,'delta':{'content':[{'type':'text','text':'x'}]}}]}",
                "{'choices':[{'index':0,'delta':{'content':{}}}]}",
                "{'choices':[{'index':0,'delta':{'refusal':1}}]}",
                "{'choices':[{'index':0,'delta':{'tool_calls':1}}]}",
                "{'choices':[{'index':0,'delta':{'tool_calls':{'a':1}}}]}",
                "{'choices':[{'index':0,'delta':{'tool_calls':['f']}}]}",
                "{'choices':[{'index':0,'delta':{'tool_calls':[{'index':'a'}]}}]}",
                "{'choices':[{'index':0,'delta':{'tool_calls':[{'index':0,'function':'f'}]}}]}",
                "{'choices':[{'index':0,'delta':{'tool_calls':[{'index':0,'id':'a','function':{'name':'f','arguments':1}}]}}]}",
                "{'choices':[{'index':0,'delta':{'function_call':'f'}}]}",
                "{'choices':[{'index':0,'logprobs':1,'delta':{}}]}",
                "{'choices':[{'index':0,'logprobs':[],'delta':{}}]}",
                "{'choices':[{'index':0,'logprobs':{'content':1},'delta':{}}]}"
            })
    void chunkThatCannotBeRead_makesTheAnswerOneThatIsNotKept(String chunk) {
        String good = chunk("{'role':'assistant','content':'Yes'}", "null")
                .replace("'logprobs':null", "'logprobs':{'content':[]}");
        String last = chunk("{}", "'stop'");
        assertNotKept(chunk, good, last);
        assertNotKept(good, chunk, last);
    }

    /** A second value of a kind that the first cannot grow by. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'x':'a'} {'x':1}",
                "{'x':1} {'x':'a'}",
                "{'x':[1]} {'x':{}}",
                "{'x':{'a':1}} {'x':{'a':2}}",
                "{'x':{'a':1}} {'x':[1]}",
                "{'x':'a'} {'x':[1]}",
                "{'x':[{'index':0,'text':'a','format':'f'}]} {'x':[{'index':0,'text':'b','format':'f'}]}"
            })
    void fieldsThatCannotBePutTogetherWithoutGuessing_areNotKept(String deltas) {
        String[] both = deltas.split(" ", -1);
        assertNotKept(
                chunk("{'role':'assistant','content':'Yes'}", "null"),
                chunk(both[0], "null"),
                chunk(both[1], "null"),
                chunk("{}", "'stop'"));
    }

    @Test
    void whatABrokenStreamHasCost_isReadAllTheSame() {
        OpenAiChatCollector collector = collect(
                chunk("{'role':'assistant','content':'Yes'}", "'stop'"),
                "garbage",
                "{" + HEAD + ",'choices':[],'usage':{'prompt_tokens':9,'completion_tokens':3}}",
                "[DONE]");
        assertEquals(Usage.of(9, 3, false), notKept(collector).usage());
    }

    @Test
    void halfASurrogatePairInEachOfTwoChunks_isOneCharacter() {
        assertEquals(
                "😀",
                whole(
                                chunk("{'role':'assistant','content':'\\ud83d'}", "null"),
                                chunk("{'content':'\\ude00'}", "'stop'"))
                        .text());
    }

    @Test
    void loneHalfOfASurrogatePair_isNoReasonToThrow() {
        collect(chunk("{'role':'assistant','content':'\\ud83d'}", "'stop'"), "[DONE]")
                .finish();
    }

    @Test
    void finishing_isAllowedAtAnyTimeAndAgain() {
        var collector = new OpenAiChatCollector();
        for (String data : List.of(
                chunk(
                        "{'role':'assistant','content':'Ye','tool_calls':[{'index':0,'id':'c','function':{'arguments':'{'}}]}",
                        "null"),
                chunk("{'content':'s','tool_calls':[{'index':0,'function':{'arguments':'}'}}]}", "'stop'"))) {
            collector.add(json(data));
            collector.finish();
        }
        collector.add("[DONE]");
        Completion first = assertInstanceOf(Answers.Reading.Whole.class, collector.finish())
                .completion();
        Completion second = assertInstanceOf(Answers.Reading.Whole.class, collector.finish())
                .completion();
        assertEquals("Yes", first.text());
        assertEquals(first.tree(), second.tree());
    }

    /** Reasoning and the code in a tool call are as long as any text: copying what was there for each piece would take 4 GB here. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'content':'xxxxxxxxxxxxxxxxxxxx'}",
                "{'reasoning_content':'xxxxxxxxxxxxxxxxxxxx'}",
                "{'tool_calls':[{'index':0,'id':'c','function':{'arguments':'xxxxxxxxxxxxxxxxxxxx'}}]}"
            })
    void manyPieces_areNotCopiedForEachOther(String delta) {
        String piece = json(chunk(delta, "null"));
        var collector = new OpenAiChatCollector();
        var thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 20_000; i++) {
            collector.add(piece);
        }
        collector.finish();
        long megabytes = (thread.getCurrentThreadAllocatedBytes() - before) >> 20;
        assertTrue(megabytes < 1_000, megabytes + " MB");
    }

    @Test
    void mutatedStreams_neverThrow() {
        var random = new Random(3);
        List<String> stream = Stream.of(
                        chunk("{'role':'assistant','content':'','refusal':null}", "null"),
                        chunk("{'content':'Yes','reasoning_content':'hm'}", "null"),
                        chunk(
                                "{'tool_calls':[{'index':0,'id':'c0','type':'function','function':{'name':'f','arguments':''}}]}",
                                "null"),
                        chunk("{'tool_calls':[{'index':0,'function':{'arguments':'{}'}}]}", "null"),
                        chunk("{}", "'stop'").replace("'logprobs':null", "'logprobs':{'content':[{'token':'a'}]}"),
                        "{" + HEAD + ",'choices':[],'usage':{'prompt_tokens':9,'completion_tokens':3}}")
                .map(OpenAiChatCollectorTest::json)
                .toList();
        String[] values = {"1", "\"x\"", "null", "[]", "{}", "[1]", "{\"a\":1}", "true", "-1e400"};
        for (int round = 0; round < 3_000; round++) {
            var collector = new OpenAiChatCollector();
            for (String data : stream) {
                collector.add(
                        random.nextInt(3) > 0 ? data : mutated(data, values[random.nextInt(values.length)], random));
            }
            collector.add("[DONE]");
            collector.finish();
            collector.text();
        }
    }

    /** Puts another value after one of the colons. */
    private static String mutated(String json, String value, Random random) {
        int from = json.indexOf(':', random.nextInt(json.length()));
        if (from < 0) {
            return json;
        }
        String[] ends = {",", "}", "]"};
        int to = json.indexOf(ends[random.nextInt(ends.length)], from);
        return to < 0 ? json : json.substring(0, from + 1) + value + json.substring(to);
    }

    private static String chunk(String delta, String finishReason) {
        return "{" + HEAD + ",'choices':[{'index':0,'delta':" + delta + ",'logprobs':null,'finish_reason':"
                + finishReason + "}]}";
    }

    private static String json(String data) {
        return data.replace('\'', '"');
    }

    private static OpenAiChatCollector collect(String... events) {
        var collector = new OpenAiChatCollector();
        Stream.of(events).map(OpenAiChatCollectorTest::json).forEach(collector::add);
        return collector;
    }

    private static Completion whole(String... chunks) {
        OpenAiChatCollector collector = collect(chunks);
        collector.add("[DONE]");
        assertTrue(collector.isDone());
        return assertInstanceOf(Answers.Reading.Whole.class, collector.finish()).completion();
    }

    private static void assertCollects(String answer, String... chunks) {
        assertEquals(Trees.of(answer), whole(chunks).tree());
    }

    private static Answers.Reading.NotKept notKept(OpenAiChatCollector collector) {
        return assertInstanceOf(Answers.Reading.NotKept.class, collector.finish());
    }

    private static void assertNotKept(String... chunks) {
        OpenAiChatCollector collector = collect(chunks);
        collector.add("[DONE]");
        notKept(collector);
    }
}
