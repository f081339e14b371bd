package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StrictJsonTest {

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "null", "true", "-0", "\"\"", " {\"a\" : [1, 2.50, {\"b\":null}] }\r\n\t"})
    void everyKindOfValue_isRead(String json) {
        StrictJson.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "22ff22, a byte that UTF-8 never has",
        "22c0af22, an overlong slash",
        "22e0808022, an overlong NUL",
        "22eda08022, half a surrogate pair",
        "22f490808022, beyond the last code point",
        "22e282, a cut sequence"
    })
    void bytesThatAreNotUtf8_areRefused(String hex, String what) {
        assertEquals("the body is not valid UTF-8", refusal(HexFormat.of().parseHex(hex)), what);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'a':1,'a':2}",
                "{'x':{'a':1,'b':2,'a':1}}",
                "{'x':[{'a':1},{'b':0,'b':0}]}",
                "{'a':1,'\\u0061':2}"
            })
    void nameThatOccursTwice_isRefused(String json) {
        assertTrue(
                refusal(Trees.bytes(json)).startsWith("the body is not valid JSON: a name occurs twice in one object"));
    }

    @Test
    void sameNameInDifferentObjects_isRead() {
        assertEquals(1, Trees.of("{'a':{'a':{'a':1}}}").at("/a/a/a").intValue());
    }

    @Test
    void nestingAtTheLimit_isRead() {
        StrictJson.parse(nested(StrictJson.MAX_DEPTH));
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 100_000})
    void deeperNesting_isRefused(int depth) {
        assertTrue(refusal(nested(depth)).contains("nested deeper than 200"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{} {}", "{}]", "1 2", "{},", "{}\u0000", "nullnull", "{} //"})
    void textAfterTheValue_isRefused(String json) {
        refusal(json.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'a':1,}", "{a:1}", "[1,]", "{'a':01}", "{'a':+1}", "{'a':.5}", "{'a':NaN}", "{'a':Infinity}",
                        "{'a' 1}",
                "{'a':'\n'}", "{'a':'\\x'}", "/**/{}", "{'a':0x1}", "tru", "{'a':1e}", "\uFEFF{}", "\u0000", "'\\ud8'"
            })
    void leniencies_areRefused(String json) {
        assertTrue(refusal(Trees.bytes(json)).startsWith("the body is not valid JSON: "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n"})
    void nothing_isRefusedAsEmpty(String json) {
        assertEquals("the body is empty; a JSON object is expected", refusal(json.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"a\":[1,", "\"abc", "[{}"})
    void cutBody_isSaidToEndTooEarly(String json) {
        assertTrue(refusal(json.getBytes(StandardCharsets.UTF_8)).contains("it ends too early"));
    }

    @Test
    void refusal_saysWhere() {
        assertTrue(refusal("{\n  \"a\": x}".getBytes(StandardCharsets.UTF_8)).endsWith("(line 2, column 9)"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'s3cret':1,'s3cret':2}",
                "{'a':s3cret}",
                "{'s3cret",
                "{'a':1} s3cret",
                "{'a':'s3cret\n'}",
                "[s3cret]",
                "{'a':1s3cret}",
                "'\\us3cr'"
            })
    void refusal_neverQuotesTheBody(String json) {
        assertFalse(refusal(Trees.bytes(json)).contains("s3cr"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e400", "-1e-400", "1.10", "0.1", "123456789012345678901234567890.5", "9007199254740993"})
    void numbers_keepTheirValueThroughReadingAndWriting(String number) {
        byte[] json = StrictJson.bytes(StrictJson.parse(number.getBytes(StandardCharsets.UTF_8)));
        assertEquals(0, new BigDecimal(number).compareTo(new BigDecimal(new String(json, StandardCharsets.UTF_8))));
    }

    @Test
    void trailingZeros_areWrittenAsTheyCame() {
        assertArrayEquals(Trees.bytes("{'a':1.10}"), StrictJson.bytes(Trees.of("{'a':1.10}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e99999999999", "-1e-99999999999", "1e3000000000"})
    void exponentBeyondAnyArithmetic_isRefused(String number) {
        assertTrue(refusal(Trees.bytes("{'a':" + number + "}")).contains("a number is out of range"));
    }

    @Test
    void numberOfAMillionDigits_isRefusedAsTooLong() {
        String json = "{\"a\":" + "9".repeat(1_000_000) + "}";
        assertTrue(refusal(json.getBytes(StandardCharsets.UTF_8)).contains("a number is too long"));
    }

    @Test
    void nameOfAMillionCharacters_isRefusedAsTooLong() {
        String json = "{\"" + "n".repeat(1_000_000) + "\":1}";
        assertTrue(refusal(json.getBytes(StandardCharsets.UTF_8)).contains("a name is too long"));
    }

    /** By the 33 that Jackson's table of names multiplies with, {@code 33 * 'B' + '!' = 33 * 'A' + 'B'}, and by Java's 31. */
    @ParameterizedTest
    @CsvSource({"B!, AB", "BB, Aa"})
    void namesChosenToCollide_areRead(String one, String other) {
        assertEquals(1 << 12, StrictJson.parse(collidingNames(one, other)).size());
    }

    /** Jackson miscounts its table of names when they collide, and failed when it next grew: on anybody's body. */
    @Test
    void namesChosenToCollide_doNotDisturbLaterBodies() {
        StrictJson.parse(collidingNames("B!", "AB"));

        for (int body = 0; body < 500; body++) {
            String json = "{\"a%1$d\":1,\"b%1$d\":2,\"c%1$d\":3}".formatted(body);
            assertEquals(
                    3, StrictJson.parse(json.getBytes(StandardCharsets.UTF_8)).size());
        }
    }

    private static byte[] collidingNames(String one, String other) {
        var json = new StringBuilder("{");
        for (int i = 0; i < 1 << 12; i++) {
            json.append(i == 0 ? "\"" : ",\"");
            for (int bit = 0; bit < 12; bit++) {
                json.append((i >> bit & 1) == 0 ? one : other);
            }
            json.append("\":0");
        }
        return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void fiveMegabytesOfText_areRead() {
        String json = "{\"a\":\"" + "x".repeat(5 << 20) + "\"}";
        assertEquals(
                5 << 20,
                StrictJson.parseObject(json.getBytes(StandardCharsets.UTF_8))
                        .path("a")
                        .textValue()
                        .length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "1", "\"{}\""})
    void otherValuesThanObjects_areNoObject(String json) {
        assertEquals(
                "the body must be a JSON object",
                assertThrows(
                                MalformedRequestException.class,
                                () -> StrictJson.parseObject(json.getBytes(StandardCharsets.UTF_8)))
                        .getMessage());
    }

    @Test
    void writing_keepsTheOrderOfNamesAndAddsNoSpace() {
        assertArrayEquals(
                Trees.bytes("{'b':1,'a':[true,null]}"), StrictJson.bytes(Trees.of("{ 'b':1, 'a':[true, null] }")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d\ude00", "\ud83d", "\ude00\ud83d", "a\ud83db", "\u0000\u2028\n"})
    void anyText_survivesWritingAndReading(String text) {
        assertEquals(
                text, StrictJson.parse(StrictJson.bytes(TextNode.valueOf(text))).textValue());
    }

    @Test
    void nameWithHalfASurrogatePair_survivesWritingAndReading() {
        byte[] json = StrictJson.bytes(StrictJson.object().put("\ud83d", 1));
        assertEquals("\ud83d", StrictJson.parseObject(json).fieldNames().next());
    }

    private static String refusal(byte[] json) {
        return assertThrows(MalformedRequestException.class, () -> StrictJson.parse(json))
                .getMessage();
    }

    private static byte[] nested(int depth) {
        return ("[".repeat(depth) + "]".repeat(depth)).getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"b\":{\"a\":0},\"a\":{ \"x\" : [1, 2] , \"\u00e9\":\"\ud83d\ude00\"},\"c\":1}",
                " { \"a\" :{ \"x\" : [1, 2] , \"\u00e9\":\"\ud83d\ude00\"} }"
            })
    void member_isTheTextAsItStands(String json) {
        assertEquals("{ \"x\" : [1, 2] , \"\u00e9\":\"\ud83d\ude00\"}", StrictJson.member(json, "a"));
        assertNull(StrictJson.member(json, "z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"te\\\"xt\"", "-1.50e2", "true", "null", "[ ]", "\"\""})
    void memberThatIsNoObject_isTheTextAsItStands(String value) {
        assertEquals(value, StrictJson.member("{\"a\": " + value + " ,\"b\":1}", "a"));
        assertEquals(value, StrictJson.member("{\"a\":" + value + "}", "a"));
    }

    /** Long texts are read in blocks. */
    @Test
    void memberOfALongText_isTheTextAsItStands() {
        String value = "{\"t\":\"" + "\ud83d\ude00\u00e9x".repeat(50_000) + "\"}";
        assertEquals(value, StrictJson.member("{\"b\":\"" + "y".repeat(9_999) + "\",\"a\":" + value + "}", "a"));
    }

    @Test
    void requestOfTooManyValues_isRefused() {
        String most = "{\"a\":[" + "0,".repeat(StrictJson.MAX_REQUEST_TOKENS - 6) + "0]}";
        String tooMany = most.replace("[0", "[0,0");

        assertEquals(
                1,
                StrictJson.parseRequest(most.getBytes(StandardCharsets.UTF_8)).size());
        var refused = assertThrows(
                MalformedRequestException.class,
                () -> StrictJson.parseRequest(tooMany.getBytes(StandardCharsets.UTF_8)));
        assertEquals(
                "the body is not valid JSON: it has too many values",
                refused.getMessage().replaceAll(" \\(.*", ""));
        assertEquals(
                1,
                StrictJson.parseObject(tooMany.getBytes(StandardCharsets.UTF_8)).size());
    }
}
