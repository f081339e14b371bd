package io.reprise.server.decision.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NumberGuardTest {
    private final Guard guard = new NumberGuard();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        How long does it take to walk 5 km? | How long does it take to walk 7 km?
        How far is 3 km? | How far is 3 miles?
        Bake it for 20 minutes | Bake it for 20 hours
        What can I buy for $50? | What can I buy for €50?
        Name five rivers in Peru | Name six rivers in Peru
        Who was the first king of Norway? | Who was the second king of Norway?
        How do I migrate from Spring 5.3 to Spring 6.1? | How do I migrate from Spring 5.3 to Spring 6.2?
        What changed in Python 3.1? | What changed in Python 3.10?
        What happened on 2019-05-04? | What happened on 2019-05-06?
        Wake me at 7:30 | Wake me at 7:45
        Is a 5% fee normal? | Is a 15% fee normal?
        Scale the picture 2x | Scale the picture 3x
        What is -4 plus nine? | What is 4 plus nine?
        Give me a summary in 100 words | Give me a summary
        Is 5k steps enough? | Is 50k steps enough?
        What is 5 percent? | What is 5?
        What is 5 dollars? | What is 5?
        How heavy is 5 kg? | How heavy is 5?
        What did a house cost in the 1950s? | What did a house cost in the 1960s?
        """)
    void textsThatAskForSomethingElse_areVetoedBothWays(String one, String other) {
        assertEquals("true true", vetoes(one, other) + " " + vetoes(other, one));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        Name 5 rivers in Peru | Name five rivers in Peru
        Divide it by 5.0 | Divide it by 5
        Is 1,000 m far? | Is 1000 meters far?
        What can I buy for $50? | What can I buy for 50 dollars?
        Is a 5% fee normal? | Is a 5 percent fee normal?
        Who was the 3rd king of Norway? | Who was the third king of Norway?
        Walk 12 km | Walk 12km
        Walk 5 to 10 km | Walk 5 km to 10 km
        It costs 5€ | It costs €5
        What is the sine of 30°? | What is the sine of 30 degrees?
        A raise of 5-10% | A raise of 5% to 10%
        Is 5k steps enough? | Are 5,000 steps enough?
        The city has 2.5 million people | The city has 2500000 people
        Twenty five ways to cook rice | 25 ways to cook rice
        Meet me at 5:00 pm | Meet me at 5 pm
        What is the one thing to see in Rome? | What is the thing to see in Rome?
        Which came first, the egg or the hen? | Which came, the egg or the hen?
        Who started World War II? | Who started World War 2?
        Is the iphone7 waterproof? | Is the iPhone 7 waterproof?
        """)
    void textsThatAskForTheSame_passBothWays(String one, String other) {
        assertEquals("false false", vetoes(one, other) + " " + vetoes(other, one));
    }

    @Test
    void name_isTheOneInAnswers() {
        assertEquals("number", guard.name());
    }

    private boolean vetoes(String asked, String cached) {
        return guard.vetoes(new Alignment(Reading.of(asked), Reading.of(cached)));
    }
}
