package io.reprise.benchmarks.training;

import io.reprise.server.decision.TreeEnsemble;
import io.reprise.server.decision.TreeEnsemble.Tree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Learns a sum of oblivious trees whose value is a log-odds: gradient boosting with Newton steps on the logistic loss (Friedman,
 * 2001; the gains are XGBoost's, Chen and Guestrin, 2016), each level of a tree chosen for all its nodes at once. The same rows and
 * settings give the same trees.
 */
final class BoostedTrees {
    private static final int BINS = 64;

    /**
     * How to learn.
     *
     * @param trees how many
     * @param depth levels of each
     * @param rate share of each Newton step that is taken
     * @param ridge added to each leaf's second derivative
     * @param rowShare rows that each tree sees
     * @param featureShare values that each level may ask of
     */
    record Settings(int trees, int depth, double rate, double ridge, double rowShare, double featureShare, long seed) {}

    private final float[][] rows;
    private final float[] labels;
    private final float[] weights;
    private final Settings settings;
    private final float[][] edges;
    private final byte[][] bins;
    private final float[] scores;
    private final float[] gradients;
    private final float[] curvatures;

    private BoostedTrees(float[][] rows, float[] labels, float[] weights, Settings settings) {
        this.rows = rows;
        this.labels = labels;
        this.weights = weights;
        this.settings = settings;
        int features = rows[0].length;
        this.edges = new float[features][];
        this.bins = new byte[features][];
        IntStream.range(0, features).parallel().forEach(this::bin);
        this.scores = new float[rows.length];
        this.gradients = new float[rows.length];
        this.curvatures = new float[rows.length];
    }

    /**
     * Learns from labelled rows.
     *
     * @param labels 0 to 1
     * @param weights above 0
     */
    static TreeEnsemble learn(float[][] rows, float[] labels, float[] weights, Settings settings) {
        return new BoostedTrees(rows, labels, weights, settings).learn();
    }

    private TreeEnsemble learn() {
        double positive = 0;
        double all = 0;
        for (int i = 0; i < labels.length; i++) {
            positive += labels[i] * weights[i];
            all += weights[i];
        }
        float start = (float) Math.log(positive / (all - positive));
        if (Arrays.stream(edges).allMatch(edge -> edge.length == 0)) {
            return new TreeEnsemble(start, List.of());
        }
        Arrays.fill(scores, start);
        Random random = new Random(settings.seed());
        List<Tree> trees = new ArrayList<>();
        for (int i = 0; i < settings.trees(); i++) {
            trees.add(grow(random));
        }
        return new TreeEnsemble(start, trees);
    }

    private Tree grow(Random random) {
        for (int i = 0; i < scores.length; i++) {
            double p = 1 / (1 + Math.exp(-scores[i]));
            gradients[i] = (float) (weights[i] * (labels[i] - p));
            curvatures[i] = (float) (weights[i] * p * (1 - p));
        }
        int[] sample = IntStream.range(0, scores.length)
                .filter(i -> random.nextDouble() < settings.rowShare())
                .toArray();
        int[] node = new int[scores.length];
        int[] features = new int[settings.depth()];
        float[] thresholds = new float[settings.depth()];
        for (int level = 0; level < settings.depth(); level++) {
            int[] asked = IntStream.range(0, edges.length)
                    .filter(f -> edges[f].length > 0 && random.nextDouble() < settings.featureShare())
                    .toArray();
            if (asked.length == 0) {
                asked = IntStream.range(0, edges.length)
                        .filter(f -> edges[f].length > 0)
                        .toArray();
            }
            int nodes = 1 << level;
            double[][] best = IntStream.of(asked)
                    .parallel()
                    .mapToObj(f -> bestSplit(f, sample, node, nodes))
                    .toArray(double[][]::new);
            int chosen = 0;
            for (int i = 1; i < best.length; i++) {
                chosen = best[i][0] > best[chosen][0] ? i : chosen;
            }
            int feature = asked[chosen];
            int edge = (int) best[chosen][1];
            features[level] = feature;
            thresholds[level] = edges[feature][edge];
            for (int i = 0; i < node.length; i++) {
                node[i] |= (bins[feature][i] > edge ? 1 : 0) << level;
            }
        }
        return new Tree(features, thresholds, leaves(sample, node));
    }

    private float[] leaves(int[] sample, int[] node) {
        double[] sums = new double[1 << settings.depth()];
        double[] curves = new double[sums.length];
        for (int i : sample) {
            sums[node[i]] += gradients[i];
            curves[node[i]] += curvatures[i];
        }
        float[] leaves = new float[sums.length];
        for (int leaf = 0; leaf < leaves.length; leaf++) {
            leaves[leaf] = (float) (settings.rate() * sums[leaf] / (curves[leaf] + settings.ridge()));
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i] += leaves[node[i]];
        }
        return leaves;
    }

    /** The gain of the best edge of a value, and the edge. */
    private double[] bestSplit(int feature, int[] sample, int[] node, int nodes) {
        int width = edges[feature].length + 1;
        double[] sums = new double[nodes * width];
        double[] curves = new double[nodes * width];
        byte[] bin = bins[feature];
        for (int i : sample) {
            int at = node[i] * width + bin[i];
            sums[at] += gradients[i];
            curves[at] += curvatures[i];
        }
        double[] gains = new double[width - 1];
        for (int n = 0; n < nodes; n++) {
            double sum = 0;
            double curve = 0;
            for (int b = 0; b < width; b++) {
                sum += sums[n * width + b];
                curve += curves[n * width + b];
            }
            double left = 0;
            double leftCurve = 0;
            for (int b = 0; b + 1 < width; b++) {
                left += sums[n * width + b];
                leftCurve += curves[n * width + b];
                gains[b] += left * left / (leftCurve + settings.ridge())
                        + (sum - left) * (sum - left) / (curve - leftCurve + settings.ridge());
            }
        }
        int best = 0;
        for (int b = 1; b < gains.length; b++) {
            best = gains[b] > gains[best] ? b : best;
        }
        return new double[] {gains[best], best};
    }

    private void bin(int feature) {
        float[] sorted = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            sorted[i] = rows[i][feature];
        }
        Arrays.sort(sorted);
        List<Float> cuts = new ArrayList<>();
        for (int b = 1; b < BINS; b++) {
            float low = sorted[(int) ((long) b * sorted.length / BINS)];
            if (low < sorted[sorted.length - 1] && (cuts.isEmpty() || cuts.getLast() < low)) {
                cuts.add(low);
            }
        }
        float[] edge = new float[cuts.size()];
        for (int i = 0; i < edge.length; i++) {
            edge[i] = cuts.get(i);
        }
        edges[feature] = edge;
        bins[feature] = new byte[rows.length];
        for (int i = 0; i < rows.length; i++) {
            int at = Arrays.binarySearch(edge, rows[i][feature]);
            // A value on an edge lies under it, as a tree asks for more than the edge.
            bins[feature][i] = (byte) (at >= 0 ? at : -at - 1);
        }
    }
}
