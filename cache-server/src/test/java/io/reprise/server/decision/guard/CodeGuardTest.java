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
        What does ?. do in JavaScript? | What does ?? do in JavaScript?
        What does && do? | ^What does || do?^
        What does -> mean in C? | What does => mean in C?
        What does :) mean? | What does :( mean?
        What does ;-) mean? | What does :-/ mean?
        What is 5!? | What is 5?
        What is 5! | What is 5
        What is the half of .5? | What is the half of 5?
        Decode ... --- ... | Decode --- ... ---
        Decode .- -... for me | Decode .- -.- for me
        Does aaa match a+? | Does aaaa match a+?
        How do I learn C? | How do I learn C++?
        What is 7 & 3? | ^What is 7 | 3?^
        Is 5 < 7 true? | Is 5 > 7 true?
        What does 👍 mean to you? | What does 👎 mean to you?
        What does ~= do? | What does != do?
        $5 | 5
        5% | 5
        What is $5? | What is 5?
        What is US$5? | What is 5?
        What is $ 5? | What is 5?
        What is 5€? | What is 5?
        What is £5? | What is 5?
        What is ¥5? | What is 5?
        What is ₹5? | What is 5?
        What is ₿5? | What is 5?
        What is 5¢? | What is 5?
        What is 5%? | What is 5?
        What is 5 %? | What is 5?
        What is 5‰? | What is 5?
        What is 5°? | What is 5?
        What is 5+? | What is 5?
        What is <5? | What is 5?
        What is ≤5? | What is 5?
        What is √5? | What is 5?
        What is $5? | What is 5%?
        What is 10% of 50? | What is 10 of 50?
        What is $5 plus 5%? | What is $5 plus 5?
        What does $ mean in a shell? | What does % mean in a shell?
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
        Thanks for the cake :) | Thanks for the cake
        Translate 'good morning' into Finnish. | 'good morning' -> Finnish
        How do I bake bread ?? | How do I bake bread?
        How do I bake bread?!? | How do I bake bread
        How do I bake bread... | How do I bake bread.
        Well - how do I bake bread? | Well, how do I bake bread?
        How much is $5 in euros? | How much is 5 dollars in euros?
        Is a 5-10% raise good? | Is a 5% to 10% raise good?
        From $10 to $20 | From 10 to 20 dollars
        It costs 5€ | It costs €5
        Is $5 enough? | Is five bucks enough?
        What % is 5 of 20? | What percentage is 5 of 20?
        Bake at 350° F | Bake at 350 F
        What is the sine of 30°? | What is the sine of 30 degrees?
        What is £5 in dollars? | What is 5 pounds in dollars?
        What is "Hamlet" about? | What is Hamlet about?
        # How do I bake bread? | How do I bake bread?
        **Bread** recipe | Bread recipe
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
