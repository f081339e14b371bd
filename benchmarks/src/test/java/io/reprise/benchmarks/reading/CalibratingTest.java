package io.reprise.benchmarks.reading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.benchmarks.reading.Calibrating.Example;
import io.reprise.benchmarks.reading.Calibrating.Judged;
import io.reprise.server.decision.CrossCalibration.Weights;
import io.reprise.server.decision.Curve;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibratingTest {
    private final Random random = new Random(7);

    @Test
    void weights_areThoseThatMadeTheLabels() {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            float read = (float) (4 * random.nextGaussian());
            float cosine = random.nextFloat();
            examples.add(new Example(cosine, read, isSame(-2 + read + 3 * cosine), 1));
        }
        Weights weights = Calibrating.weights(examples);
        assertEquals(-2, weights.bias(), 0.3);
        assertEquals(1, weights.read(), 0.1);
        assertEquals(3, weights.cosine(), 0.4);
    }

    @Test
    void cosineThatCountsAgainst_countsNothing() {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            float read = (float) (4 * random.nextGaussian());
            float cosine = random.nextFloat();
            examples.add(new Example(cosine, read, isSame(2 + read - 3 * cosine), 1));
        }
        assertEquals(0, Calibrating.weights(examples).cosine());
    }

    @Test
    void weightOfAnExample_countsAsSoMany() {
        List<Example> examples = new ArrayList<>();
        float[] logOdds = new float[400];
        for (int i = 0; i < logOdds.length; i++) {
            // One in four is the same, but counts three times.
            boolean same = i % 4 == 0;
            examples.add(new Example(0, 0, same, same ? 3 : 1));
        }
        assertEquals(0.5, Calibrating.probabilities(examples, logOdds).at(0), 1e-6);
    }

    @Test
    void probabilities_areTheSharesOfTheSame() {
        List<Example> examples = new ArrayList<>();
        float[] logOdds = new float[40_000];
        for (int i = 0; i < logOdds.length; i++) {
            logOdds[i] = (float) (2 * random.nextGaussian());
            examples.add(new Example(0, logOdds[i], isSame(logOdds[i]), 1));
        }
        Curve curve = Calibrating.probabilities(examples, logOdds);
        for (float x : new float[] {-2, -1, 0, 1, 2}) {
            assertEquals(1 / (1 + Math.exp(-x)), curve.at(x), 0.05);
        }
    }

    @Test
    void cutoff_isTheLeastThatKeepsTheRate() {
        List<Judged> judged = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            judged.add(new Judged(0.99 - i / 2000.0, i < 200 || i % 10 != 0));
        }
        Curve cutoffs = Calibrating.cutoffs(judged);
        for (double rate : List.of(0.01, 0.05)) {
            double least = cutoffs.asCutoffs().at(rate);
            assertTrue(expectedWrong(judged, least) <= rate);
            assertTrue(expectedWrong(judged, least - 0.02) > rate);
        }
    }

    @Test
    void rateThatTooFewCanShow_hasNoCutoff() {
        List<Judged> judged = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            judged.add(new Judged(0.9, true));
        }
        Curve cutoffs = Calibrating.cutoffs(judged);
        assertEquals(2, cutoffs.asCutoffs().at(0.01));
        assertEquals(0.9, cutoffs.asCutoffs().at(0.02), 1e-6);
    }

    @Test
    void whatIsJudgedAlike_isServedTogether() {
        List<Judged> judged = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            judged.add(new Judged(0.9, i < 200));
        }
        assertEquals(2, Calibrating.cutoffs(judged).asCutoffs().at(0.2));
    }

    private boolean isSame(double logOdds) {
        return random.nextDouble() < 1 / (1 + Math.exp(-logOdds));
    }

    private static double expectedWrong(List<Judged> judged, double cutoff) {
        List<Judged> served =
                judged.stream().filter(one -> one.probability() >= cutoff).toList();
        int wrong = (int) served.stream().filter(one -> !one.same()).count();
        return Calibrating.expectedWrong(wrong, served.size());
    }
}
