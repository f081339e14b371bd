package io.reprise.benchmarks.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.reprise.benchmarks.corpus.EvaluationData.Negative;
import io.reprise.benchmarks.corpus.EvaluationData.StreamRow;
import io.reprise.benchmarks.training.Served.Count;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Six questions of three classes, every two of them near. Class b was labelled as different from class a; nobody labelled class c. */
class HeldOutReplayTest {
    private final StreamPairs stream = stream(List.of("a1", "a2", "b1", "c1", "a3", "b2"));

    @Test
    void hits_areCountedByTheClassThatIsAsked() {
        // a1 is stored; a2, b1, c1 and a3 are served its answer; so is b2, because b1 was not stored.
        Served served = replay((asked, stored) -> 1f).served(0);
        assertEquals(List.of(new Count(2, 2, 0, 0), new Count(1, 0, 2, 0), new Count(0, 0, 0, 1)), served.classes());
        assertEquals(new Count(3, 2, 2, 1), served.all());
    }

    @Test
    void nothingLikelyEnough_isStored() {
        assertEquals(
                new Count(3, 0, 0, 0), replay((asked, stored) -> 1f).served(2).all());
    }

    @Test
    void whatAGuardForbids_isNotServedAtAnyCutoff() {
        assertEquals(
                new Count(3, 0, 0, 0),
                replay((asked, stored) -> Float.NEGATIVE_INFINITY)
                        .served(anyLogOdds -> true)
                        .all());
    }

    @Test
    void textsThatAreNotAsked_areStoredAndNotCounted() {
        PairJudge sameLetter = (asked, stored) -> asked.charAt(0) == stored.charAt(0) ? 1f : -1f;
        var replay = new HeldOutReplay(stream, sameLetter, text -> text.startsWith("b"));
        assertEquals(List.of(new Count(1, 1, 0, 0)), replay.served(0).classes());
    }

    @Test
    void otherClasses_areCountedTogether() {
        Served served = replay((asked, stored) -> 1f).served(0);
        assertEquals(new Count(6, 4, 4, 2), served.and(served).all());
        assertEquals(0.5, served.and(served).wrongOfJudged().value());
    }

    private HeldOutReplay replay(PairJudge judge) {
        return new HeldOutReplay(stream, judge, anyText -> true);
    }

    private static StreamPairs stream(List<String> texts) {
        var stream = new StreamPairs(
                texts.stream()
                        .map(text -> new StreamRow(text, text, text.substring(0, 1), false))
                        .toList(),
                List.of(new Negative("a1", "b1", "a", "b")));
        stream.near = IntStream.range(0, texts.size())
                .mapToObj(i -> IntStream.range(0, texts.size())
                        .filter(other -> other != i)
                        .toArray())
                .toArray(int[][]::new);
        return stream;
    }
}
