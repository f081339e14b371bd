package io.reprise.benchmarks.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LikelihoodThresholdTest {
    private final LikelihoodThreshold threshold = new LikelihoodThreshold();

    /** tau + (1 - tau) alpha = 1 - delta. */
    @ParameterizedTest
    @CsvSource({
        "0, 0.1, 0.9",
        "0.5, 0.1, 0.8",
        "0.8, 0.1, 0.5",
        "0.9, 0.1, 0",
        "0.95, 0.1, 0",
        "1, 0.1, 0",
        "0, 0.01, 0.99"
    })
    void exploreProbability_leavesDeltaForWrongAnswers(double least, double delta, double explore) {
        assertEquals(explore, LikelihoodThreshold.exploreProbability(least, delta), 1e-12);
    }

    @Test
    void nothingObserved_saysNothing() {
        assertEquals(0, threshold.leastProbability(0.9), 1e-9);
    }

    /**
     * After one right answer at 0.9, a curve with L(0.9) = p loses -ln p against one with L = 1. Confidence 1 - epsilon allows a loss of
     * z^2 / 2, so that p >= exp(-z^2 / 2). At epsilon = 0.3, z = 0.5244, that is 0.8715, and 0.7 of it is 0.610, the largest of all.
     */
    @Test
    void oneRightAnswer_countsForAsMuchAsItsRegionLeaves() {
        threshold.observe(0.9, true);
        assertEquals(0.610, threshold.leastProbability(0.9), 0.02);
    }

    @Test
    void manyRightAnswers_areTrustedThereAndAbove() {
        observe(2_000, 0.9, true);
        assertTrue(threshold.leastProbability(0.9) > 0.99);
        assertTrue(threshold.leastProbability(0.95) > 0.99);
    }

    @Test
    void rightAnswersAbove_sayLittleOfBelow() {
        observe(2_000, 0.95, true);
        assertTrue(threshold.leastProbability(0.8) < 0.3);
    }

    @Test
    void manyWrongAnswers_areAsked() {
        observe(2_000, 0.9, false);
        assertTrue(threshold.leastProbability(0.9) < 0.01);
    }

    @Test
    void half_isFound() {
        observe(500, 0.9, true);
        observe(500, 0.9, false);
        assertEquals(0.46, threshold.leastProbability(0.9), 0.04);
    }

    @ParameterizedTest
    @CsvSource({"0, 0.5", "1, 0.158655", "1.959964, 0.025", "3, 0.00134990"})
    void upperTail_isTheNormalDistributions(double z, double tail) {
        assertEquals(tail, LikelihoodThreshold.upperTail(z), 1e-6);
    }

    private void observe(int times, double similarity, boolean served) {
        for (int i = 0; i < times; i++) {
            threshold.observe(similarity, served);
        }
    }
}
