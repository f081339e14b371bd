package io.reprise.server.decision.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LetterCaseGuardTest {
    private final Guard guard = new LetterCaseGuard();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        What does curl -o do? | What does curl -O do?
        What does curl -O do? | what does curl -o do
        chmod -r file | chmod -R file
        What is the difference in grep -a? | What is the difference in grep -A?
        How do I rename myVar in Java? | How do I rename MyVar in Java?
        How do I rename myVar in Java? | How do I rename myvar in Java?
        What is getElementById for? | What is getElementByID for?
        Where is README.md stored? | Where is readme.md stored?
        What does user_Id mean? | What does user_id mean?
        Open /Etc/hosts for me | Open /etc/hosts for me
        How large is 5 Mb in practice? | How large is 5 MB in practice?
        How strong is a 5 mW laser? | How strong is a 5 MW laser?
        How much is 10 kB of text? | How much is 10 KB of text?
        What is the value of X here? | What is the value of x here?
        Explain `Print` in Swift | Explain `print` in Swift
        How do I say this in Polish words? | How do I say this in polish words?
        Is vitamin K in it? | Is vitamin k in it?
        What does $Path hold? | What does $PATH hold?
        Run tar -xzf now | Run tar -Xzf now
        """)
    void textsThatAskForSomethingElse_areVetoedBothWays(String one, String other) {
        assertEquals("true true", vetoes(one, other) + " " + vetoes(other, one));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        How do I bake bread? | how do i bake bread
        How do I bake bread? | HOW DO I BAKE BREAD?
        How Do I Bake Bread? | How do I bake bread?
        How do I reset my iPhone? | How do I reset my iphone?
        What is JavaScript used for? | What is javascript used for?
        How do I install PostgreSQL on Ubuntu? | how do i install postgresql on ubuntu
        What does NASA do? | What does nasa do?
        How do I learn C++? | how do i learn c++
        What is Node.js? | What is node.js?
        Open Example.org for me | Open example.org for me
        How do I use R for statistics? | how do i use r for statistics
        PLEASE help me with the Recipe | Please help me with the recipe
        How do I rename myVar in Java? | how do i rename myvar in java
        What is Paris like in May? | What is paris like in may?
        I like tea | i like tea
        Explain O(N) time to me | explain o(n) time to me
        Is 5 KM far? | Is 5 km far?
        """)
    void textsThatAskForTheSame_passBothWays(String one, String other) {
        assertEquals("false false", vetoes(one, other) + " " + vetoes(other, one));
    }

    @Test
    void name_isTheOneInAnswers() {
        assertEquals("letter-case", guard.name());
    }

    private boolean vetoes(String asked, String cached) {
        return guard.vetoes(new Alignment(Reading.of(asked), Reading.of(cached)));
    }
}
