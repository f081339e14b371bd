package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AnswersTest {
    private static final String CALL = "{'id':'c','type':'function','function':{'name':'f','arguments':'{}'}}";

    @Test
    void completeChat_isKeptByteForByteWithModelAndUsage() {
        byte[] json =
                Trees.bytes("{'model':'gpt-4o','choices':[{'index':0,'message':{'role':'assistant','content':'Yes.'},"
                        + "'finish_reason':'stop'}],'usage':{'prompt_tokens':9,'completion_tokens':3}}");
        Completion completion = whole(Answers.openAiChat(json, StrictJson.parse(json)));
        assertSame(json, completion.json());
        assertEquals(Completion.Form.OPENAI_CHAT, completion.form());
        assertEquals("gpt-4o", completion.model());
        assertEquals(Usage.of(9, 3, false), completion.usage());
        assertEquals(false, completion.callsTools());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'message':{'content':'Yes.'},'finish_reason':'stop'}",
                "{'message':{'content':'Yes.','refusal':null,'tool_calls':null},'finish_reason':'stop'}",
                "{'message':{'content':'Yes.'},'finish_reason':'eos'}",
                "{'message':{'content':'Yes.'},'finish_reason':'eos_token'}",
                "{'message':{'content':'Yes.'},'finish_reason':''}",
                "{'message':{'content':'Yes.','refusal':'','tool_calls':[]},'finish_reason':'stop'}",
                "{'message':{'content':[{'type':'text','text':'Yes.'}]},'finish_reason':'stop'}"
            })
    void wordsThatEndedByThemselves_areKept(String choice) {
        assertEquals(false, whole(chat(choice)).callsTools());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'message':{'content':null,'tool_calls':[" + CALL + "]},'finish_reason':'tool_calls'}",
                "{'message':{'content':'Let me see.','tool_calls':[" + CALL + "]},'finish_reason':'stop'}",
                "{'message':{'content':null,'function_call':{'name':'f','arguments':'{}'}},'finish_reason':'function_call'}"
            })
    void callsOfTools_areKeptAndMarked(String choice) {
        assertEquals(true, whole(chat(choice)).callsTools());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "incomplete | {'message':{'content':'Yes'},'finish_reason':'length'}",
                "incomplete | {'message':{'content':'Yes'},'finish_reason':null}",
                "incomplete | {'message':{'content':'Yes'}}",
                "incomplete | {'message':{'content':'Yes'},'finish_reason':'error'}",
                "incomplete | {'message':{'content':'Yes'},'finish_reason':['stop']}",
                "filtered | {'message':{'content':'Yes'},'finish_reason':'content_filter'}",
                "refusal | {'message':{'content':null,'refusal':'I cannot.'},'finish_reason':'stop'}",
                "refusal | {'message':{'content':'I','refusal':'cannot'},'finish_reason':'stop'}",
                "refusal | {'message':{'content':'I','refusal':true},'finish_reason':'stop'}",
                "empty | {'message':{'content':''},'finish_reason':'stop'}",
                "empty | {'message':{'content':null},'finish_reason':'stop'}",
                "empty | {'message':{'content':[]},'finish_reason':'stop'}",
                "empty | {'message':{},'finish_reason':'stop'}",
                "empty | {'message':{'content':null,'tool_calls':[]},'finish_reason':'tool_calls'}",
                "not-an-answer | {'finish_reason':'stop'}",
                "not-an-answer | {'message':'Yes','finish_reason':'stop'}",
                "not-an-answer | {'message':null,'finish_reason':'stop'}",
                "not-an-answer | {'message':{'content':1},'finish_reason':'stop'}",
                "not-an-answer | {'message':{'content':{'text':'Yes'}},'finish_reason':'stop'}",
                "not-an-answer | {'message':{'content':null,'tool_calls':{'0':{}}},'finish_reason':'tool_calls'}",
                "not-an-answer | {'message':{'content':'Yes','tool_calls':['f']},'finish_reason':'stop'}",
                "not-an-answer | {'message':{'content':'Yes','tool_calls':'f'},'finish_reason':'stop'}",
                "not-an-answer | {'message':{'content':'Yes','function_call':'f'},'finish_reason':'stop'}",
                "not-an-answer | 'Yes'",
                "not-an-answer | null"
            })
    void otherChoices_areNotKept(String why, String choice) {
        assertEquals(why, notKept(chat(choice)).why());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'choices':[]}",
                "{'choices':null}",
                "{'choices':'stop'}",
                "{'choices':{'a':{'message':{'content':'Yes'},'finish_reason':'stop'}}}",
                "{'choices':[{'message':{'content':'Yes'},'finish_reason':'stop'},"
                        + "{'message':{'content':'No'},'finish_reason':'stop'}]}",
                "{'error':{'message':'overloaded'}}",
                "{'error':'x','choices':[{'message':{'content':'Yes'},'finish_reason':'stop'}]}",
                "[]",
                "1",
                "null"
            })
    void whatIsNoAnswer_isNotKept(String json) {
        JsonNode tree = StrictJson.parse(Trees.bytes(json));
        assertEquals(
                "not-an-answer",
                notKept(Answers.openAiChat(Trees.bytes(json), tree)).why());
        assertEquals(
                "not-an-answer",
                notKept(Answers.anthropicMessage(Trees.bytes(json), tree)).why());
    }

    @Test
    void nullError_isNone() {
        whole(Answers.openAiChat(
                new byte[0],
                Trees.of("{'error':null,'choices':[{'message':{'content':'Yes'},'finish_reason':'stop'}]}")));
    }

    @Test
    void whatAnAnswerThatIsNotKeptHasCost_isRead() {
        Answers.Reading.NotKept cut = notKept(Answers.openAiChat(
                new byte[0],
                Trees.of("{'model':'m','choices':[{'message':{'content':'Yes'},'finish_reason':'length'}],"
                        + "'usage':{'prompt_tokens':9,'completion_tokens':3}}")));
        assertEquals("m", cut.model());
        assertEquals(Usage.of(9, 3, false), cut.usage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "null", "{}", "['m']"})
    void modelThatIsNoString_isUnknown(String model) {
        assertNull(notKept(Answers.openAiChat(new byte[0], Trees.of("{'model':" + model + "}")))
                .model());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'prompt_tokens':9,'completion_tokens':3} | 9,0,3",
                "{'prompt_tokens':9} | 9,0,0",
                "{'prompt_tokens':9,'completion_tokens':null,'prompt_tokens_details':null} | 9,0,0",
                "{'prompt_tokens':9,'completion_tokens':3,'prompt_tokens_details':{'cached_tokens':4}} | 9,4,3",
                "{'prompt_tokens':9,'completion_tokens':3,'prompt_tokens_details':{'cached_tokens':9}} | 9,9,3",
                "{'prompt_tokens':0,'completion_tokens':0} | 0,0,0"
            })
    void usage_countsCachedTokensWithinThePrompts(String usage, String counts) {
        Usage read = Answers.openAiUsage(Trees.of(usage));
        assertEquals(
                counts,
                read == null ? "" : read.inputTokens() + "," + read.cachedInputTokens() + "," + read.outputTokens());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'completion_tokens':3}",
                "{'prompt_tokens':null,'completion_tokens':3}",
                "{'prompt_tokens':-1,'completion_tokens':3}",
                "{'prompt_tokens':9,'completion_tokens':-3}",
                "{'prompt_tokens':'9','completion_tokens':3}",
                "{'prompt_tokens':9.5,'completion_tokens':3}",
                "{'prompt_tokens':1e400,'completion_tokens':3}",
                "{'prompt_tokens':9,'completion_tokens':99999999999999999999999999}",
                "{'prompt_tokens':9223372036854775807,'completion_tokens':3}",
                "{'prompt_tokens':1099511627776,'completion_tokens':3}",
                "{'prompt_tokens':9,'completion_tokens':3,'prompt_tokens_details':{'cached_tokens':10}}",
                "{'prompt_tokens':9,'completion_tokens':3,'prompt_tokens_details':{'cached_tokens':-1}}",
                "{'prompt_tokens':9,'completion_tokens':3,'prompt_tokens_details':{'cached_tokens':[]}}",
                "{'prompt_tokens':{},'completion_tokens':[]}"
            })
    void absurdUsage_isUnknown(String usage) {
        assertNull(Answers.openAiUsage(Trees.of(usage)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "'9'", "[]", "9", "true"})
    void usageThatIsNoObject_isUnknown(String usage) {
        assertNull(Answers.openAiUsage(StrictJson.parse(Trees.bytes(usage))));
        assertNull(WireUsage.anthropic(StrictJson.parse(Trees.bytes(usage))));
    }

    @Test
    void anthropicUsage_countsWhatWasReadAndWrittenAsInput() {
        assertEquals(
                new Usage(175, 100, 50, 7, false),
                WireUsage.anthropic(Trees.of("{'input_tokens':25,'cache_read_input_tokens':100,"
                        + "'cache_creation_input_tokens':50,'output_tokens':7}")));
        assertEquals(
                new Usage(25, 0, 0, 7, false),
                WireUsage.anthropic(Trees.of("{'input_tokens':25,'cache_read_input_tokens':null,'output_tokens':7}")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'input_tokens':25}",
                "{'output_tokens':7}",
                "{'input_tokens':25,'output_tokens':7,'cache_read_input_tokens':-1}",
                "{'input_tokens':25,'output_tokens':7,'cache_creation_input_tokens':9223372036854775807}",
                "{'input_tokens':9223372036854775807,'output_tokens':9223372036854775807}"
            })
    void absurdAnthropicUsage_isUnknown(String usage) {
        assertNull(WireUsage.anthropic(Trees.of(usage)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "end_turn | [{'type':'text','text':'Yes.'}] | false",
                "stop_sequence | [{'type':'text','text':'Yes.'}] | false",
                "end_turn | [{'type':'thinking','thinking':'hm','signature':'s'},{'type':'text','text':'Yes.'}] |"
                        + " false",
                "tool_use | [{'type':'tool_use','id':'u','name':'f','input':{}}] | true",
                "end_turn | [{'type':'text','text':'So'},{'type':'tool_use','id':'u','name':'f','input':{}}] | true"
            })
    void completeMessage_isKept(String stop, String content, boolean callsTools) {
        assertEquals(callsTools, whole(message(stop, content)).callsTools());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "incomplete | max_tokens | [{'type':'text','text':'Yes'}]",
                "incomplete | pause_turn | [{'type':'text','text':'Yes'}]",
                "incomplete | model_context_window_exceeded | [{'type':'text','text':'Yes'}]",
                "refusal | refusal | [{'type':'text','text':'Yes'}]",
                "empty | end_turn | []",
                "empty | end_turn | [{'type':'text','text':''}]",
                "not-an-answer | end_turn | null",
                "not-an-answer | end_turn | 'Yes'",
                "not-an-answer | end_turn | {'type':'text','text':'Yes'}",
                "not-an-answer | end_turn | ['Yes']",
                "not-an-answer | end_turn | [null]",
                "not-an-answer | end_turn | [{'type':'text','text':1}]"
            })
    void otherMessages_areNotKept(String why, String stop, String content) {
        assertEquals(why, notKept(message(stop, content)).why());
    }

    @Test
    void messageWithoutAStopReason_isIncomplete() {
        ObjectNode tree = Trees.of("{'type':'message','content':[{'type':'text','text':'Yes'}],'stop_reason':null}");
        assertEquals(
                "incomplete",
                notKept(Answers.anthropicMessage(new byte[0], tree)).why());
    }

    @Test
    void anthropicError_isNoAnswer() {
        ObjectNode tree = Trees.of("{'type':'error','error':{'type':'overloaded_error'}}");
        assertEquals(
                "not-an-answer",
                notKept(Answers.anthropicMessage(new byte[0], tree)).why());
    }

    private static Answers.Reading chat(String choice) {
        byte[] json = Trees.bytes("{'choices':[" + choice + "]}");
        return Answers.openAiChat(json, StrictJson.parse(json));
    }

    private static Answers.Reading message(String stop, String content) {
        byte[] json = Trees.bytes("{'type':'message','stop_reason':'" + stop + "','content':" + content + "}");
        return Answers.anthropicMessage(json, StrictJson.parse(json));
    }

    private static Completion whole(Answers.Reading reading) {
        return assertInstanceOf(Answers.Reading.Whole.class, reading).completion();
    }

    private static Answers.Reading.NotKept notKept(Answers.Reading reading) {
        return assertInstanceOf(Answers.Reading.NotKept.class, reading);
    }
}
