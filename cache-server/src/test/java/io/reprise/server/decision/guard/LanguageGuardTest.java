package io.reprise.server.decision.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LanguageGuardTest {
    private final Guard guard = new LanguageGuard();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
                    What is the capital of France? | Was ist die Hauptstadt von Frankreich?
                    What is the weather like? | 오늘 날씨 어때?
                    Where is the station? | ¿Dónde está la estación?
                    Wo ist der Bahnhof? | Où est la gare?
                    """)
    void textsThatAskForSomethingElse_areVetoedBothWays(String one, String other) {
        assertEquals("true true", vetoes(one, other) + " " + vetoes(other, one));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
                    What is the capital of France? | what's the capital of france
                    Wo ist der Bahnhof? | Wo ist hier der Bahnhof?
                    오늘 날씨 어때? | 오늘 날씨는 어때?
                    numpy reshape | how do I reshape an array with numpy?
                    """)
    void textsThatAskForTheSame_passBothWays(String one, String other) {
        assertEquals("false false", vetoes(one, other) + " " + vetoes(other, one));
    }

    @Test
    void name_isTheOneInAnswers() {
        assertEquals("language", guard.name());
    }

    private boolean vetoes(String asked, String cached) {
        return guard.vetoes(new Alignment(Reading.of(asked), Reading.of(cached)));
    }
}
