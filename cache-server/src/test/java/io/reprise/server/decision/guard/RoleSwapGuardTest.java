package io.reprise.server.decision.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RoleSwapGuardTest {
    private final Guard guard = new RoleSwapGuard();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        How do I convert euros to pounds? | How do I convert pounds to euros?
        Flights from Oslo to Lima | Flights from Lima to Oslo
        Flights from Oslo to Lima | Flights to Oslo from Lima
        Does stress cause insomnia? | Does insomnia cause stress?
        Is gold heavier than lead? | Is lead heavier than gold?
        Did the dog bite the postman? | Did the postman bite the dog?
        Why do rich people envy poor people? | Why do poor people envy rich people?
        """)
    void textsThatAskForSomethingElse_areVetoedBothWays(String one, String other) {
        assertEquals("true true", vetoes(one, other) + " " + vetoes(other, one));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        What is the difference between tea and coffee? | What is the difference between coffee and tea?
        Is tea or coffee healthier? | Is coffee or tea healthier?
        What is the capital of France? | What is France's capital?
        How do I sort a list in Java? | In Java, how do I sort a list?
        Flights from Oslo to Lima | Flights to Lima from Oslo
        Who was bitten by the dog? | By the dog who was bitten?
        How can I quickly lose weight? | How can I lose weight quickly?
        The postman was bitten by the dog | The dog has bitten the postman
        When it rains, what do birds do? | What do birds do when it rains?
        Compare cats with dogs | Compare dogs with cats
        How do I reset the password of my account? | How to reset my account's password?
        How do I reset the password of my account? | how do i reset my account password
        How do I reset the password of my account? | How do I reset the password for my account?
        I forgot my account password, how do I reset it? | How do I reset my account password?
        How do public schools and private schools differ? | How do private schools and public schools differ?
        Which is better, tea or coffee? | Which is better, coffee or tea?
        The owner of the dog | The dog's owner
        """)
    void textsThatAskForTheSame_passBothWays(String one, String other) {
        assertEquals("false false", vetoes(one, other) + " " + vetoes(other, one));
    }

    @Test
    void name_isTheOneInAnswers() {
        assertEquals("role-swap", guard.name());
    }

    private boolean vetoes(String asked, String cached) {
        return guard.vetoes(new Alignment(Reading.of(asked), Reading.of(cached)));
    }
}
