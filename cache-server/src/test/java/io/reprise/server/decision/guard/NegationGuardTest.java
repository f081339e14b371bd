package io.reprise.server.decision.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NegationGuardTest {
    private final Guard guard = new NegationGuard();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        Which birds can fly? | Which birds cannot fly?
        How do I enable the firewall? | How do I not enable the firewall?
        Is it safe to drink tap water? | Isn't it safe to drink tap water?
        Foods with sugar | Foods without sugar
        Why does my phone charge? | Why doesn't my phone charge?
        Why do my builds pass? | Why do my builds never pass?
        Can you eat after surgery? | Can you not eat after surgery?
        People who smoke but do not drink | People who drink but do not smoke
        What should I eat? | What should I avoid eating?
        Everybody came | Nobody came
        """)
    void textsThatAskForSomethingElse_areVetoedBothWays(String one, String other) {
        assertEquals("true true", vetoes(one, other) + " " + vetoes(other, one));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        Why doesn't my phone charge? | Why does my phone not charge?
        Why dont my builds pass? | Why don't my builds pass?
        I am not able to log in | I am unable to log in
        Is he unhappy? | Is he not happy?
        Can you tell me the way to Rome? | Can you not tell me the way to Rome?
        Explain how vaccines work | Don't worry, explain how vaccines work
        How do I tie a knot? | I don't know how to tie a knot
        It is possible | It is not impossible
        Is this true or not? | Is this true?
        Whether he comes | Whether or not he comes
        It rains, doesn't it? | It rains?
        Which is house No. 5? | Which is house number 5?
        """)
    void textsThatAskForTheSame_passBothWays(String one, String other) {
        assertEquals("false false", vetoes(one, other) + " " + vetoes(other, one));
    }

    @Test
    void name_isTheOneInAnswers() {
        assertEquals("negation", guard.name());
    }

    private boolean vetoes(String asked, String cached) {
        return guard.vetoes(new Alignment(Reading.of(asked), Reading.of(cached)));
    }
}
