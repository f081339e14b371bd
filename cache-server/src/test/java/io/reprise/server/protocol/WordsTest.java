package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WordsTest {
    @Test
    void words_keepTheSpaceBeforeThem() {
        assertEquals(List.of("One", " two", ",", "  three", "\n"), Words.of("One two,  three\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", " ", "", "  leading", "日本語の文章です。", "👩‍👩‍👧 family", "don't", "x\r\ny", "e\u0301t\u00e9"})
    void words_areTheTextTogether(String text) {
        assertEquals(text, String.join("", Words.of(text)));
    }
}
