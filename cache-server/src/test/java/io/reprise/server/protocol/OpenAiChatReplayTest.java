package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OpenAiChatReplayTest {
    private static final Instant STORED = Instant.ofEpochSecond(1_800_000_000);
    private static final String HEAD = "'id':'chatcmpl-1','object':'chat.completion','created':7,'model':'gpt-4o'";
    private static final String USAGE = "'usage':{'prompt_tokens':9,'completion_tokens':3,'total_tokens':12,"
            + "'completion_tokens_details':{'reasoning_tokens':1}}";
    private static final String CALLS =
            "'tool_calls':[{'id':'c0','type':'function','function':{'name':'f','arguments':'{}'}},"
                    + "{'id':'c1','type':'custom','custom':{'name':'g','input':'x'}}]";

    private static final String TEXT_ANSWER =
            answer("{'role':'assistant','content':'Yes, é😀.','refusal':null,'annotations':[]}");

    @Test
    void json_isTheVeryBytesThatWereStored() {
        byte[] json = Trees.bytes("{ 'choices' : [ ] ,\n'a':1.10}");
        Completion completion = new Completion(Completion.Form.OPENAI_CHAT, json, "m", null, false);
        assertSame(json, OpenAiChatReplay.json(completion, replay(false)));
    }

    @Test
    void text_isAnAnswerThatStopped() {
        Completion text = Completion.ofText("Yes.", null, new Usage(9, 4, 0, 3, true));
        assertEquals(
                Trees.of(
                        "{'id':'chatcmpl-e1','object':'chat.completion','created':1800000000,'model':'asked','choices':["
                                + "{'index':0,'message':{'role':'assistant','content':'Yes.','refusal':null},'logprobs':null,"
                                + "'finish_reason':'stop'}],'usage':{'prompt_tokens':9,'completion_tokens':3,'total_tokens':12,"
                                + "'prompt_tokens_details':{'cached_tokens':4}}}"),
                StrictJson.parse(OpenAiChatReplay.json(text, replay(false))));
    }

    @Test
    void textOfAModel_namesIt() {
        Completion text = Completion.ofText("Yes.", "gpt-4o", null);
        JsonNode json = StrictJson.parse(OpenAiChatReplay.json(text, replay(false)));
        assertEquals("gpt-4o", json.path("model").textValue());
        assertFalse(json.has("usage"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'role':'assistant','content':'Yes, é😀.','refusal':null,'annotations':[]}",
                "{'role':'assistant','content':'Yes.'}",
                "{'content':'Yes.'}",
                "{'role':'assistant','content':'Yes.','reasoning_content':'Hm.','mood':{'calm':true},'n':1}",
                "{'role':'assistant','content':null,'refusal':null," + CALLS + "}",
                "{'role':'assistant','content':'Let me see.'," + CALLS + "}",
                "{'role':'assistant','content':null,'function_call':{'name':'f','arguments':'{}'}}",
                "{'role':'assistant','content':'Yes.','tool_calls':[]}",
                "{'role':'assistant','content':'Yes.','tool_calls':null}"
            })
    void events_putTogether_areTheAnswer(String message) {
        assertRoundTrip(answer(message));
    }

    @Test
    void logprobsAndFieldsOfTheChoice_surviveTheEvents() {
        assertRoundTrip(
                "{" + HEAD + ",'citations':['u'],'choices':[{'index':0,'message':{'role':'assistant','content':'a'},"
                        + "'logprobs':{'content':[{'token':'a','logprob':-0.10,'bytes':[97],'top_logprobs':[]}],'refusal':null},"
                        + "'content_filter_results':{'hate':{'filtered':false}},'stop_reason':null,'finish_reason':'stop'}],"
                        + USAGE
                        + "}");
    }

    @Test
    void contentInParts_isInTheEvents() {
        List<JsonNode> chunks = chunks(answer("{'role':'assistant','content':[{'type':'text','text':'Yes.'}]}"), false);
        assertTrue(chunks.stream()
                .anyMatch(chunk ->
                        chunk.at("/choices/0/delta/content/0/text").asText().equals("Yes.")));
    }

    @Test
    void firstEvent_hasTheRoleAndTheLastTheReason() {
        List<JsonNode> chunks = chunks(TEXT_ANSWER, false);
        assertEquals(
                Trees.of("{'role':'assistant','content':'','refusal':null}"),
                chunks.getFirst().at("/choices/0/delta"));
        assertEquals("stop", chunks.getLast().at("/choices/0/finish_reason").textValue());
        assertEquals(Trees.of("{}"), chunks.getLast().at("/choices/0/delta"));
    }

    @Test
    void roleThatTheAnswerDoesNotName_isNotInvented() {
        assertFalse(chunks(answer("{'content':'Yes.'}"), false)
                .getFirst()
                .at("/choices/0/delta")
                .has("role"));
    }

    @Test
    void everyEvent_isAChunkOfTheSameAnswer() {
        for (JsonNode chunk : chunks(TEXT_ANSWER, true)) {
            assertEquals("chatcmpl-1", chunk.path("id").textValue());
            assertEquals("chat.completion.chunk", chunk.path("object").textValue());
            assertEquals(7, chunk.path("created").intValue());
            assertEquals("gpt-4o", chunk.path("model").textValue());
        }
    }

    @Test
    void usage_isNotInTheEventsUnasked() {
        assertTrue(chunks(TEXT_ANSWER, false).stream().noneMatch(chunk -> chunk.has("usage")));
    }

    @Test
    void usageAskedFor_isInAChunkOfItsOwnAndNullInTheOthers() {
        List<JsonNode> chunks = new ArrayList<>(chunks(TEXT_ANSWER, true));
        JsonNode last = chunks.removeLast();
        assertEquals(Trees.of("{" + USAGE + "}").get("usage"), last.get("usage"));
        assertEquals(0, last.path("choices").size());
        assertTrue(chunks.stream().allMatch(chunk -> chunk.path("usage").isNull()));
    }

    /** As upstream does that reports none. */
    @Test
    void usageThatIsUnknown_isNotInTheEvents() {
        String answer = "{" + HEAD
                + ",'choices':[{'index':0,'message':{'role':'assistant','content':'a'},'finish_reason':'stop'}]}";
        List<JsonNode> chunks = chunks(answer, true);
        assertTrue(chunks.stream().noneMatch(chunk -> chunk.has("usage")));
        assertTrue(chunks.stream().noneMatch(chunk -> chunk.path("choices").isEmpty()));
    }

    @Test
    void toolCalls_areNumberedInOrderWhateverTheyWereBefore() {
        String numbered = CALLS.replace("{'id':'c0'", "{'index':5,'id':'c0'");
        List<Integer> numbers = new ArrayList<>();
        chunks(answer("{'role':'assistant','content':null," + numbered + "}"), false)
                .forEach(chunk -> chunk.at("/choices/0/delta/tool_calls")
                        .forEach(call -> numbers.add(call.path("index").intValue())));
        assertEquals(List.of(0, 1), numbers);
    }

    @Test
    void stream_isOneEventPerDataLineAndEndsWithDone() {
        String events = new String(
                OpenAiChatReplay.events(
                        completion(answer("{'role':'assistant','content':'a\\nb\\u2028'}")), replay(false)),
                StandardCharsets.UTF_8);
        assertTrue(events.endsWith("\n\ndata: [DONE]\n\n"), events);
        for (String event : events.split("\n\n", -1)) {
            assertTrue(event.isEmpty() || (event.startsWith("data: ") && !event.contains("\n")), event);
        }
    }

    /** An answer of another form can only come from a caller who stored it so, under a prompt of this wire. */
    @Test
    void anthropicMessage_isRenderedWithItsWordsAndCalls() {
        Completion message = message(
                "{'type':'message','model':'claude','content':[{'type':'text','text':'So: '},{'type':'text','text':'f.'},"
                        + "{'type':'tool_use','id':'u1','name':'f','input':{'a':1.10}}],'stop_reason':'tool_use',"
                        + "'usage':{'input_tokens':9,'output_tokens':3}}");
        JsonNode json = StrictJson.parse(OpenAiChatReplay.json(message, replay(false)));
        assertEquals("claude", json.path("model").textValue());
        assertEquals(
                Trees.of("{'role':'assistant','content':'So: f.','tool_calls':[{'id':'u1','type':'function',"
                        + "'function':{'name':'f','arguments':'{\\\"a\\\":1.10}'}}],'refusal':null}"),
                json.at("/choices/0/message"));
        assertEquals("tool_calls", json.at("/choices/0/finish_reason").textValue());
        assertEquals(12, json.at("/usage/total_tokens").intValue());
    }

    @Test
    void anthropicMessageThatOnlyCallsTools_saysNull() {
        Completion message =
                message("{'type':'message','content':[{'type':'tool_use','id':'u1','name':'f','input':{}}],"
                        + "'stop_reason':'tool_use'}");
        JsonNode json = StrictJson.parse(OpenAiChatReplay.json(message, replay(false)));
        assertTrue(json.at("/choices/0/message/content").isNull());
    }

    private static void assertRoundTrip(String answer) {
        byte[] events = OpenAiChatReplay.events(completion(answer), replay(true));
        var collector = new OpenAiChatCollector();
        new SseParser(1 << 20).feed(events).forEach(event -> collector.add(event.data()));
        Answers.Reading.Whole whole = assertInstanceOf(Answers.Reading.Whole.class, collector.finish());
        assertEquals(withNulls(Trees.of(answer)), whole.completion().tree());
    }

    /** What chunks spell out although the answer left it out. */
    private static JsonNode withNulls(JsonNode answer) {
        var choice = (ObjectNode) answer.at("/choices/0");
        if (!choice.has("logprobs")) {
            choice.putNull("logprobs");
        }
        return answer;
    }

    private static List<JsonNode> chunks(String answer, boolean withUsage) {
        List<SseParser.Event> events =
                new SseParser(1 << 20).feed(OpenAiChatReplay.events(completion(answer), replay(withUsage)));
        assertEquals("[DONE]", events.getLast().data());
        return events.subList(0, events.size() - 1).stream()
                .map(event -> StrictJson.parse(event.data().getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    private static String answer(String message) {
        String finish = message.contains("tool_calls':[{")
                ? "tool_calls"
                : message.contains("function_call") ? "function_call" : "stop";
        return "{" + HEAD + ",'system_fingerprint':null,'choices':[{'index':0,'message':" + message
                + ",'logprobs':null,'finish_reason':'" + finish + "'}]," + USAGE + "}";
    }

    private static Completion completion(String answer) {
        byte[] json = Trees.bytes(answer);
        return assertInstanceOf(Answers.Reading.Whole.class, Answers.openAiChat(json, StrictJson.parse(json)))
                .completion();
    }

    private static Completion message(String message) {
        byte[] json = Trees.bytes(message);
        return assertInstanceOf(Answers.Reading.Whole.class, Answers.anthropicMessage(json, StrictJson.parse(json)))
                .completion();
    }

    private static Replay replay(boolean streamUsage) {
        return new Replay("e1", "asked", STORED, streamUsage);
    }
}
