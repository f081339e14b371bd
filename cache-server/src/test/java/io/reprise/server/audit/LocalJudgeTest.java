package io.reprise.server.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.reprise.server.protocol.Completion;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalJudgeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Paris.                              | paris
                    'Paris,  it is.'                   | Paris it is.
                    1,000 metres are 1 kilometre.       | 1000 metres are 1.0 kilometre.
                    42                                  | 42.00
                    0.50                                | 0.5
                    -5                                  | -5.0
                    1,234,567                           | 1234567
                    It is "Paris".                      | It is **Paris**.
                    (It is) **Paris.**                  | (It is) Paris
                    '- salt
        - pepper'                  | '* salt
        * pepper'
                    '# Answer
        Yes.'                    | 'Answer
        Yes'
        """)
    void answersThatAreEqualButForForm_areTheSame(String cached, String fresh) {
        assertEquals(Judgement.SAME, judged(cached, fresh));
        assertEquals(Judgement.SAME, judged(fresh, cached));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        The capital of France is Paris.     | Paris is the capital of France.
        Yes, you can freeze cooked rice.    | No, you can not freeze cooked rice.
        Yes, you can freeze cooked rice.    | Yes. Cooked rice can be frozen.
        The tower is 330 metres tall.       | The tower is 96 metres tall.
        Paris is the capital of France.     | Heat the oil and add the onions.
        -5 degrees                          | 5 degrees
        3.10                                | 3.1
        3.1.0                               | 3.1
        1,0                                 | 10
        12,34                               | 1234
        $5                                  | €5
        C++                                 | C#
        US                                  | us
        curl -O x                           | curl -o x
        cd ..                               | cd
        rm -rf /                            | rm -rf .
        5"                                  | 5
        5 - 3                               | 5 3
        Is it open?                         | Is it open.
        ''                                  | Paris
        ''                                  | ''
        ' . '                               | ''
        """)
    void whatElseItIs_itCannotSay(String cached, String fresh) {
        assertEquals(Judgement.UNSURE, judged(cached, fresh));
        assertEquals(Judgement.UNSURE, judged(fresh, cached));
    }

    /** Each would take minutes where a pass is quadratic. */
    @ParameterizedTest
    @ValueSource(strings = {"0", "1,", "1.", ".", "\"", "**", "#", "- ", "\n", "a\u0301", "1.0 "})
    void adversarialText_takesLinearTime(String part) {
        String text = "1." + part.repeat(1_000_000) + "1";
        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertEquals(Judgement.UNSURE, judged(text, text + " more")));
    }

    @Test
    void words_areWhatIsLeftWithoutForm() {
        assertEquals(
                List.of("it", "is", "-5.5", "at", "9:30", "o'clock!", "C#", "5%"),
                LocalJudge.words("It is -5.5, at 9:30 o'clock! C# 5%"));
    }

    private static Judgement judged(String cached, String fresh) {
        return LocalJudge.judge(Completion.ofText(cached, null, null), Completion.ofText(fresh, null, null));
    }
}
