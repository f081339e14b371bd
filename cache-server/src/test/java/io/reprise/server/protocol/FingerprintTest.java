package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FingerprintTest {

    @Test
    void hash_is64HexadecimalDigits() {
        assertEquals(64, new Fingerprint().hex().length());
    }

    /** Stored entries are found by it, so it must not change between builds by chance. */
    @Test
    void hash_isStable() {
        assertEquals(
                "f9e78083b242578a3a8ea1a7b3b091ff760f061ea21dfda03dc4b3c80af7e276",
                new Fingerprint()
                        .text("a")
                        .text(null)
                        .json(Trees.of("{'b':[1,true,null,'x'],'a':{}}"))
                        .hex());
    }

    @Test
    void orderOfNames_isNothing() {
        assertEquals(of("{'a':1,'b':{'c':2,'d':3}}"), of("{'b':{'d':3,'c':2},'a':1}"));
    }

    @Test
    void whiteSpaceBetweenTokens_isNothing() {
        assertEquals(of("{'a':[1,2]}"), of(" { 'a' :\t[ 1 ,\n2 ] } "));
    }

    @Test
    void escapes_areNothing() {
        assertEquals(of("{'a':'é/'}"), of("{'\\u0061':'\\u00e9\\/'}"));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1.0",
        "1, 1e0",
        "1, 10e-1",
        "100, 1E+2",
        "0, -0",
        "0, 0.00",
        "0, 0e7",
        "1.5, 1.50",
        "1e400, 10e399",
        "123456789012345678901234567890, 1234567890123456789012345678900e-1"
    })
    void numbersOfOneValue_areOne(String one, String other) {
        assertEquals(of("{'a':" + one + "}"), of("{'a':" + other + "}"));
    }

    @Test
    void numbersThatDoubleCannotTellApart_differ() {
        assertNotEquals(of("{'a':9007199254740993}"), of("{'a':9007199254740992}"));
    }

    @Test
    void exponentNearTheLimit_isHashedWithoutBeingSpeltOut() {
        assertNotEquals(of("{'a':1e999999999}"), of("{'a':1e-999999999}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"100e2147483647", "-1000e2147483647"})
    void exponentPastTheLimitOfArithmetic_isRefused(String number) {
        assertEquals(
                "a number is out of range",
                assertThrows(MalformedRequestException.class, () -> of("{'a':" + number + "}"))
                        .getMessage());
    }

    @Test
    void orderOfElements_isSomething() {
        assertNotEquals(of("{'a':[1,2]}"), of("{'a':[2,1]}"));
    }

    @Test
    void valuesThatLookAlike_differ() {
        Set<String> hashes = new HashSet<>();
        String[] values = {
            "1", "'1'", "[1]", "{'1':1}", "['1']", "true", "'true'", "false", "null", "'null'", "''", "[]", "{}",
            "[[]]", "[null]", "0", "-1", "10", "0.1"
        };
        for (String value : values) {
            hashes.add(of("{'a':" + value + "}"));
        }
        assertEquals(values.length, hashes.size());
    }

    @Test
    void absentAndNullAndEmpty_differ() {
        assertEquals(3, Set.of(of("{}"), of("{'a':null}"), of("{'a':''}")).size());
    }

    @Test
    void nullText_isNoEmptyText() {
        assertNotEquals(
                new Fingerprint().text(null).hex(), new Fingerprint().text("").hex());
    }

    @Test
    void boundaries_cannotBeMoved() {
        Set<String> hashes = new HashSet<>();
        hashes.add(new Fingerprint().text("ab").text("c").hex());
        hashes.add(new Fingerprint().text("a").text("bc").hex());
        hashes.add(new Fingerprint().text("abc").hex());
        hashes.add(new Fingerprint().text("abc").text("").hex());
        hashes.add(new Fingerprint().text("").text("abc").hex());
        hashes.add(new Fingerprint().text("abc").text(null).hex());
        hashes.add(of("{'a':['b','c']}"));
        hashes.add(of("{'a':['b'],'c':[]}"));
        hashes.add(of("{'a':[['b'],'c']}"));
        hashes.add(of("{'a':['b',['c']]}"));
        hashes.add(of("{'a':{'b':'c'}}"));
        hashes.add(of("{'a':'b','c':{}}"));
        assertEquals(12, hashes.size());
    }

    /** A text that spells the bytes with which the next one begins. */
    @Test
    void textThatSpellsABoundary_isNoBoundary() {
        String boundary = "s\u0000\u0000\u0000\u0001b";
        assertNotEquals(
                new Fingerprint().text("a").text("b").hex(),
                new Fingerprint().text("a" + boundary).hex());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud800", "\udc00", "a\ud800b", "\udc00\ud800", "?\ud800", "x\ud83d"})
    void halfASurrogatePair_isRefused(String text) {
        assertThrows(MalformedRequestException.class, () -> new Fingerprint().text(text));
    }

    @Test
    void halfASurrogatePairInAName_isRefused() {
        assertThrows(MalformedRequestException.class, () -> of("{'\\ud800':1}"));
    }

    @Test
    void refusal_doesNotQuoteTheText() {
        assertEquals(
                "a text holds half a surrogate pair, which is not Unicode text",
                assertThrows(MalformedRequestException.class, () -> new Fingerprint().text("s3cret\ud800"))
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "why?", "??", "\ud83d\ude00?", "\ud83d\ude00", "\u0000"})
    void questionMarksAndWholePairs_areTexts(String text) {
        assertNotEquals(new Fingerprint().hex(), new Fingerprint().text(text).hex());
    }

    @Test
    void questionMark_isNotWhatAnEncoderPutsForAnything() {
        assertNotEquals(
                new Fingerprint().text("\ud83d\ude00").hex(),
                new Fingerprint().text("?").hex());
    }

    private static String of(String json) {
        return new Fingerprint().json(Trees.of(json)).hex();
    }
}
