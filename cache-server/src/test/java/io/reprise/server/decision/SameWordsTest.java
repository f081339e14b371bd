package io.reprise.server.decision;

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
            })
    void caseSpaceAndSentencePunctuation_areNoOtherWords(String first, String second, boolean same) {
        assertEquals(same, SameWords.in(first, second));
        assertEquals(same, SameWords.in(second, first));
    }
}
