package io.reprise.server.decision.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AntonymGuardTest {
    private final Guard guard = new AntonymGuard();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
                    How do I increase the brightness? | How do I decrease the brightness?
                    What to do before a marathon? | What to do after a marathon?
                    Find the minimum of a list | Find the maximum of a list
                    Where do hot springs come from? | Where do cold springs come from?
                    Should I buy shares? | Should I sell shares?
                    Enabling two-factor login | Disabling two-factor login
                    What is the tallest tree? | What is the shortest tree?
                    Is the mushroom edible? | Is the mushroom inedible?
                    Are his songs harmful? | Are his songs harmless?
                    Who is the king's mother? | Who is the king's father?
                    Paint the wall red | Paint the wall blue
                    What opens on Monday? | What opens on Tuesday?
                    Give the temperature in Celsius | Give the temperature in Fahrenheit
                    Turn the light on | Turn the light off
                    Sort ascending | Sort descending
                    """)
    void textsThatAskForSomethingElse_areVetoedBothWays(String one, String other) {
        assertEquals("true true", vetoes(one, other) + " " + vetoes(other, one));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
                    How do I increase the brightness? | How can I raise the brightness?
                    When do prices increase and decrease? | When do prices decrease and increase?
                    How do I turn on the light? | How do I turn the light on?
                    What is the largest lake? | What is the biggest lake?
                    Is he unhappy? | Is he not happy?
                    Which color suits me? | Which colour suits me?
                    Start the engine | Begin the engine
                    How do I download a file? | How can I download files?
                    """)
    void textsThatAskForTheSame_passBothWays(String one, String other) {
        assertEquals("false false", vetoes(one, other) + " " + vetoes(other, one));
    }

    @Test
    void name_isTheOneInAnswers() {
        assertEquals("antonym", guard.name());
    }

    private boolean vetoes(String asked, String cached) {
        return guard.vetoes(new Alignment(Reading.of(asked), Reading.of(cached)));
    }
}
