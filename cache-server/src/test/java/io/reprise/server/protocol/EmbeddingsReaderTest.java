package io.reprise.server.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EmbeddingsReaderTest {
    private static final EmbeddingsCall FLOATS = OpenAiEmbeddings.read(Trees.of("{'input':'a'}"));
    private static final EmbeddingsCall BASE64 =
            OpenAiEmbeddings.read(Trees.of("{'input':'a','encoding_format':'base64'}"));
    private static final EmbeddingsCall BASE64_BYTES =
            OpenAiEmbeddings.read(Trees.of("{'input':'a','encoding_format':'base64','output_dtype':'int8'}"));
    private static final String USAGE = "'usage':{'prompt_tokens':8,'total_tokens':8}";

    @Test
    void wholeAnswer_isTakenApart() {
        EmbeddingsReading.Whole whole = whole(
                "{'object':'list','data':[{'object':'embedding','index':0,'embedding':[0.1,-2]},"
                        + "{'object':'embedding','index':1,'embedding':[3e-05,4]}],'model':'m-1'," + USAGE + "}",
                2);

        assertEquals("m-1", whole.model());
        assertEquals(Usage.of(8, 0, false), whole.usage());
        assertEquals(
                List.of(
                        "{'object':'embedding','index':0,'embedding':[0.1,-2]}",
                        "{'object':'embedding','index':0,'embedding':[3e-05,4]}"),
                texts(whole));
        assertEquals("m-1", whole.embeddings().getLast().model());
        assertNull(whole.embeddings().getLast().usage());
    }

    @Test
    void embeddings_areInTheOrderOfTheirIndexes() {
        EmbeddingsReading.Whole whole = whole(
                "{'data':[{'embedding':[2],'index':2},{'embedding':[0],'index':0},{'embedding':[1],'index':1}]}", 3);

        assertEquals(
                List.of("{'index':0,'embedding':[0]}", "{'index':0,'embedding':[1]}", "{'index':0,'embedding':[2]}"),
                texts(whole));
    }

    @Test
    void digitsAndSpaces_areKeptAsTheyCame() {
        assertEquals(
                List.of("{'index':0,'embedding':[ -0.00692928349 ,\n1.50E-05,0 ]}"),
                texts(whole(
                        " {\n'data' : [ { 'embedding' : [ -0.00692928349 ,\n1.50E-05,0 ] , 'index' : 0 } ] } ", 1)));
    }

    @Test
    void unknownFieldsOfAnEmbedding_areKept() {
        assertEquals(
                List.of("{'index':0,'ü':'ä, ö',"
                        + "'n':-1.50,'t':true,'z':null,'o':{'a':[1, {'b':2}]},'s':'}','embedding':[1]}"),
                texts(whole(
                        "{'data':[{'ü':'ä, ö','n':-1.50 ,'index':0,'t':true,'z':null,"
                                + "'embedding':[1],'o':{'a':[1, {'b':2}]},'s':'}'}]}",
                        1)));
    }

    @Test
    void unknownFields_areNoPartOfTheDimension() {
        assertEquals(
                List.of(
                        "{'object':'embedding','index':0,'x':[1],'embedding':[1,2]}",
                        "{'object':'embedding','index':0,'x':[1,2,3],'embedding':[3,4]}"),
                texts(whole(
                        "{'data':[{'x':[1],'object':'embedding','index':0,'embedding':[1,2]},"
                                + "{'x':[1,2,3],'object':'embedding','index':1,'embedding':[3,4]}]}",
                        2)));
    }

    @Test
    void namesOfTheOneCall_areLeftOut() {
        whole("{'id':'e-1','created':17,'object':'list','data':[{'index':0,'embedding':[1]}],'error':null}", 1);
    }

    @Test
    void usageThatOnlyHasATotal_isThat() {
        assertEquals(
                Usage.of(5, 0, false),
                whole("{'data':[{'index':0,'embedding':[1]}],'usage':{'total_tokens':5}}", 1)
                        .usage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "null",
                "{'prompt_tokens':-1,'total_tokens':5}",
                "{'prompt_tokens':1.5}",
                "{'prompt_tokens':'5'}",
                "{'prompt_tokens':99999999999999999999}",
                "[5]",
                "5"
            })
    void usageThatCannotBeTrusted_isNone(String usage) {
        assertNull(whole("{'data':[{'index':0,'embedding':[1]}],'usage':" + usage + "}", 1)
                .usage());
    }

    @Test
    void base64_isKeptAsItCame() {
        assertEquals(
                List.of("{'object':'embedding','index':0,'embedding':'AACAPwAAAEA='}"),
                texts(whole("{'data':[{'object':'embedding','index':0,'embedding':'AACAPwAAAEA='}]}", BASE64, 1)));
    }

    @Test
    void unknownFieldsBesideBase64_areNoPartOfTheDimension() {
        whole(
                "{'data':[{'x':'AA','index':0,'embedding':'AACAPw=='},{'x':'','index':1,'embedding':'AAAAQA=='}]}",
                BASE64,
                2);
        notKept(
                "{'data':[{'x':'AAAA','index':0,'embedding':'AACAPw=='},"
                        + "{'x':'','index':1,'embedding':'AACAPwAAAEA='}]}",
                BASE64,
                2);
    }

    @Test
    void base64WithEscapedSlashes_isKeptWithoutThem() {
        assertEquals(
                List.of("{'index':0,'embedding':'//9/Pw=='}"),
                texts(whole("{'data':[{'index':0,'embedding':'\\/\\/9\\/Pw=='}]}", BASE64, 1)));
    }

    @Test
    void arraysInPlaceOfBase64_areKept() {
        whole("{'data':[{'index':0,'embedding':[1,2]}]}", BASE64, 1);
    }

    @Test
    void base64OfBytes_mayHaveAnyLengthAndBits() {
        whole("{'data':[{'index':0,'embedding':'AADAf/8='}]}", BASE64_BYTES, 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'AADAfw=='", // NaN
                "'AACAfw=='", // infinity
                "'AACAPwAAwH8='", // 1 and NaN
                "'AACAPwA='", // not whole floats
                "'AACA Pw=='",
                "'AACAPw==='",
                "'__-_Pw=='",
                "''",
                "null",
                "{}"
            })
    void base64ThatHoldsNoFloats_isNotKept(String embedding) {
        notKept("{'data':[{'index':0,'embedding':" + embedding + "}]}", BASE64, 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'AACAPw=='",
                "[]",
                "[null]",
                "[1,null]",
                "[NaN]",
                "[1,Infinity]",
                "['1']",
                "[[1]]",
                "[[1],[2]]",
                "[{}]",
                "[true]",
                "[01]",
                "[1.]",
                "{}",
                "1",
                "null"
            })
    void vectorThatIsNoListOfNumbers_isNotKept(String embedding) {
        notKept("{'data':[{'index':0,'embedding':" + embedding + "}]," + USAGE + "}", FLOATS, 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'data':[{'index':0,'embedding':[1]}]}",
                "{'data':[]}",
                "{'data':[{'index':0,'embedding':[1]},{'index':0,'embedding':[2]}]}",
                "{'data':[{'index':1,'embedding':[1]},{'index':2,'embedding':[2]}]}",
                "{'data':[{'index':-1,'embedding':[1]},{'index':0,'embedding':[2]}]}",
                "{'data':[{'index':0,'embedding':[1]},{'index':4294967297,'embedding':[2]}]}",
                "{'data':[{'index':0,'embedding':[1]},{'index':1.0,'embedding':[2]}]}",
                "{'data':[{'index':0,'embedding':[1]},{'index':'1','embedding':[2]}]}",
                "{'data':[{'index':0,'embedding':[1]},{'embedding':[2]}]}",
                "{'data':[{'index':0,'embedding':[1]},{'index':1}]}",
                "{'data':[{'index':0,'embedding':[1]},{'index':1,'embedding':[1,2]}]}",
                "{'data':[{'index':0,'embedding':[1]},{'index':1,'embedding':[2]},{'index':2,'embedding':[3]}]}",
                "{'data':[{'index':0,'embedding':[1]},{'index':1,'embedding':[2]},{'index':1,'embedding':[3]}]}",
                "{'data':[{'index':0,'embedding':[1]},{'index':1,'embedding':[2]},null]}",
                "{'data':[{'index':0,'embedding':[1]},{'index':1,'embedding':[2]},[]]}",
                "{'data':{'index':0,'embedding':[1]}}",
                "{'data':null}",
                "{}",
                "{'error':{'message':'no'}}",
                "{'data':[{'index':0,'embedding':[1]},{'index':1,'embedding':[2]}],'warnings':['x']}"
            })
    void answerThatIsNotOneVectorForEachInput_isNotKept(String answer) {
        notKept(answer, FLOATS, 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "<html>",
                "{'data':[{'index':0,'embedding':[1]}]",
                "{'data':[{'index':0,'embedding':[1]}]} more",
                "{'data':[{'index':0,'embedding':[1]}]}{}",
                "{'data':[{'index':0,'embedding':[1]}],'data':[{'index':0,'embedding':[2]}]}",
                "{'data':[{'index':0,'index':0,'embedding':[1]}]}",
                "\uFEFF{'data':[{'index':0,'embedding':[1]}]"
            })
    void whatIsNotOneJsonObject_isNotKept(String answer) {
        notKept(answer, FLOATS, 1);
    }

    @Test
    void otherEncodingsThanUtf8_areNotKept() {
        String answer = "{'data':[{'index':0,'embedding':[1]}],'model':'ä'}".replace('\'', '"');
        for (var charset : List.of(StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            assertInstanceOf(
                    EmbeddingsReading.NotKept.class, OpenAiEmbeddings.answer(answer.getBytes(charset), FLOATS, 1));
        }
    }

    @Test
    void deepNesting_isNotKept() {
        notKept("{'data':" + "[".repeat(100_000), FLOATS, 1);
        notKept("{'data':[{'index':0,'embedding':" + "[".repeat(1000) + "]".repeat(1000) + "}]}", FLOATS, 1);
    }

    @Test
    void answerThatIsNotKept_saysWhatItCostAllTheSame() {
        assertEquals(
                Usage.of(8, 0, false),
                notKept("{'data':[{'index':0,'embedding':[null]}]," + USAGE + "}", FLOATS, 1)
                        .usage());
    }

    private static List<String> texts(EmbeddingsReading.Whole whole) {
        return whole.embeddings().stream()
                .map(each -> new String(each.json(), UTF_8).replace('"', '\''))
                .toList();
    }

    private static EmbeddingsReading.Whole whole(String answer, int asked) {
        return whole(answer, FLOATS, asked);
    }

    private static EmbeddingsReading.Whole whole(String answer, EmbeddingsCall call, int asked) {
        return assertInstanceOf(EmbeddingsReading.Whole.class, read(answer, call, asked));
    }

    private static EmbeddingsReading.NotKept notKept(String answer, EmbeddingsCall call, int asked) {
        return assertInstanceOf(EmbeddingsReading.NotKept.class, read(answer, call, asked), answer);
    }

    private static EmbeddingsReading read(String answer, EmbeddingsCall call, int asked) {
        return OpenAiEmbeddings.answer(answer.replace('\'', '"').getBytes(UTF_8), call, asked);
    }
}
