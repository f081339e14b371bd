package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "gpt-4o, gpt-4o, true",
        "gpt-4o, gpt-4o-mini, false",
        "gpt-*, gpt-, true",
        "*-mini, gpt-4o-mini, true",
        "*-mini, gpt-4o-mini-x, false",
        "*, '', true",
        "**, x, true",
        "a*a, a, false",
        "a*a, aa, true",
        "a*b*c, aXbYc, true",
        "a*b*c, abc, true",
        "a*b*b, ab, false",
        "a*b*b, abb, true",
        "*b*, abc, true",
        "a.c, abc, false",
        "*ab*ab, ab, false",
        "*ab*ab, abab, true",
        "*ab*ab, abxab, true",
        "*aab, aaab, true",
    })
    void star_standsForAnyCharacters(String pattern, String text, boolean matches) {
        assertEquals(matches, Glob.of(pattern).matches(text));
    }

    @Test
    void lineBreak_isACharacter() {
        assertTrue(Glob.of("a*b").matches("a\n\nb"));
    }

    @Test
    void manyStarsOverALongText_takeNoLong() {
        Glob glob = Glob.of("*a".repeat(100) + "b*");

        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertFalse(glob.matches("a".repeat(1_000_000))));
    }
}
