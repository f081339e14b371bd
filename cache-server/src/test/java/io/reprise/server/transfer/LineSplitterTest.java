package io.reprise.server.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineSplitterTest {
    private final List<String> lines = new ArrayList<>();
    private final LineSplitter splitter = new LineSplitter(
            5, (bytes, tooLong) -> lines.add(tooLong ? "too long" : new String(bytes, StandardCharsets.UTF_8)));

    @Test
    void linesOverSeveralParts_arePutTogether() {
        feed("ab");
        feed("c\nd");
        feed("\n");
        assertEquals(List.of("abc", "d"), lines);
    }

    @Test
    void lastLineWithoutAnEnd_isALine() {
        feed("a\nb");
        splitter.end();
        splitter.end();
        assertEquals(List.of("a", "b"), lines);
    }

    @Test
    void emptyLines_count() {
        feed("\n\na\n");
        splitter.end();
        assertEquals(List.of("", "", "a"), lines);
    }

    @Test
    void lineOverTheLimit_isToldAndTheNextIsRead() {
        feed("12345\n123");
        feed("456");
        feed("789\nab\n");
        assertEquals(List.of("12345", "too long", "ab"), lines);
    }

    private void feed(String text) {
        splitter.feed(text.getBytes(StandardCharsets.UTF_8));
    }
}
