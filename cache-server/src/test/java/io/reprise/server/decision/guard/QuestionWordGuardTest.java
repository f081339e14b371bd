package io.reprise.server.decision.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QuestionWordGuardTest {
    private final Guard guard = new QuestionWordGuard();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        When was the tower built? | Where was the tower built?
        Who built the tower? | Why was the tower built?
        How many ships sank? | Where did the ships sink?
        What year did the war end? | Where did the war end?
        """)
    void textsThatAskForSomethingElse_areVetoedBothWays(String one, String other) {
        assertEquals("true true", vetoes(one, other) + " " + vetoes(other, one));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        Why is the sky blue? | What is the reason the sky is blue?
        How do I boil an egg? | What's the best way to boil an egg?
        When was the tower built? | In what year was the tower built?
        Could you tell me where the tower is? | Where is the tower?
        What is the price of a ticket? | How much does a ticket cost?
        What happens when it rains? | What happens if it rains?
        How come cats purr? | Why do cats purr?
        Can I boil an egg? | How can I boil an egg?
        """)
    void textsThatAskForTheSame_passBothWays(String one, String other) {
        assertEquals("false false", vetoes(one, other) + " " + vetoes(other, one));
    }

    @Test
    void name_isTheOneInAnswers() {
        assertEquals("question-word", guard.name());
    }

    private boolean vetoes(String asked, String cached) {
        return guard.vetoes(new Alignment(Reading.of(asked), Reading.of(cached)));
    }
}
