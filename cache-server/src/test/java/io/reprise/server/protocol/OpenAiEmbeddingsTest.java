package io.reprise.server.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OpenAiEmbeddingsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'hi'|hi",
                "' hi '|~ hi ~",
                "''|~~",
                "['a','b','a']|a;b;a",
                "[1,22,333]|[1,22,333]",
                "[[1,2],[3]]|[1,2];[3]",
                "[0, -1]|[0,-1]"
            })
    void inputs_areTextsAndListsOfTokens(String input, String texts) {
        EmbeddingsCall call = read("{'model':'m','input':" + input + "}");

        assertEquals(
                List.of(texts.split(";", -1)),
                call.inputs().stream().map(EmbeddingsCall.Input::text).toList());
    }

    @Test
    void tokens_areNoTextOfThoseCharacters() {
        assertTrue(read("{'input':[1,2]}").inputs().getFirst().isTokens());
        assertFalse(read("{'input':'[1,2]'}").inputs().getFirst().isTokens());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'input':null}",
                "{'input':7}",
                "{'input':true}",
                "{'input':{}}",
                "{'input':[]}",
                "{'input':[[]]}",
                "{'input':[null]}",
                "{'input':['a',null]}",
                "{'input':['a',7]}",
                "{'input':[7,'a']}",
                "{'input':['a',[7]]}",
                "{'input':[[7],'a']}",
                "{'input':[[7],[]]}",
                "{'input':[[7],['a']]}",
                "{'input':[[[7]]]}",
                "{'input':[1.5]}",
                "{'input':[1e2]}",
                "{'input':[99999999999]}",
                "{'input':[{'image':'x'}]}",
                "{'model':7,'input':'a'}"
            })
    void whatIsNoRequestOfThisWire_isMalformed(String body) {
        assertThrows(MalformedRequestException.class, () -> read(body));
    }

    @Test
    void shape_isWhatChangesAVector() {
        EmbeddingsCall call =
                read("{'model':'m','input':'a','user':'u','dimensions':256,'encoding_format':'base64','x':[1.50]}");

        assertEquals("m", call.model());
        assertEquals(Trees.of("{'dimensions':256,'encoding_format':'base64','x':[1.50]}"), call.shape());
        assertNull(call.uncacheable());
    }

    @Test
    void floatFormat_isTheDefault() {
        for (String format : List.of("'float'", "null")) {
            assertEquals(
                    Trees.of("{}"),
                    read("{'input':'a','encoding_format':" + format + "}").shape());
        }
    }

    @Test
    void reading_leavesTheBodyAsItWas() {
        ObjectNode tree = Trees.of("{'model':'m','input':['a'],'user':'u','encoding_format':'float'}");
        ObjectNode before = tree.deepCopy();

        OpenAiEmbeddings.read(tree);

        assertEquals(before, tree);
    }

    @Test
    void moreInputsThanOpenAiTakes_areNotCacheable() {
        assertNull(inputs(2048).uncacheable());
        assertEquals("too-many-inputs", inputs(2049).uncacheable());
    }

    @Test
    void askingForSome_changesTheInputAlone() {
        ObjectNode body = Trees.of("{'model':'m','input':['a','b'],'dimensions':1.0,'user':'u'}");
        List<EmbeddingsCall.Input> second = OpenAiEmbeddings.read(body).inputs().subList(1, 2);

        assertEquals(
                "{\"model\":\"m\",\"input\":[\"b\"],\"dimensions\":1.0,\"user\":\"u\"}",
                new String(OpenAiEmbeddings.asking(body, second), UTF_8));
        assertEquals(Trees.of("{'model':'m','input':['a','b'],'dimensions':1.0,'user':'u'}"), body);
    }

    @Test
    void askingForSomeTokens_keepsTheLists() {
        ObjectNode body = Trees.of("{'input':[[1,2],[3]]}");

        assertEquals(
                "{\"input\":[[3]]}",
                new String(
                        OpenAiEmbeddings.asking(
                                body, OpenAiEmbeddings.read(body).inputs().subList(1, 2)),
                        UTF_8));
    }

    @Test
    void json_putsEachAtItsIndexWithTheDigitsThatCame() {
        Completion first = embedding("{'object':'embedding','index':0,'embedding':[-0.0069292834, 1.50e-05]}");
        Completion second = embedding("{'index':0,'x':{'y':[1]},'embedding':[1,2]}");

        assertEquals(
                ("{'object':'list','data':[{'object':'embedding','index':0,'embedding':[-0.0069292834, 1.50e-05]},"
                                + "{'index':1,'x':{'y':[1]},'embedding':[1,2]}],"
                                + "'model':'m-1','usage':{'prompt_tokens':7,'total_tokens':7}}")
                        .replace('\'', '"'),
                new String(OpenAiEmbeddings.json(List.of(first, second), "m-1", Usage.of(7, 0, false)), UTF_8));
    }

    @Test
    void json_hasNoModelAndNoUsageWhereThereIsNone() {
        Completion one = embedding("{'index':0,'embedding':[1]}");

        assertEquals(
                Trees.of("{'object':'list','data':[{'index':0,'embedding':[1]}]}"),
                StrictJson.parse(OpenAiEmbeddings.json(List.of(one), null, null)));
    }

    @Test
    void json_ofManyInputs_countsThemAll() {
        Completion one = embedding("{'index':0,'embedding':[1]}");

        var data = StrictJson.parse(OpenAiEmbeddings.json(Collections.nCopies(2048, one), "m", null))
                .path("data");

        assertEquals(2048, data.size());
        for (int i = 0; i < 2048; i++) {
            assertEquals(i, data.path(i).path("index").intValue());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "m|[1,2]|m|[3,4]|true",
                "m|[1,2]|n|[3,4]|false",
                "m|[1,2]|m|[3, 4, 5]|false",
                "m|'AACAPwAAAEA='|m|'AACAPwAAgD8='|true",
                "m|'AACAPwAAAEA='|m|'AACAPw=='|false",
                "m|'AACAPw=='|m|[1]|false"
            })
    void embeddingsAgree_whenOfOneModelDimensionAndEncoding(
            String model, String vector, String otherModel, String otherVector, boolean agree) {
        assertEquals(
                agree,
                OpenAiEmbeddings.agree(List.of(
                        embedding("{'index':0,'embedding':" + vector + "}", model),
                        embedding("{'index':0,'embedding':" + otherVector + "}", otherModel))));
    }

    private static Completion embedding(String json) {
        return embedding(json, "m");
    }

    private static Completion embedding(String json, String model) {
        return new Completion(
                Completion.Form.OPENAI_EMBEDDING, json.replace('\'', '"').getBytes(UTF_8), model, null, false);
    }

    private static EmbeddingsCall inputs(int count) {
        ObjectNode body = Trees.of("{'input':[]}");
        for (int i = 0; i < count; i++) {
            body.withArray("input").add("text " + i);
        }
        return OpenAiEmbeddings.read(body);
    }

    private static EmbeddingsCall read(String body) {
        return OpenAiEmbeddings.read(Trees.of(body));
    }
}
