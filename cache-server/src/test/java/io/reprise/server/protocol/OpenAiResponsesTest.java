package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OpenAiResponsesTest {
    private static final OpenAiResponses WIRE = new OpenAiResponses();
    private static final String MESSAGE =
            "{'type':'message','id':'msg_1','status':'completed','role':'assistant','content':["
                    + "{'type':'output_text','text':'so','annotations':[],'logprobs':[]}]}";

    @Test
    void inputString_isOneUserMessage() {
        Call call = read("{'model':'m','store':false,'input':'hi'}");
        assertEquals(List.of("hi"), call.texts());
        assertEquals(Trees.of("{'store':false}"), call.shape());
        assertEquals(call.turns(), turns("[{'role':'user','content':'hi'}]"));
        assertEquals(
                call.turns(),
                turns("[{'type':'message','role':'user','content':[{'type':'input_text','text':'hi'}]}]"));
        assertNull(call.uncacheable());
    }

    @Test
    void idsAndStatusOfTurnsThatWereAnswered_sayNothing() {
        assertEquals(
                turns("[" + MESSAGE
                        + ",{'type':'function_call','id':'fc_1','status':'completed','call_id':'c','name':'f','arguments':'{}'},"
                        + "{'type':'function_call_output','id':'o','status':'completed','call_id':'c','output':'1'}]"),
                turns(
                        "[{'role':'assistant','content':'so'},{'type':'function_call','call_id':'c','name':'f','arguments':'{}'},"
                                + "{'type':'function_call_output','call_id':'c','output':'1'}]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'function_call','call_id':'c','name':'f','arguments':'{}'} | {'type':'function_call','call_id':'d','name':'f','arguments':'{}'}",
                "{'type':'reasoning','id':'a','summary':[]} | {'type':'reasoning','id':'b','summary':[]}",
                "{'type':'reasoning','id':'a','encrypted_content':'x'} | {'type':'reasoning','id':'a','encrypted_content':'y'}",
                "{'type':'computer_call','id':'a'} | {'type':'computer_call','id':'b'}"
            })
    void whatElseAnItemSays_isPartOfIt(String one, String other) {
        assertNotEquals(turns("[" + one + "]"), turns("[" + other + "]"));
    }

    @Test
    void filesAndImages_areInTheShapeOfTheLastTurn() {
        Call call = read(
                "{'store':false,'input':[{'role':'user','content':[{'type':'input_text','text':'what?'},"
                        + "{'type':'input_image','image_url':'data:image/png;base64,AA'},{'type':'input_file','file_id':'f'}]}]}");
        assertEquals(List.of("what?"), call.texts());
        assertEquals(
                "f", call.turns().getLast().shape().at("/content/2/file_id").textValue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "{}",
                "['a']",
                "[{'role':'user'}]",
                "[{'role':'user','content':7}]",
                "[{'role':'user','content':['a']}]",
                "[{'role':'user','content':[{'type':'input_text'}]}]"
            })
    void inputThatIsNotMadeAsItemsAre_isMalformed(String input) {
        assertThrows(MalformedRequestException.class, () -> turns(input));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'store':false |",
                " | store",
                "'store':true | store",
                "'store':null | store",
                "'store':false,'previous_response_id':'resp_1' | previous-response",
                "'store':false,'previous_response_id':null |",
                "'store':false,'conversation':'conv_1' | conversation",
                "'background':true | background",
                "'store':false,'prompt':{'id':'pmpt_1'} | prompt-template",
                "'store':false,'tools':[{'type':'mcp','server_url':'x'}] | hosted-tools",
                "'store':false,'tools':[{'type':'code_interpreter'}] | hosted-tools",
                "'store':false,'tools':[{'type':'computer_use_preview'}] | hosted-tools",
                "'store':false,'tools':[{'type':'image_generation'}] | hosted-tools",
                "'store':false,'tools':[{'type':'local_shell'}] | hosted-tools",
                "'store':false,'tools':[{'type':'a_tool_of_tomorrow'}] | hosted-tools",
                "'store':false,'tools':[{'type':'web_search'},{'type':'function','name':'f'},{'type':'custom','name':'g'}] |"
            })
    void whatIsKeptElsewhereOrActs_isNotCached(String fields, String why) {
        String more = fields == null ? "" : fields + ",";
        assertEquals(why, read("{" + more + "'input':'hi'}").uncacheable());
    }

    @Test
    void itemKeptElsewhere_isNotCached() {
        assertEquals(
                "item-reference",
                read("{'store':false,'input':[{'type':'item_reference','id':'msg_1'},{'role':'user','content':'hi'}]}")
                        .uncacheable());
    }

    @ParameterizedTest
    @ValueSource(strings = {"web_search", "web_search_preview_2025_03_11", "file_search"})
    void toolsThatLookThingsUp_answerEqualQuestionsAlone(String type) {
        Call call = read("{'store':false,'tools':[{'type':'" + type + "'}],'input':'hi'}");
        assertEquals("looks-up", call.exactOnly());
    }

    @Test
    void whoAsks_isNotInTheShapeButIsRepeated() {
        Call call = read("{'store':false,'user':'u','metadata':{'a':'b'},'stream':true,'input':'hi'}");
        assertEquals(Trees.of("{'store':false}"), call.shape());
        assertEquals(Trees.of("{'store':false,'user':'u','metadata':{'a':'b'}}"), call.repeated());
    }

    @Test
    void echoes_areTheItemsAndTheWordsAlone() {
        String reasoning = "{'type':'reasoning','id':'rs_1','summary':[],'encrypted_content':'x'}";
        Completion answer = response("[" + reasoning + "," + MESSAGE + "]");
        assertEquals(
                List.of(
                        turns("[" + reasoning + ",{'role':'assistant','content':'so'}]"),
                        turns("[{'role':'assistant','content':'so'}]")),
                WIRE.echoes(answer, new Replay("e1", "m", Instant.EPOCH, false)));
    }

    @Test
    void echoesUnderOneName_areAlikeOnAllWires() {
        var rules = new CachingRules(Map.of("m", "house"), null, List.of(), false);
        Replay replay = new OpenAiResponses(rules)
                .read(Trees.of("{'model':'m','store':false,'input':'hi'}"))
                .replay("e1", Instant.EPOCH);
        Completion answer = response("[" + MESSAGE + "]");
        List<List<Turn>> echoes = WIRE.echoes(answer, replay);
        assertTrue(replay.canonical());
        assertEquals(echoes, new OpenAiChat().echoes(answer, replay));
        assertEquals(echoes, new AnthropicMessages().echoes(answer, replay));
        assertEquals(
                Trees.of("{'role':'assistant','content':[{'type':'text','text':'so'}]}"),
                echoes.getFirst().getFirst().shape());
    }

    private static Completion response(String output) {
        byte[] json = Trees.bytes("{'id':'resp_1','object':'response','status':'completed','output':" + output + "}");
        return assertInstanceOf(Answers.Reading.Whole.class, WIRE.answer(json, StrictJson.parse(json)))
                .completion();
    }

    private static Call read(String body) {
        return WIRE.read(Trees.of(body));
    }

    private static List<Turn> turns(String input) {
        return read("{'store':false,'input':" + input + "}").turns();
    }
}
