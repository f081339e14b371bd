package io.reprise.server.decision.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CodeGuardTest {
    private final Guard guard = new CodeGuard();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
                    How do I read a file in C++? | How do I read a file in C#?
                    How do I read a file in C? | How do I read a file in R?
                    What does == do? | What does === do?
                    What is a + b? | What is a * b?
                    Open /etc/hosts | Open /etc/passwd
                    What does str.split() return? | What does str.strip() return?
                    Is \\d+ greedy? | Is \\D+ greedy?
                    Fetch https://example.org/a | Fetch https://example.org/b
                    Write to ann@example.org | Write to bob@example.org
                    Rename user_id | Rename user_name
                    What does the word "plethora" mean? | What does the word "paucity" mean?
                    What is 😀? | What is 😡?
                    Is .NET free? | Is Node.js free?
                    """)
    void textsThatAskForSomethingElse_areVetoedBothWays(String one, String other) {
        assertEquals("true true", vetoes(one, other) + " " + vetoes(other, one));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
                    What is Node.js? | What is node.js?
                    How do I use print()? | How do I use print?
                    What does "plethora" mean? | What does plethora mean?
                    How do I use TCP/IP? | How do I use TCP / IP?
                    Rhythm & blues songs | Rhythm and blues songs
                    What is the answer?? | What is the answer
                    Thanks for the cake 😀 | Thanks for the cake
                    Is the apple(s) ripe? | Is the apple ripe?
                    What is a U.S.A. visa? | What is a USA visa?
                    """)
    void textsThatAskForTheSame_passBothWays(String one, String other) {
        assertEquals("false false", vetoes(one, other) + " " + vetoes(other, one));
    }

    @Test
    void name_isTheOneInAnswers() {
        assertEquals("code", guard.name());
    }

    private boolean vetoes(String asked, String cached) {
        return guard.vetoes(new Alignment(Reading.of(asked), Reading.of(cached)));
    }
}
