package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AnthropicMessagesTest {
    private static final String HI = "'max_tokens':9,'messages':[{'role':'user','content':'hi'}]";

    @Test
    void call_hasItsModelAndItsLastUserTextApart() {
        Call call = read("{'model':'claude'," + HI + "}");
        assertEquals(Wire.ANTHROPIC_MESSAGES, call.wire());
        assertEquals("claude", call.model());
        assertEquals(List.of("hi"), call.texts());
        assertEquals(
                Trees.of("{'role':'user','content':[{'type':'text'}]}"),
                call.turns().getLast().shape());
        assertEquals(Trees.of("{'max_tokens':9}"), call.shape());
        assertNull(call.uncacheable());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{" + HI + "}", "{'model':null," + HI + "}", "{'model':1," + HI + "}"})
    void modelThatIsNoString_isMalformed(String body) {
        assertThrows(MalformedRequestException.class, () -> read(body));
    }

    @Test
    void systemText_isOneTextPart() {
        assertEquals(shape("'system':'be brief'"), shape("'system':[{'type':'text','text':'be brief'}]"));
    }

    @Test
    void systemPrompts_differ() {
        assertNotEquals(shape("'system':'be brief'"), shape("'system':'be long'"));
        assertNotEquals(shape("'system':''"), shape("'thinking':null"));
    }

    @Test
    void cacheMarks_areNothingWhereverAnthropicTakesThem() {
        String marked = "{'model':'m','cache_control':{'type':'ephemeral'},"
                + "'system':[{'type':'text','text':'s','cache_control':{'type':'ephemeral'}}],"
                + "'tools':[{'name':'t','input_schema':{},'cache_control':{'type':'ephemeral'}}],"
                + "'messages':[{'role':'user','content':[{'type':'tool_result','tool_use_id':'u','cache_control':{},"
                + "'content':[{'type':'text','text':'42','cache_control':{'type':'ephemeral','ttl':'1h'}}]},"
                + "{'type':'text','text':'hi','cache_control':{'type':'ephemeral'}}]}]}";
        String bare = "{'model':'m','system':[{'type':'text','text':'s'}],"
                + "'tools':[{'name':'t','input_schema':{}}],"
                + "'messages':[{'role':'user','content':[{'type':'tool_result','tool_use_id':'u',"
                + "'content':[{'type':'text','text':'42'}]},{'type':'text','text':'hi'}]}]}";
        assertEquals(read(bare), read(marked));
    }

    /** What a caller's own data is called is no mark of Anthropic's. */
    @Test
    void fieldsOfThatNameInACallersData_areSomething() {
        assertNotEquals(
                shape("'tools':[{'name':'t','input_schema':{'properties':{'cache_control':{'type':'string'}}}}]"),
                shape("'tools':[{'name':'t','input_schema':{'properties':{}}}]"));
        String use = "{'model':'m','messages':[{'role':'assistant','content':[{'type':'tool_use','id':'u','name':'t',"
                + "'input':{'content':[{%s'a':1}]}}]},{'role':'user','content':'hi'}]}";
        assertNotEquals(
                read(use.formatted("'cache_control':1,")).turns(),
                read(use.formatted("")).turns());
    }

    @Test
    void whoAsksAndHow_isNothing() {
        assertEquals(shape("'a':1"), shape("'a':1,'metadata':{'user_id':'u'},'stream':true"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'true'", "1", "{}"})
    void streamThatIsNoBoolean_isMalformed(String stream) {
        assertThrows(MalformedRequestException.class, () -> read("{'model':'m','stream':" + stream + "," + HI + "}"));
    }

    @Test
    void prefilledAnswer_isWhollyInTheShape() {
        Call call =
                read("{'model':'m','messages':[{'role':'user','content':'hi'},{'role':'assistant','content':'{'}]}");
        assertEquals(List.of(), call.texts());
        assertEquals("{", call.turns().getLast().shape().at("/content/0/text").textValue());
    }

    private static Call read(String body) {
        return new AnthropicMessages().read(Trees.of(body));
    }

    private static Object shape(String field) {
        return read("{'model':'m'," + field + "," + HI + "}").shape();
    }
}
