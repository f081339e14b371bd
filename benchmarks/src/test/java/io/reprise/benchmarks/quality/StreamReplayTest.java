package io.reprise.benchmarks.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.reprise.benchmarks.corpus.EvaluationData.Negative;
import io.reprise.benchmarks.corpus.EvaluationData.StreamRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Texts are points on a circle, given by their angle in degrees: their cosine is that of the angle between them. */
class StreamReplayTest {
    /** Cosine of about 18 degrees. */
    private static final double CUTOFF = 0.95;

    private final List<StreamRow> rows = new ArrayList<>();
    private final Map<String, Double> degrees = new HashMap<>();
    private final List<Negative> negatives = new ArrayList<>();

    @Test
    void equalText_isAnExactHit() {
        ask("a", "A", 0);
        ask("a", "A", 0);
        assertEquals(new Tally(2, 1, 1, 0, 0, 0, 0), replay());
    }

    @Test
    void outerSpace_makesNoOtherText() {
        ask("a", "A", 0);
        rows.add(new StreamRow("a", "  text a ", "A", true));
        assertEquals(1, replay().exact());
    }

    @Test
    void nearTexts_areJudged() {
        negatives.add(new Negative("b", "d", "B", "D"));
        ask("a", "A", 0);
        ask("a2", "A", 5);
        ask("b", "B", 90);
        ask("d", "D", 95);
        ask("d2", "D", 86);
        ask("x", "X", 180);
        ask("y", "Y", 183);
        assertEquals(new Tally(7, 2, 0, 1, 1, 1, 1), replay());
    }

    @Test
    void hit_storesNothing() {
        ask("a", "A", 0);
        ask("a2", "A", 15);
        // Near to the second alone, which was not stored.
        ask("a3", "A", 30);
        assertEquals(1, replay().semantic());
    }

    @Test
    void textServedByMeaning_isNoExactHitNextTime() {
        ask("a", "A", 0);
        ask("a2", "A", 15);
        ask("a2", "A", 15);
        assertEquals(new Tally(3, 2, 0, 2, 0, 0, 0), replay());
    }

    @Test
    void nearestOfSeveral_serves() {
        ask("a", "A", 0);
        ask("b", "B", 30);
        ask("b2", "B", 17);
        assertEquals(1, replay().right());
    }

    @Test
    void textThatIsNotComparable_hitsExactlyOnly() {
        ask("a", "A", 0);
        ask("o", "A", Double.NaN);
        ask("o", "A", Double.NaN);
        assertEquals(new Tally(3, 2, 1, 0, 0, 0, 0), replay());
    }

    private void ask(String id, String classId, double angle) {
        boolean seen = rows.stream().anyMatch(row -> row.classId().equals(classId));
        rows.add(new StreamRow(id, "text " + id, classId, seen));
        degrees.put("text " + id, angle);
    }

    private Tally replay() {
        var stream = QuestionStream.of(rows);
        List<float @Nullable []> vectors = new ArrayList<>();
        for (String text : stream.texts()) {
            double radians = Math.toRadians(degrees.getOrDefault(text, Double.NaN));
            vectors.add(
                    Double.isNaN(radians) ? null : new float[] {(float) Math.cos(radians), (float) Math.sin(radians)});
        }
        NearTexts near = NearTexts.of(vectors, 0.5f);
        return new StreamReplay(stream, near, new Judge(negatives), 16).run(TriedPolicy.cosine(CUTOFF));
    }
}
