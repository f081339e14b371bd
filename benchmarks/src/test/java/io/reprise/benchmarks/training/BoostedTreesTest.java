package io.reprise.benchmarks.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.decision.TreeEnsemble;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BoostedTreesTest {
    private static final BoostedTrees.Settings SETTINGS = new BoostedTrees.Settings(60, 3, 0.2, 1, 0.8, 1, 1);
    private final float[][] rows = new float[2_000][2];
    private final float[] labels = new float[rows.length];
    private final float[] weights = new float[rows.length];

    BoostedTreesTest() {
        Random random = new Random(4);
        for (int i = 0; i < rows.length; i++) {
            rows[i][0] = random.nextFloat();
            rows[i][1] = random.nextFloat();
            // Neither number alone says anything of the label.
            labels[i] = rows[i][0] > 0.5 ^ rows[i][1] > 0.5 ? 1 : 0;
        }
        Arrays.fill(weights, 1);
    }

    @Test
    void interactionOfTwoFeatures_isLearned() {
        TreeEnsemble trees = BoostedTrees.learn(rows, labels, weights, SETTINGS);
        assertTrue(trees.sum(new float[] {0.2f, 0.8f}) > 2);
        assertTrue(trees.sum(new float[] {0.8f, 0.8f}) < -2);
    }

    @Test
    void sameRows_giveTheSameTrees() {
        float[] row = {0.31f, 0.77f};
        assertEquals(
                BoostedTrees.learn(rows, labels, weights, SETTINGS).sum(row),
                BoostedTrees.learn(rows, labels, weights, SETTINGS).sum(row));
    }

    @Test
    void noFeatureThatTells_leavesTheShareOfLabels() {
        for (float[] row : rows) {
            Arrays.fill(row, 0.5f);
            row[0] = row[1] = 1;
        }
        rows[0][0] = 0;
        Arrays.fill(labels, 0);
        Arrays.fill(labels, 0, 500, 1);
        TreeEnsemble trees = BoostedTrees.learn(rows, labels, weights, SETTINGS);
        assertEquals(Math.log(500.0 / 1500), trees.sum(new float[] {1, 1}), 0.05);
    }
}
