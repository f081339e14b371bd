package io.reprise.benchmarks.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.reprise.benchmarks.corpus.EvaluationData.Negative;
import io.reprise.benchmarks.corpus.EvaluationData.StreamRow;
import io.reprise.benchmarks.quality.NearTexts.Near;
import io.reprise.benchmarks.report.Progress;
import io.reprise.server.decision.Calibration;
import io.reprise.server.decision.CosineCutoff;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Texts are points on a circle, given by their angle in degrees: their cosine is that of the angle between them. */
class StreamReplayTest {
    /** Cosine of about 18 degrees. */
    private static final double CUTOFF = 0.95;

    private final List<StreamRow> rows = new ArrayList<>();
    private final Map<String, Double> degrees = new HashMap<>();
    private final List<Negative> negatives = new ArrayList<>();
    private final Set<String> uncounted = new HashSet<>();

    @Test
    void equalText_isAnExactHit() {
        ask("a", "A", 0);
        ask("a", "A", 0);
        assertEquals(new Tally(2, 1, 0, 1, 0, 0, 0, 0), replay());
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
        assertEquals(new Tally(7, 2, 2, 0, 1, 1, 1, 1), replay());
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
        assertEquals(new Tally(3, 2, 1, 0, 2, 0, 0, 0), replay());
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
        assertEquals(new Tally(3, 2, 1, 1, 0, 0, 0, 0), replay());
    }

    @Test
    void textThatDoesNotCount_isStoredAllTheSame() {
        uncounted.add("text a");
        ask("a", "A", 0);
        ask("a", "A", 0);
        ask("a2", "A", 5);
        assertEquals(new Tally(1, 1, 1, 0, 1, 0, 0, 0), replay());
    }

    private void ask(String id, String classId, double angle) {
        boolean seen = rows.stream().anyMatch(row -> row.classId().equals(classId));
        rows.add(new StreamRow(id, "text " + id, classId, seen));
        degrees.put("text " + id, angle);
    }

    @Test
    void policyOfTheServer_decidesAsTheSweepAtItsCutoff() {
        for (int i = 0; i < 40; i++) {
            ask("t" + i, "C" + i / 4, 7.3 * i * i % 360);
        }
        var policy = new ProductPolicy(new CosineCutoff(0, CUTOFF, 1, Calibration.BUNDLED_MODEL), 1);
        assertEquals(replay(), run(new TriedPolicy.Fixed("server", policy)).getFirst());
    }

    @Test
    void sweptProbabilities_decideAsThePolicyAtTheCutoff() {
        for (int i = 0; i < 40; i++) {
            ask("t" + i, "C" + i / 4, 7.3 * i * i % 360);
        }
        // The curve's probability is a half at the cosine of the cut-off.
        var half = new Calibration(20, -20 * CUTOFF);
        var open = new ProductPolicy(new CosineCutoff(0, 0, 1, half), 1);
        TriedPolicy.Swept swept = TriedPolicy.probabilities("some", open, List.of(0.25, 0.50));
        assertEquals(replay(), run(swept).get(swept.cutoffs().indexOf(0.50)));
    }

    @Test
    void learningPolicy_keepsWhatItsNeighbourServesOutOfTheSemanticTier() {
        ask("a", "A", 0);
        ask("a2", "A", 10);
        ask("a3", "A", 20);
        ask("a2", "A", 10);
        var stored = new ArrayList<Integer>();
        Trial explorer = new Trial() {
            @Override
            public int choose(int asked, List<Near> neighbours) {
                stored.add(neighbours.size());
                return NONE;
            }

            @Override
            public boolean learn(List<Near> neighbours, boolean nearestServes) {
                return !nearestServes;
            }
        };
        var learning = new TriedPolicy.Learning("explorer", "at", List.of(0.0), setting -> explorer);
        assertEquals(1, run(learning).getFirst().exact());
        assertEquals(List.of(0, 1, 1), stored);
    }

    private Tally replay() {
        PairScorer cosine = (asked, stored) -> stored.cosine();
        return run(new TriedPolicy.Swept("cosine", "cosine >=", cosine, List.of(CUTOFF), List.of(), null))
                .getFirst();
    }

    private List<Tally> run(TriedPolicy policy) {
        var stream = QuestionStream.of(rows);
        List<float @Nullable []> vectors = new ArrayList<>();
        List<PromptText> texts = new ArrayList<>();
        for (String text : stream.texts()) {
            double radians = Math.toRadians(degrees.getOrDefault(text, Double.NaN));
            vectors.add(
                    Double.isNaN(radians) ? null : new float[] {(float) Math.cos(radians), (float) Math.sin(radians)});
            texts.add(new PromptText(text, vectors.getLast()));
        }
        var progress = new Progress(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8), System::nanoTime);
        NearTexts near = NearTexts.of(vectors, 0.5f, progress);
        var replay = new StreamReplay(stream, near, Judge.ofLabels(negatives), 16, text -> !uncounted.contains(text));
        return new StreamTrials(replay, near, texts, progress)
                .run(policy).stream().map(StreamTrials.Result::tally).toList();
    }
}
