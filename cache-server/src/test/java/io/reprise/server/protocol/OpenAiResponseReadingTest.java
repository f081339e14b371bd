package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.reprise.server.protocol.Answers.Reading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OpenAiResponseReadingTest {
    private static final String SAID =
            "{'type':'message','id':'m','status':'completed','role':'assistant','content':[{'type':'output_text','text':'a'}]}";
    private static final String CALL =
            "{'type':'function_call','id':'fc','status':'completed','call_id':'c','name':'f','arguments':'{}'}";

    @Test
    void completeResponse_isKeptByteForByte() {
        byte[] json =
                Trees.bytes("{'id' : 'resp_1','object':'response','status':'completed','model':'m','output':[" + SAID
                        + "],\n'usage':{'input_tokens':9,'input_tokens_details':{'cached_tokens':4},'output_tokens':3,"
                        + "'output_tokens_details':{'reasoning_tokens':1},'total_tokens':12}}");
        Completion completion = assertInstanceOf(
                        Reading.Whole.class, OpenAiResponseReading.read(json, StrictJson.parse(json), false))
                .completion();
        assertSame(json, completion.json());
        assertEquals(Completion.Form.OPENAI_RESPONSE, completion.form());
        assertEquals("a", completion.text());
        assertEquals("m", completion.model());
        assertEquals(new Usage(9, 4, 0, 3, false, new UsageDetails(0, 0, 0, 0, 0, 0, "", 1)), completion.usage());
        assertEquals(false, completion.callsTools());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                CALL,
                "{'type':'custom_tool_call','id':'x','call_id':'c','name':'g','input':'y'}",
                "{'type':'an_item_of_tomorrow'}"
            })
    void itemThatAsksForSomething_callsTools(String item) {
        assertEquals(true, whole("'status':'completed','output':[" + item + "]").callsTools());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'status':'completed','output':[] | empty",
                "'status':'completed','output':[{'type':'reasoning','summary':[]}] | empty",
                "'status':'completed','output':[{'type':'message','content':[{'type':'output_text','text':''}]}] |"
                        + " empty",
                "'status':'completed','output':[{'type':'message','content':[{'type':'refusal','refusal':'no'}]}] |"
                        + " refusal",
                "'status':'incomplete','incomplete_details':{'reason':'max_output_tokens'},'output':[SAID] |"
                        + " incomplete",
                "'status':'incomplete','incomplete_details':{'reason':'content_filter'},'output':[SAID] | filtered",
                "'status':'completed','incomplete_details':{'reason':'x'},'output':[SAID] | incomplete",
                "'status':'completed','output':[SAID,{'type':'function_call','status':'in_progress'}] | incomplete",
                "'status':'failed','error':{'code':'server_error'},'output':[] | not-an-answer",
                "'status':'queued','output':[] | incomplete",
                "'status':'completed','output':'a' | not-an-answer",
                "'status':'completed','output':['a'] | not-an-answer",
                "'status':'completed','output':[{'type':'message','content':[{'type':'output_text','text':7}]}] |"
                        + " not-an-answer"
            })
    void whatIsNotWhole_isNotKept(String fields, String why) {
        assertEquals(why, notKept(fields, false));
    }

    @Test
    void otherObject_isNoAnswer() {
        byte[] json = Trees.bytes("{'object':'response.deleted','id':'r','deleted':true}");
        assertEquals(
                "not-an-answer",
                assertInstanceOf(Reading.NotKept.class, OpenAiResponseReading.read(json, StrictJson.parse(json), false))
                        .why());
    }

    @Test
    void truncatedResponse_isKeptWhereTheOperatorSaysSoButNotWithToolCalls() {
        String cut = "'status':'incomplete','incomplete_details':{'reason':'max_output_tokens'},'output':[";
        assertInstanceOf(Reading.Whole.class, read(cut + SAID + "]", true));
        assertEquals("incomplete", notKept(cut + SAID + "," + CALL + "]", true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'input_tokens':-1,'output_tokens':3}",
                "{'input_tokens':1}",
                "{'input_tokens':1,'output_tokens':1,'input_tokens_details':{'cached_tokens':2}}",
                "{'prompt_tokens':1,'completion_tokens':1}"
            })
    void usageThatIsNotToBeTrusted_isUnknown(String usage) {
        assertNull(WireUsage.openAiResponse(StrictJson.object().set("usage", Trees.of(usage))));
    }

    private static Completion whole(String fields) {
        return assertInstanceOf(Reading.Whole.class, read(fields, false)).completion();
    }

    private static String notKept(String fields, boolean keepTruncated) {
        return assertInstanceOf(Reading.NotKept.class, read(fields, keepTruncated))
                .why();
    }

    private static Reading read(String fields, boolean keepTruncated) {
        byte[] json = Trees.bytes("{'object':'response'," + fields.replace("SAID", SAID) + "}");
        return OpenAiResponseReading.read(json, StrictJson.parse(json), keepTruncated);
    }
}
