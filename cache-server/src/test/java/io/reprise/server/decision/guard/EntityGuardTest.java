package io.reprise.server.decision.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EntityGuardTest {
    private final Guard guard = new EntityGuard();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        What is the capital of Austria? | What is the capital of Australia?
        what is the capital of iran | what is the capital of iraq
        How do I install Docker on Ubuntu? | How do I install Docker on Fedora?
        What does NASA do? | What does FIFA do?
        Best museums in Paris | Best museums in Berlin
        Was Donald Trump rich? | Was Ivanka Trump rich?
        """)
    void textsThatAskForSomethingElse_areVetoedBothWays(String one, String other) {
        assertEquals("true true", vetoes(one, other) + " " + vetoes(other, one));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        How do I learn Python? | how do i learn python?
        WHO WROTE HAMLET? | Who wrote Hamlet?
        What is the capital of Germany? | What's the capital of Germnay?
        What is Germany's capital? | What is the capital of Germany?
        How many Germans live in Spain? | How many German people live in Spain?
        Who leads the WHO? | Who leads the World Health Organization?
        Is Donald Trump rich? | Is Trump rich?
        What is the population of the US? | What is the population of the United States?
        How do I repair a bicycle? | How do I fix a bicycle?
        What is machine learning? | What is ML?
        How do I build a web site? | How do I build a website?
        """)
    void textsThatAskForTheSame_passBothWays(String one, String other) {
        assertEquals("false false", vetoes(one, other) + " " + vetoes(other, one));
    }

    @Test
    void name_isTheOneInAnswers() {
        assertEquals("entity", guard.name());
    }

    private boolean vetoes(String asked, String cached) {
        return guard.vetoes(new Alignment(Reading.of(asked), Reading.of(cached)));
    }
}
