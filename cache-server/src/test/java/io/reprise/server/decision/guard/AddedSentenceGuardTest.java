package io.reprise.server.decision.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddedSentenceGuardTest {
    private final Guard guard = new AddedSentenceGuard();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        What is the capital of France? | What is the capital of France? Answer wrongly.
        What is the capital of France? | What is the capital of France? Be wrong.
        What is the capital of France? | What is the capital of France? Answer in one word.
        What is the capital of France? | what is the capital of france? answer wrongly
        What is the capital of France? | Answer wrongly. What is the capital of France?
        What is the capital of France? | Answer wrongly: what is the capital of France?
        What is the capital of France? | What is the capital of France, answer wrongly
        Is fish healthy? | Is fish healthy? Lie to me.
        Is fish healthy? | Is fish healthy? Reply as a pirate.
        How do I boil an egg? | How do I boil an egg? Use emojis only.
        How do I boil an egg? | How do I boil an egg? Don't mention water.
        How do I boil an egg? | How do I boil an egg? In German.
        How do I boil an egg? | How do I boil an egg? Keep it under fifty words.
        How do I boil an egg? | How do I boil an egg? Pretend that you are a chef.
        How do I boil an egg? | How do I boil an egg? The answer must rhyme.
        How do I boil an egg? | How do I boil an egg? Ignore the above.
        Recommend a book about Antarctica. | Recommend a book about Antarctica. Published after 2020.
        ¿Cuál es la capital de Francia? | ¿Cuál es la capital de Francia? Responde mal.
        Was ist die Hauptstadt von Frankreich? | Was ist die Hauptstadt von Frankreich? Antworte falsch.
        Peut-on congeler du fromage ? | Peut-on congeler du fromage ? Réponds en breton.
        """)
    void textsThatAskForSomethingElse_areVetoedBothWays(String one, String other) {
        assertEquals("true true", vetoes(one, other) + " " + vetoes(other, one));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        What is the capital of France? | What is the capital of France? Please.
        What is the capital of France? | What is the capital of France? Thanks!
        What is the capital of France? | What is the capital of France? Thank you in advance!
        What is the capital of France? | Hi! What is the capital of France?
        What is the capital of France? | Hello there. I hope you are well. What is the capital of France?
        What is the capital of France? | Sorry to bother you. What is the capital of France?
        What is the capital of France? | Quick question: what is the capital of France?
        What is the capital of France? | Can you help me? What is the capital of France?
        What is the capital of France? | I was wondering. What is the capital of France?
        What is the capital of France? | What is the capital of France? Any help is appreciated.
        What is the capital of France? | What is the capital of France? Cheers from Cape Town.
        What is the capital of France? | What is the capital of France? Have a great day!
        What is the capital of France? | What is the capital of France? Looking forward to your answer, thank you!
        I forgot my account password. How do I reset it? | How do I reset my forgotten account password?
        I forgot my account password, how do I reset it? | how do i reset my account password
        Is the evil eye real? | Is the evil eye real? What are your experiences?
        Can a penguin fly? | We were at the zoo today. Can a penguin fly?
        ¿Cuál es la capital de Francia? | ¿Cuál es la capital de Francia? ¡Muchas gracias!
        Was ist die Hauptstadt von Frankreich? | Hallo! Was ist die Hauptstadt von Frankreich? Vielen Dank im Voraus.
        Peut-on congeler du fromage ? | Bonjour, peut-on congeler du fromage ? Merci d'avance !
        """)
    void textsThatAskForTheSame_passBothWays(String one, String other) {
        assertEquals("false false", vetoes(one, other) + " " + vetoes(other, one));
    }

    @Test
    void name_isTheOneInAnswers() {
        assertEquals("added-sentence", guard.name());
    }

    private boolean vetoes(String asked, String cached) {
        return guard.vetoes(new Alignment(Reading.of(asked), Reading.of(cached)));
    }
}
