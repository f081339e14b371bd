package io.reprise.server.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.reprise.embedder.EmbedderOptions;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.OnnxSentenceEmbedder;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.server.protocol.Completion;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LocalJudgeTest {
    private static SentenceEmbedder embedder;
    private static AnswerJudge judge;

    @BeforeAll
    static void open() {
        embedder = OnnxSentenceEmbedder.open(
                ModelFolder.open(Path.of(System.getProperty("reprise.models"), "all-minilm-l6-v2-q")),
                EmbedderOptions.defaults());
        judge = new LocalJudge(embedder);
    }

    @AfterAll
    static void close() {
        embedder.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Paris.                                    | paris
            The capital of France is Paris.           | Paris is the capital of France.
            1,000 metres are 1 kilometre.             | 1000 metres are 1.0 kilometre.
            Yes, you can freeze cooked rice.          | Yes. Cooked rice can be frozen.
            """)
    void sameThingInOtherWords_isTheSame(String cached, String fresh) {
        assertEquals(Judgement.SAME, judged(cached, fresh));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            The tower is 330 metres tall.             | The tower is 96 metres tall.
            Yes, you can freeze cooked rice.          | No, you can not freeze cooked rice.
            Paris is the capital of France.           | Heat the oil and add the onions.
            -5 degrees                                | 5 degrees
            """)
    void somethingElse_isDifferent(String cached, String fresh) {
        assertEquals(Judgement.DIFFERENT, judged(cached, fresh));
        assertEquals(Judgement.DIFFERENT, judged(fresh, cached));
    }

    @Test
    void emptyAnswer_isNotLikeAnother() {
        assertEquals(Judgement.DIFFERENT, judged("", "Paris"));
        assertEquals(Judgement.SAME, judged("", " . "));
    }

    @Test
    void answerThatTheModelCannotRead_isNotJudged() {
        assertEquals(Judgement.UNSURE, judged("\u16a0\u16a2", "\u16b1\u16b3"));
    }

    @Test
    void longAnswers_areComparedByTheirPassages() {
        String cooking = "Heat the oil in a large pan, add the onions and let them brown slowly. ".repeat(60);
        String history = "The treaty was signed by both kings after a war of thirty years. ".repeat(60);
        assertEquals(Judgement.SAME, judged(cooking, cooking + " Enjoy your meal."));
        assertNotEquals(Judgement.SAME, judged(cooking, history));
    }

    @Test
    void symbolsThatNameSomething_arePartOfWords() {
        assertEquals(List.of("$5", "c#", "5%"), LocalJudge.words("# **$5**, (C#) 5%."));
    }

    @Test
    void wordsKeepNumbersAndSigns() {
        assertEquals(
                List.of("it", "is", "-5.5", "at", "9:30", "o'clock"),
                LocalJudge.words("It is (-5.5) at 9:30 o'clock!"));
    }

    private static Judgement judged(String cached, String fresh) {
        return judge.judge(Completion.ofText(cached, null, null), Completion.ofText(fresh, null, null));
    }
}
