package io.reprise.benchmarks.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.reprise.benchmarks.corpus.EvaluationData.Negative;
import io.reprise.benchmarks.corpus.EvaluationData.StreamRow;
import io.reprise.benchmarks.quality.Judge.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private final Judge judge = Judge.ofLabels(List.of(new Negative("a1", "b1", "A", "B")));

    @Test
    void sameClass_isRight() {
        assertEquals(Verdict.RIGHT, judge.judge(row("a1", "A"), row("a2", "A")));
    }

    @Test
    void labelledTexts_areSurelyWrong() {
        assertEquals(Verdict.SURELY_WRONG, judge.judge(row("a1", "A"), row("b1", "B")));
    }

    @Test
    void labelledTextsTheOtherWayRound_areSurelyWrongToo() {
        assertEquals(Verdict.SURELY_WRONG, judge.judge(row("b1", "B"), row("a1", "A")));
    }

    @Test
    void otherTextsOfLabelledClasses_areWrongByClosure() {
        assertEquals(Verdict.WRONG_BY_CLOSURE, judge.judge(row("b2", "B"), row("a2", "A")));
    }

    @Test
    void unlabelledClasses_areUnknown() {
        assertEquals(Verdict.UNKNOWN, judge.judge(row("a1", "A"), row("c1", "C")));
    }

    @Test
    void otherClassOfAClosedSet_isWrong() {
        assertEquals(Verdict.SURELY_WRONG, Judge.ofClasses().judge(row("a1", "A"), row("c1", "C")));
    }

    private static StreamRow row(String id, String classId) {
        return new StreamRow(id, "text of " + id, classId, false);
    }
}
