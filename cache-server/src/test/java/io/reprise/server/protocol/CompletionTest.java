package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CompletionTest {

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\n  \"a\": 1\n}\n", "\n", "", "\u0000\n\u0000", "\"\u00e9\ud83d\ude00\u2028\""})
    void encoded_isDecodedByteForByte(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertRoundTrip(new Completion(Completion.Form.OPENAI_CHAT, bytes, "m", Usage.of(1, 2, false), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"m", "", "a\nb\"c\\", "\u00e9\ud83d\ude00", "null", "\ud800"})
    void anyModel_isDecodedAsItWas(String model) {
        assertRoundTrip(new Completion(Completion.Form.ANTHROPIC_MESSAGE, new byte[] {1}, model, null, true));
    }

    @Test
    void absentModelAndUsage_stayAbsent() {
        Completion decoded =
                Completion.decode(new Completion(Completion.Form.TEXT, Trees.bytes("'a'"), null, null, false).encode());
        assertNull(decoded.model());
        assertNull(decoded.usage());
    }

    @Test
    void everyCountOfUsage_isDecodedAsItWas() {
        assertRoundTrip(Completion.ofText("a", "m", new Usage((1L << 40) - 1, 3, 2, 1, true)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a\nb", "\"quoted\"", "\u0000", "\ud83d\ude00", "\ud83d"})
    void text_isWhatItWasMadeOf(String text) {
        assertEquals(text, Completion.ofText(text, null, null).text());
        assertEquals(text, Completion.ofText(text, null, null).tree().textValue());
    }

    @Test
    void textOfAChat_isItsContent() {
        assertEquals("Yes.", text("{'choices':[{'message':{'content':'Yes.','reasoning_content':'hm'}}]}"));
        assertEquals("", text("{'choices':[{'message':{'content':null,'tool_calls':[{}]}}]}"));
        assertEquals("", text("{}"));
    }

    @Test
    void textOfAChatInParts_isThatOfItsTextParts() {
        assertEquals(
                "So: yes.",
                text(
                        "{'choices':[{'message':{'content':[{'type':'thinking','thinking':[]},{'type':'text','text':'So: '},"
                                + "{'type':'text','text':'yes.'}]}}]}"));
    }

    @Test
    void textOfAMessage_isThatOfItsTextBlocks() {
        byte[] json = Trees.bytes("{'content':[{'type':'thinking','thinking':'hm'},{'type':'text','text':'So: '},"
                + "{'type':'tool_use','input':{'text':'no'}},{'type':'text','text':'yes.'}]}");
        assertEquals("So: yes.", new Completion(Completion.Form.ANTHROPIC_MESSAGE, json, null, null, false).text());
    }

    @Test
    void replacedUsage_leavesTheRest() {
        Completion completion = Completion.ofText("a", "m", null).withUsage(Usage.of(1, 2, true));
        assertEquals(Usage.of(1, 2, true), completion.usage());
        assertEquals("m", completion.model());
        assertEquals("a", completion.text());
    }

    private static String text(String chat) {
        return new Completion(Completion.Form.OPENAI_CHAT, Trees.bytes(chat), null, null, false).text();
    }

    private static void assertRoundTrip(Completion completion) {
        Completion decoded = Completion.decode(completion.encode());
        assertArrayEquals(completion.json(), decoded.json());
        assertEquals(about(completion), about(decoded));
    }

    private static String about(Completion c) {
        return c.form() + " " + c.model() + " " + c.usage() + " " + c.callsTools();
    }
}
