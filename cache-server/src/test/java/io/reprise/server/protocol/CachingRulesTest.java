package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CachingRulesTest {
    private static final String HI = "'messages':[{'role':'user','content':'hi'}]";

    @ParameterizedTest
    @CsvSource({"0.5, ", "0.50, ", "0, ", "0.51, temperature", "2, temperature", "1e0, temperature"})
    void temperatureAboveTheCeiling_isNotCached(String temperature, String why) {
        assertEquals(
                why, coolOnly("{'temperature':" + temperature + "," + HI + "}").uncacheable());
    }

    /** Providers sample at 1 when nothing is said. */
    @ParameterizedTest
    @ValueSource(strings = {"", "'temperature':null,"})
    void callWithoutATemperature_isSampledAtOne(String field) {
        assertEquals("temperature", coolOnly("{" + field + HI + "}").uncacheable());
    }

    @Test
    void reasonOfTheWire_comesFirst() {
        assertEquals("n", coolOnly("{'n':2," + HI + "}").uncacheable());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[{'type':'function','function':{'name':'send_mail'}}] | side-effects",
                "[{'type':'function','function':{'name':'look'}},{'type':'custom','custom':{'name':'pay'}}] | side-effects",
                "[{'type':'function','function':{'name':'resend_mail'}}] |",
                "[{'type':'function','function':{'name':'payment'}}] |",
                "[] |"
            })
    void toolThatActs_isNotCached(String tools, String why) {
        var rules = new CachingRules(Map.of(), null, List.of("send_*", "pay"), false);
        assertEquals(
                why,
                new OpenAiChat(rules)
                        .read(Trees.of("{'tools':" + tools + "," + HI + "}"))
                        .uncacheable());
    }

    @Test
    void toolsOfEveryWire_haveTheirNames() {
        assertEquals(
                Set.of("f", "g", "h"),
                new OpenAiChat()
                        .read(Trees.of("{'tools':[{'type':'function','function':{'name':'f'}},"
                                + "{'type':'custom','custom':{'name':'g'}}],'functions':[{'name':'h'}]," + HI + "}"))
                        .tools());
        assertEquals(
                Set.of("f", "bash"),
                new AnthropicMessages()
                        .read(Trees.of("{'model':'m','tools':[{'name':'f','input_schema':{}},"
                                + "{'type':'bash_20250124','name':'bash'}]," + HI + "}"))
                        .tools());
        assertEquals(
                Set.of("f", "web_search"),
                new OpenAiResponses()
                        .read(Trees.of("{'tools':[{'type':'function','name':'f'},{'type':'web_search'}],'input':'hi'}"))
                        .tools());
    }

    @Test
    void star_standsForAnything() {
        var rules = new CachingRules(Map.of(), null, List.of("*"), false);
        Call call = new OpenAiChat(rules)
                .read(Trees.of("{'tools':[{'type':'function','function':{'name':'f'}}]," + HI + "}"));
        assertEquals("side-effects", call.uncacheable());
    }

    @Test
    void modelWithAName_isLookedUpUnderIt() {
        Call call = shared("{'model':'gpt-4o'," + HI + "}");
        assertEquals("gpt-4o", call.model());
        assertEquals("house", call.name());
        assertTrue(call.isCanonical());
    }

    @Test
    void otherModel_isItself() {
        assertNull(shared("{'model':'o3'," + HI + "}").shared());
        assertNull(shared("{" + HI + "}").shared());
    }

    /** An operator who gives a model the name of another means that one too. */
    @Test
    void modelOfThatVeryName_isAmongThem() {
        assertEquals("house", shared("{'model':'house'," + HI + "}").name());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'seed':1",
                "'stop':['END']",
                "'response_format':{'type':'json_object'}",
                "'logprobs':true",
                "'store':true",
                "'tools':[{'type':'custom','custom':{'name':'g'}}]",
                "'a_field_of_tomorrow':{'x':1}"
            })
    void whatOneWireAloneCanSay_staysOnItUnderTheName(String field) {
        Call call = shared("{'model':'gpt-4o'," + field + "," + HI + "}");
        assertEquals("house", call.name());
        assertFalse(call.isCanonical());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{'role':'user','name':'ann','content':'hi'}]",
                "[{'role':'user','content':[{'type':'input_audio','input_audio':{'data':'B','format':'wav'}}]}]",
                "[{'role':'user','content':[{'type':'image_url','image_url':{'url':'u','detail':'low'}}]}]",
                "[{'role':'user','content':'hi'},{'role':'assistant','content':'ho'}]",
                "[{'role':'user','content':'hi'},{'role':'system','content':'late'},{'role':'user','content':'hi'}]",
                "[{'role':'assistant','refusal':'no'},{'role':'user','content':'hi'}]",
                "[{'role':'system','content':'alone'}]"
            })
    void conversationThatOneWireAloneCanHave_staysOnIt(String messages) {
        assertFalse(shared("{'model':'gpt-4o','messages':" + messages + "}").isCanonical());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'messages':[{'role':'user','content':'hi'},{'role':'assistant','content':[{'type':'thinking','thinking':'hm','signature':'s'},"
                        + "{'type':'text','text':'a'}]},{'role':'user','content':'and?'}]",
                "'messages':[{'role':'user','content':[{'type':'text','text':'hi'},{'type':'tool_result','tool_use_id':'u','content':'1'}]}]",
                "'messages':[{'role':'user','content':[{'type':'tool_result','tool_use_id':'u','content':'1','is_error':true}]}]",
                "'messages':[{'role':'user','content':'a'},{'role':'user','content':'b'}]",
                "'stop_sequences':['END']," + HI,
                "'top_k':5," + HI,
                "'thinking':{'type':'enabled','budget_tokens':1024}," + HI,
                "'tools':[{'type':'web_search_20250305','name':'web_search'}]," + HI
            })
    void whatAnthropicAloneCanSay_staysOnItsWire(String fields) {
        var wire = new AnthropicMessages(new CachingRules(Map.of("claude", "house"), null, List.of(), false));
        assertFalse(wire.read(Trees.of("{'model':'claude'," + fields + "}")).isCanonical());
    }

    private static Call coolOnly(String body) {
        var rules = new CachingRules(Map.of(), new BigDecimal("0.5"), List.of(), false);
        return new OpenAiChat(rules).read(Trees.of(body));
    }

    private static Call shared(String body) {
        var rules = new CachingRules(Map.of("gpt-4o", "house", "claude", "house"), null, List.of(), false);
        return new OpenAiChat(rules).read(Trees.of(body));
    }
}
