package io.reprise.server.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ExcerptTest {
    @Test
    void shortTexts_areWhole() {
        assertEquals(new Excerpt("one", "two"), Excerpt.of("one", "two"));
    }

    @Test
    void longTextsThatDifferLate_showWhereTheyDiffer() {
        String beginning = "x".repeat(10_000);
        Excerpt excerpt = Excerpt.of(beginning + " in Paris", beginning + " in London");
        assertTrue(excerpt.asked().startsWith("…") && excerpt.asked().endsWith("in Paris"), excerpt.asked());
        assertTrue(excerpt.stored().endsWith("in London"), excerpt.stored());
    }

    @Test
    void longText_isCutAndSaysSo() {
        String line = Excerpt.line("y".repeat(10_000));
        assertTrue(line.length() < 200 && line.endsWith("…"), line);
    }

    @Test
    void whatATerminalActsOn_isASpace() {
        assertEquals("a [31mb c d e", Excerpt.line("a\u001b[31mb\nc\u202ed\u200be"));
    }

    @Test
    void cutInsideASurrogatePair_leavesNoHalf() {
        String line = Excerpt.line("x".repeat(159) + "😀😀");
        assertFalse(line.chars().anyMatch(c -> Character.isSurrogate((char) c)), line);
    }
}
