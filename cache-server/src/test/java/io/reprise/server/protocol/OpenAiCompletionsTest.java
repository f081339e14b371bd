package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OpenAiCompletionsTest {
    private static final OpenAiCompletions WIRE = new OpenAiCompletions();
    private static final String HEAD =
            "'id':'cmpl-1','object':'text_completion','created':7,'model':'gpt-3.5-turbo-instruct'";
    private static final String USAGE = "'usage':{'prompt_tokens':9,'completion_tokens':3,'total_tokens':12}";

    @Test
    void prompt_isOneUserTurn() {
        Call call = read("{'model':'m','prompt':'once','suffix':'end'}");
        assertEquals(List.of("once"), call.texts());
        assertEquals(Trees.of("{'suffix':'end'}"), call.shape());
        assertEquals(1, call.turns().size());
        assertNull(call.uncacheable());
        assertNull(call.exactOnly());
    }

    @Test
    void listOfOnePrompt_isThatPrompt() {
        assertEquals(read("{'prompt':'once'}"), read("{'prompt':['once']}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"['a','b']", "[1,2]", "[[1,2]]", "[]", "null", "7"})
    void otherPrompts_areNotCached(String prompt) {
        assertEquals("prompt", read("{'prompt':" + prompt + "}").uncacheable());
    }

    @Test
    void noPrompt_isNotCached() {
        assertEquals("prompt", read("{'model':'m'}").uncacheable());
    }

    @ParameterizedTest
    @ValueSource(strings = {"'n':2", "'best_of':3", "'n':0"})
    void severalAnswers_areNotCached(String field) {
        assertEquals("n", read("{'prompt':'a'," + field + "}").uncacheable());
    }

    @Test
    void oneAnswer_isWhatIsMeantAnyway() {
        assertEquals(read("{'prompt':'a'}"), read("{'prompt':'a','n':1,'best_of':1,'user':'u'}"));
    }

    /** It is part of the answer as it was typed. */
    @Test
    void promptThatIsRepeated_isAnsweredForEqualPromptsAlone() {
        assertEquals("echo", read("{'prompt':'a','echo':true}").exactOnly());
        assertNull(read("{'prompt':'a','echo':false}").exactOnly());
    }

    @Test
    void streamWithUsage_isAskedForAsOnTheChatWire() {
        Call call = read("{'prompt':'a','stream':true,'stream_options':{'include_usage':true}}");
        assertTrue(call.stream() && call.streamUsage());
        assertThrows(MalformedRequestException.class, () -> read("{'prompt':'a','stream':'yes'}"));
    }

    @Test
    void sharedName_doesNotJoinItWithChats() {
        var rules = new CachingRules(Map.of("m", "house"), null, List.of(), false);
        Call call = new OpenAiCompletions(rules).read(Trees.of("{'model':'m','prompt':'a'}"));
        assertEquals(new Call.Shared("house", null), call.shared());
    }

    @ParameterizedTest
    @CsvSource({
        "'a', stop, ",
        "'a', length, incomplete",
        "'a', content_filter, filtered",
        "'a', , incomplete",
        "'', stop, empty",
    })
    void answer_isKeptWhenItIsWhole(String text, String finish, String why) {
        Answers.Reading reading = reading(WIRE, choice(text, finish));
        assertEquals(why, reading instanceof Answers.Reading.NotKept notKept ? notKept.why() : null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'choices':[]}",
                "{'choices':[{'text':'a','finish_reason':'stop'},{'text':'b','finish_reason':'stop'}]}",
                "{'choices':[{'text':null,'finish_reason':'stop'}]}",
                "{'error':{'message':'x'},'choices':[{'text':'a','finish_reason':'stop'}]}"
            })
    void whatIsNoAnswer_isNotKept(String answer) {
        assertEquals(
                "not-an-answer",
                assertInstanceOf(Answers.Reading.NotKept.class, reading(WIRE, answer))
                        .why());
    }

    @Test
    void truncatedAnswer_isKeptWhereTheOperatorSaysSo() {
        var keeping = new OpenAiCompletions(new CachingRules(Map.of(), null, List.of(), true));
        assertInstanceOf(Answers.Reading.Whole.class, reading(keeping, choice("a", "length")));
    }

    @Test
    void json_isTheVeryBytesThatWereStored() {
        byte[] json = Trees.bytes("{ 'choices' : [ ] ,\n'a':1.10}");
        var completion = new Completion(Completion.Form.OPENAI_COMPLETION, json, "m", null, false);
        assertSame(json, WIRE.json(completion, replay(false)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'text':'Yes, é😀.','logprobs':null",
                "'text':'a','logprobs':{'tokens':['a'],'token_logprobs':[-0.10],'top_logprobs':[{'a':-0.1,'b':-2}],'text_offset':[0]}",
                "'text':'a','logprobs':null,'stop_reason':null"
            })
    void events_putTogether_areTheAnswer(String fields) {
        String answer = "{" + HEAD + ",'system_fingerprint':'fp','choices':[{" + fields
                + ",'index':0,'finish_reason':'stop'}]," + USAGE + "}";
        StreamCollector collector = WIRE.collector();
        events(answer, true).forEach(chunk -> collector.add(chunk.toString()));
        assertEquals(
                "incomplete",
                assertInstanceOf(Answers.Reading.NotKept.class, collector.finish())
                        .why());
        collector.add("[DONE]");
        assertEquals(
                Trees.of(answer),
                assertInstanceOf(Answers.Reading.Whole.class, collector.finish())
                        .completion()
                        .tree());
    }

    @Test
    void usage_isInAChunkOfItsOwnWhenAskedFor() {
        String answer = choice("a", "stop").replace("}]}", "}]," + USAGE + "}");
        List<JsonNode> asked = events(answer, true);
        assertTrue(asked.getLast().path("choices").isEmpty());
        assertEquals(12, asked.getLast().at("/usage/total_tokens").intValue());
        assertTrue(events(answer, false).stream().noneMatch(chunk -> chunk.has("usage")));
    }

    @Test
    void chunks_growTextAndProbabilities() {
        StreamCollector collector = WIRE.collector();
        for (String text : List.of("On", "ce")) {
            ObjectNode chunk = Trees.of("{" + HEAD + ",'choices':[{'text':'" + text
                    + "','index':0,'logprobs':{'tokens':['" + text + "'],'top_logprobs':null},'finish_reason':null}]}");
            collector.add(chunk.toString());
        }
        assertEquals("Once", collector.text());
        collector.add(
                Trees.of("{" + HEAD + ",'choices':[{'text':'','index':0,'logprobs':null,'finish_reason':'stop'}]}")
                        .toString());
        collector.add(Trees.of("{" + HEAD + ",'choices':[]," + USAGE + "}").toString());
        collector.add("[DONE]");
        Completion whole = assertInstanceOf(Answers.Reading.Whole.class, collector.finish())
                .completion();
        assertEquals(
                Trees.of("{'tokens':['On','ce'],'top_logprobs':null}"),
                whole.tree().at("/choices/0/logprobs"));
        assertEquals(Usage.of(9, 3, false), whole.usage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'choices':[{'text':'b','index':1,'finish_reason':'stop'}]}",
                "{'choices':[{'text':7,'index':0}]}",
                "{'choices':null}",
                "{'error':{'message':'busy'}}",
                "{not json"
            })
    void chunkThatDoesNotFit_makesTheAnswerNotKept(String chunk) {
        StreamCollector collector = WIRE.collector();
        collector.add(Trees.of(choice("a", "stop")).toString());
        collector.add(chunk.replace('\'', '"'));
        collector.add("[DONE]");
        assertInstanceOf(Answers.Reading.NotKept.class, collector.finish());
    }

    private static String choice(String text, String finish) {
        return "{" + HEAD + ",'choices':[{'text':'" + text + "','index':0,'logprobs':null,'finish_reason':"
                + (finish == null ? "null" : "'" + finish + "'") + "}]}";
    }

    private static Answers.Reading reading(OpenAiCompletions wire, String answer) {
        byte[] json = Trees.bytes(answer);
        return wire.answer(json, StrictJson.parse(json));
    }

    private static List<JsonNode> events(String answer, boolean withUsage) {
        Completion completion = assertInstanceOf(Answers.Reading.Whole.class, reading(WIRE, answer))
                .completion();
        List<SseParser.Event> events = new SseParser(1 << 20).feed(WIRE.events(completion, replay(withUsage)));
        assertEquals("[DONE]", events.getLast().data());
        return events.subList(0, events.size() - 1).stream()
                .map(event -> StrictJson.parse(event.data().getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    private static Replay replay(boolean streamUsage) {
        return new Replay("e1", "asked", Instant.ofEpochSecond(1_800_000_000), streamUsage);
    }

    private static Call read(String body) {
        return WIRE.read(Trees.of(body));
    }
}
