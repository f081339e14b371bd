package io.reprise.embedder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HiddenTextTest {
    @ParameterizedTest
    @ValueSource(
            ints = {
                0x00, 0x07, 0x1B, 0x7F, 0x85, 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x180B, 0x180E, 0x200B,
                0x200C, 0x200D, 0x200E, 0x202A, 0x202E, 0x2060, 0x2063, 0x2066, 0x2069, 0x206A, 0x2800, 0x3164, 0xE000,
                0xFE00, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9, 0xFFFA, 0xFFFD, 0x0378, 0x1D173, 0xE0001, 0xE0041, 0xE007F,
                0xE0100, 0xE01EF, 0xF0000, 0x10FFFF
            })
    void characterThatNobodySees_isHiddenAnywhere(int hidden) {
        String one = Character.toString(hidden);
        assertTrue(HiddenText.isIn(one));
        assertTrue(HiddenText.isIn("How do I bake" + one + " bread?"));
        assertTrue(HiddenText.isIn("How do I bake bread?" + one));
        assertTrue(HiddenText.isIn("5" + one + "0"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "How do I bake bread?",
                "one\ttwo\r\nthree\f",
                "a\u00a0b\u2009c\u3000d",
                "Où est la gare ?",
                "e\u0301",
                "❤\ufe0f and ☺\ufe0e",
                "1\ufe0f\u20e3",
                "👩\u200d💻",
                "👩🏽\u200d🚀",
                "🏳\ufe0f\u200d🌈",
                "می\u200cروم",
                "क्\u200dष",
                "빵을 어떻게 굽나요",
                "パンの焼き方"
            })
    void textAsItIsWritten_hidesNothing(String text) {
        assertFalse(HiddenText.isIn(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\u200db",
                "bread\ufe0f",
                "❤\ufe0f\ufe0f",
                "👩\u200d",
                "می\u200c",
                "5\ufe0f",
                "\ud83d",
                "x\ude00",
                "🏴\udb40\udc67\udb40\udc7f"
            })
    void joinersAndSelectorsOutOfTheirPlace_areHidden(String text) {
        assertTrue(HiddenText.isIn(text));
    }

    @Test
    void everyHiddenCharacter_isCounted() {
        assertEquals(3, HiddenText.count("a\u200b\u200b b\u00ad"));
    }
}
