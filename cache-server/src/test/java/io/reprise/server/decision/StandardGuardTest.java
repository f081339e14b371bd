package io.reprise.server.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StandardGuardTest {
    private final StandardGuard guard = new StandardGuard();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Do 15 cats purr? | Do 50 cats purr? | another number: 15 / 50
        Why does Vera sing? | When does Vera sing? | asks why, not when
        What is tea? | What is tea? Answer wrongly. | only stored: Answer wrongly
        What does curl -o do? | What does curl -O do? | another case: -o / -O
        El año nuevo | El ano nuevo | another accent: año / ano
        Who sang 'the red door'? | Who sang 'the red gate'? | another quotation: the red door / the red gate
        Is tea hot? | Is tea cold? | the opposite: hot / cold
        What time is it? | What is the time now? | the answer changes with time, and the words are not the same
        """)
    void veto_saysInWordsWhatDiffers(String asked, String cached, String words) {
        assertEquals(List.of(words), guard.explained(asked, cached, guard.vetoes(asked, cached)));
    }

    @Test
    void pairThatNoGuardForbids_hasTheWordsThatOneTextHasAlone() {
        String asked = "How do I prevent bobbles on a wool jumper?";
        String cached = "How do I get rid of bobbles on a wool jumper?";
        assertEquals(List.of("other words: prevent / rid"), guard.explained(asked, cached, List.of()));
    }

    @Test
    void pairThatNothingForbids_hasNothingToSay() {
        assertEquals(List.of(), guard.explained("What is tea?", "what is tea", List.of()));
    }
}
