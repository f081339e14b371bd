package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OpenAiChatTest {
    private static final String HI = "'messages':[{'role':'user','content':'hi'}]";

    @Test
    void call_hasItsModelAndItsLastUserTextApart() {
        Call call = read("{'model':'gpt-4o'," + HI + "}");
        assertEquals(Wire.OPENAI_CHAT, call.wire());
        assertEquals("gpt-4o", call.model());
        assertEquals(List.of("hi"), call.texts());
        assertEquals(
                Trees.of("{'role':'user','content':[{'type':'text'}]}"),
                call.turns().getLast().shape());
        assertEquals(Trees.of("{}"), call.shape());
        assertNull(call.uncacheable());
    }

    @Test
    void reading_leavesTheBodyAsItWas() {
        String body = "{'model':'m','user':'u','stream':true,'cache_control':{},'n':1,"
                + "'messages':[{'role':'user','content':[{'type':'text','text':'hi','cache_control':{}}]}]}";
        ObjectNode tree = Trees.of(body);
        new OpenAiChat().read(tree);
        assertEquals(Trees.of(body), tree);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{" + HI + "}", "{'model':null," + HI + "}"})
    void modelThatIsAbsentOrNull_isNone(String body) {
        assertNull(read(body).model());
    }

    @Test
    void emptyModel_isAModel() {
        assertEquals("", read("{'model':''," + HI + "}").model());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "true", "[]", "{'a':'b'}"})
    void modelThatIsNoString_isMalformed(String model) {
        assertMalformed("{'model':" + model + "," + HI + "}");
    }

    @Test
    void severalTextParts_areTakenOutInOrderAndLeaveMarks() {
        Call call = read("{'messages':[{'role':'user','content':[{'type':'text','text':'a'},"
                + "{'type':'image_url','image_url':{'url':'data:,'}},{'type':'text','text':'b'}]}]}");
        assertEquals(List.of("a", "b"), call.texts());
        assertEquals(
                Trees.of("{'role':'user','content':[{'type':'text'},"
                        + "{'type':'image_url','image_url':{'url':'data:,'}},{'type':'text'}]}"),
                call.turns().getLast().shape());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'role':'assistant','content':'ho'}",
                "{'role':'tool','tool_call_id':'c','content':'42'}",
                "{'role':'system','content':'be brief'}",
                "{'role':'user'}",
                "{'role':'user','content':null}",
                "{'role':'user','content':[]}",
                "{'role':'user','content':[{'type':'image_url','image_url':{'url':'data:,'}}]}"
            })
    void lastTurnWithoutAUsersText_isWhollyInTheShape(String last) {
        Call call = read("{'messages':[{'role':'user','content':'hi'}," + last + "]}");
        assertEquals(List.of(), call.texts());
        assertEquals(List.of("hi"), call.turns().getFirst().texts());
        assertEquals(2, call.turns().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'messages':null}",
                "{'messages':'hi'}",
                "{'messages':{}}",
                "{'messages':1}",
                "{'messages':[]}",
                "{'messages':['hi']}",
                "{'messages':[null]}",
                "{'messages':[[]]}",
                "{'messages':[{}]}",
                "{'messages':[{'content':'hi'}]}",
                "{'messages':[{'role':null,'content':'hi'}]}",
                "{'messages':[{'role':1,'content':'hi'}]}",
                "{'messages':[{'role':['user'],'content':'hi'}]}",
                "{'messages':[{'role':'user','content':'hi'},1]}"
            })
    void messagesOfAnotherShape_areMalformed(String body) {
        assertMalformed(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "true",
                "{}",
                "{'text':'hi'}",
                "['hi']",
                "[null]",
                "[1]",
                "[['hi']]",
                "[{'type':'text'}]",
                "[{'type':'text','text':null}]",
                "[{'type':'text','text':1}]",
                "[{'type':'text','text':['hi']}]",
                "[{'type':'text','text':'hi'},{'type':'text'}]"
            })
    void contentOfAnotherShape_isMalformed(String content) {
        assertMalformed("{'messages':[{'role':'user','content':" + content + "}]}");
        assertMalformed("{'messages':[{'role':'user','content':" + content + "},{'role':'user','content':'hi'}]}");
    }

    @Test
    void malformation_neverQuotesTheBody() {
        assertFalse(assertMalformed("{'messages':[{'role':{'s3cret':1}}]}").contains("s3cret"));
        assertFalse(assertMalformed("{'model':['s3cret']," + HI + "}").contains("s3cret"));
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, false", "null, false"})
    void stream_isAskedForByTrueAlone(String stream, boolean asked) {
        assertEquals(asked, read("{'stream':" + stream + "," + HI + "}").stream());
    }

    @ParameterizedTest
    @ValueSource(strings = {"'true'", "1", "0", "'false'", "{}", "[true]"})
    void streamThatIsNoBoolean_isMalformed(String stream) {
        assertMalformed("{'stream':" + stream + "," + HI + "}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'include_usage':true} | true",
                "{'include_usage':false} | false",
                "{'include_usage':null} | false",
                "{} | false",
                "null | false"
            })
    void usageInTheStream_isAskedForByTrueAlone(String options, boolean asked) {
        assertEquals(
                asked,
                read("{'stream':true,'stream_options':" + options + "," + HI + "}")
                        .streamUsage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "'x'", "[]", "{'include_usage':'true'}", "{'include_usage':1}"})
    void streamOptionsOfAnotherShape_areMalformed(String options) {
        assertMalformed("{'stream':true,'stream_options':" + options + "," + HI + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2",
                "0",
                "-1",
                "1.5",
                "'1'",
                "'2'",
                "true",
                "[1]",
                "{}",
                "4294967297",
                "18446744073709551617",
                "1e400"
            })
    void anyNButOne_isNotCached(String n) {
        assertEquals("n", read("{'n':" + n + "," + HI + "}").uncacheable());
    }

    /** One is what every provider takes an absent {@code n} for. */
    @ParameterizedTest
    @ValueSource(strings = {"'n':1,", "'n':1.0,", "'n':null,", ""})
    void oneAnswer_isTheSameAskedForOrNot(String n) {
        Call call = read("{" + n + HI + "}");
        assertNull(call.uncacheable());
        assertEquals(read("{" + HI + "}").shape(), call.shape());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'audio':{'voice':'alloy','format':'wav'}",
                "'modalities':['text','audio']",
                "'modalities':['audio']",
                "'modalities':'audio'"
            })
    void spokenAnswers_areNotCached(String field) {
        assertEquals("audio", read("{" + field + "," + HI + "}").uncacheable());
    }

    @ParameterizedTest
    @ValueSource(strings = {"'audio':null", "'modalities':['text']", "'modalities':null"})
    void writtenAnswers_areCached(String field) {
        assertNull(read("{" + field + "," + HI + "}").uncacheable());
    }

    @Test
    void prompt_isAChatOfOneUserMessage() {
        assertEquals(read("{'model':'m'," + HI + "}"), new OpenAiChat().ofPrompt("hi", "m"));
        assertEquals(read("{" + HI + "}"), new OpenAiChat().ofPrompt("hi", null));
    }

    private static Call read(String body) {
        return new OpenAiChat().read(Trees.of(body));
    }

    private static String assertMalformed(String body) {
        String message =
                assertThrows(MalformedRequestException.class, () -> read(body)).getMessage();
        assertTrue(message.length() < 100, message);
        return message;
    }
}
