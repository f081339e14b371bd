package io.reprise.server.decision.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SameWordsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "How do I reset my password? | how do i reset my password | true",
                "How do I reset my password? | 'HOW  DO I RESET\tMY PASSWORD?!' | true",
                "Hi, how are you | hi how are you. | true",
                "¿Cómo estás? | ¿cómo estás | true",
                "You are coming? | You are coming. | false",
                "How do I reset my password? | How do I set my password? | false",
                "Use 1.5 cups | Use 15 cups | false",
                "the cat and the dog | the dog and the cat | false",
                "What is .NET? | What is NET? | false",
                "? | ! | true",
                "What is the capital of France? | What's the capital of France | true",
                "I do not know the colour | I don't know the color | true",
                "What is your favorite song? | What is your favourite song? | true",
                "How do I reset my password? | Hi, how do I reset my password? Thanks in advance! | true",
                "How do I reset my password? | Quick question: how do I reset my password? | true",
                "How do I reset my password? | Please tell me: How do I reset my password? | true",
                "How do I reset my password? | Could you help me with this? How do I reset my password? | true",
                "How do I deal with my jealousy? | How do I deal with my jeaolusy? | true",
                "How do I deal with my jealousy? | How do I deal with her jealousy? | false",
                "Who is president of Iran? | Who is president of Iraq? | false",
                "Is it legal? | Is it illegal? | false",
                "He is tall | He is a tall | false",
                "thanks for the fish | thanks for the dish | false",
                "Translate to French: thanks | Translate to French: please | false",
                "write me a testbench | Write me a testbench Thanks in advance! | true",
                "'What prints?\n  if a:\n    b()\n  c()' | 'What prints?\n  if a:\n    b()\n    c()' | false",
                "Gm7 notes | GM7 notes | false",
                "How do vaccines work? | How well do vaccines work? | false",
                "Do you enjoy it? | Do you enjoy it? What do you do and why? | false",
                "[x for x in a] | {x for x in a} | false",
                "what is ai in java | What is AI in Java? | true",
                "Send 5 kg | Send 5.0 kg | false",
                "Plot it | Plot it in red | false",
            })
    void howItIsTyped_makesNoOtherWords(String first, String second, boolean same) {
        assertEquals(same, SameWords.in(Reading.of(first), Reading.of(second)));
        assertEquals(same, SameWords.in(Reading.of(second), Reading.of(first)));
    }
}
