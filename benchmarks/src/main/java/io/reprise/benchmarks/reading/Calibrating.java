package io.reprise.benchmarks.reading;

import io.reprise.server.decision.CrossCalibration.Weights;
import io.reprise.server.decision.Curve;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Learns the numbers of a calibration from labelled pairs. */
final class Calibrating {
    /**
     * Taken off in a language that the reader has not learned; not learned, because there are no such pairs to learn
     * from.
     */
    static final double FOREIGN = 2;

    /** On the share of wrong among what is served. */
    static final List<Double> RATES =
            List.of(0.005, 0.0075, 0.01, 0.0125, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.07, 0.1, 0.15, 0.2);

    private static final int STEPS = 60;
    private static final double RIDGE = 1e-2;
    /** Share of the largest log-odds of the reader that count as no more than what the others have. */
    private static final double TAIL = 0.005;
    /** Fewer pairs that are judged alike are noise. */
    private static final int LEAST_PAIRS = 20;

    /**
     * A pair to learn from.
     *
     * @param weight how much it counts
     */
    record Example(float cosine, float read, boolean same, double weight) {}

    /** A pair with its calibrated probability. */
    record Judged(double probability, boolean same) {}

    private Calibrating() {}

    /**
     * Logistic regression by Newton's method, with a little ridge; without the cosine where its weight were negative.
     */
    static Weights weights(List<Example> examples) {
        double most = most(examples);
        double[] w = fitted(examples, most, 3);
        if (w[2] < 0) {
            double[] without = fitted(examples, most, 2);
            w = new double[] {without[0], without[1], 0};
        }
        return new Weights(w[0], Math.max(0, w[1]), w[2], FOREIGN, most);
    }

    private static double most(List<Example> examples) {
        double[] sizes = examples.stream()
                .mapToDouble(example -> Math.abs(example.read()))
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        return sizes[(int) ((1 - TAIL) * (sizes.length - 1))];
    }

    /** Weights of one, the reader's log-odds and the cosine, of which the first so many are learned. */
    private static double[] fitted(List<Example> examples, double most, int width) {
        double[] weights = new double[width];
        for (int step = 0; step < STEPS; step++) {
            double[] gradient = new double[width];
            double[][] curvature = new double[width][width];
            for (int i = 0; i < width; i++) {
                gradient[i] = -RIDGE * weights[i];
                curvature[i][i] = RIDGE;
            }
            for (Example example : examples) {
                double[] row = {1, Math.clamp((double) example.read(), -most, most), example.cosine()};
                double z = 0;
                for (int i = 0; i < width; i++) {
                    z += weights[i] * row[i];
                }
                double p = 1 / (1 + Math.exp(-z));
                for (int i = 0; i < width; i++) {
                    gradient[i] += example.weight() * ((example.same() ? 1 : 0) - p) * row[i];
                    for (int j = 0; j < width; j++) {
                        curvature[i][j] += example.weight() * p * (1 - p) * row[i] * row[j];
                    }
                }
            }
            double[] move = solved(curvature, gradient);
            for (int i = 0; i < width; i++) {
                weights[i] += move[i];
            }
        }
        return weights;
    }

    /** Gaussian elimination of a positive definite system; both are used up. */
    private static double[] solved(double[][] matrix, double[] right) {
        int width = right.length;
        for (int column = 0; column < width; column++) {
            for (int row = column + 1; row < width; row++) {
                double factor = matrix[row][column] / matrix[column][column];
                for (int k = column; k < width; k++) {
                    matrix[row][k] -= factor * matrix[column][k];
                }
                right[row] -= factor * right[column];
            }
        }
        double[] solution = new double[width];
        for (int row = width - 1; row >= 0; row--) {
            double rest = right[row];
            for (int k = row + 1; k < width; k++) {
                rest -= matrix[row][k] * solution[k];
            }
            solution[row] = rest / matrix[row][row];
        }
        return solution;
    }

    /** Pairs that are pooled because they are judged alike. */
    private static final class Block {
        private double logOdds;
        private double same;
        private double weight;
        private int pairs;

        Block(double logOdds, Example example) {
            this.logOdds = example.weight() * logOdds;
            this.same = example.same() ? example.weight() : 0;
            this.weight = example.weight();
            this.pairs = 1;
        }

        void add(Block other) {
            logOdds += other.logOdds;
            same += other.same;
            weight += other.weight;
            pairs += other.pairs;
        }

        float input() {
            return (float) (logOdds / weight);
        }

        double share() {
            return same / weight;
        }
    }

    /**
     * From log-odds to the share of the same: isotonic regression (pool adjacent violators).
     *
     * @param logOdds of each example
     */
    static Curve probabilities(List<Example> examples, float[] logOdds) {
        List<Integer> rising = new ArrayList<>();
        for (int i = 0; i < logOdds.length; i++) {
            rising.add(i);
        }
        rising.sort(Comparator.comparingDouble(i -> logOdds[i]));
        List<Block> blocks = new ArrayList<>();
        for (int i : rising) {
            blocks.add(new Block(logOdds[i], examples.get(i)));
            while (blocks.size() > 1
                    && blocks.get(blocks.size() - 2).share() >= blocks.getLast().share()) {
                Block last = blocks.removeLast();
                blocks.getLast().add(last);
            }
        }
        List<Block> kept = new ArrayList<>();
        for (Block block : blocks) {
            boolean isAbove = kept.isEmpty() || block.input() > kept.getLast().input();
            if (block.pairs >= LEAST_PAIRS && isAbove) {
                kept.add(block);
            }
        }
        float[] inputs = new float[kept.size() + 1];
        float[] outputs = new float[kept.size() + 1];
        for (int i = 0; i < kept.size(); i++) {
            inputs[i] = kept.get(i).input();
            outputs[i] = (float) Math.clamp(kept.get(i).share(), 0.001, 0.995);
        }
        // Beyond the surest block, what is surer still stays surer, if by little.
        float surest = logOdds[rising.getLast()];
        inputs[kept.size()] = kept.isEmpty() ? surest : Math.max(surest, inputs[kept.size() - 1]) + 1;
        outputs[kept.size()] = 0.999f;
        return new Curve(inputs, outputs);
    }

    /** From each of {@link #RATES} that can be kept to the least probability at which it is. */
    static Curve cutoffs(List<Judged> judged) {
        List<Double> rates = new ArrayList<>();
        List<Double> cutoffs = new ArrayList<>();
        for (double rate : RATES) {
            double least = cutoff(judged, rate);
            if (least <= 1) {
                rates.add(rate);
                cutoffs.add(least);
            }
        }
        return rates.isEmpty()
                ? new Curve(new float[] {1}, new float[] {1})
                : new Curve(floats(rates), floats(cutoffs));
    }

    /**
     * The least probability from which on the expected share of wrong ones is no more than this; more than 1 where
     * there is none.
     */
    private static double cutoff(List<Judged> judged, double rate) {
        List<Judged> surestFirst = judged.stream()
                .sorted(Comparator.comparingDouble(Judged::probability).reversed())
                .toList();
        double least = 2;
        int wrong = 0;
        for (int i = 0; i < surestFirst.size(); i++) {
            double probability = surestFirst.get(i).probability();
            wrong += surestFirst.get(i).same() ? 0 : 1;
            boolean isLastOfAlike =
                    i + 1 == surestFirst.size() || surestFirst.get(i + 1).probability() < probability;
            if (isLastOfAlike && expectedWrong(wrong, i + 1) <= rate) {
                least = probability;
            }
        }
        return least;
    }

    /**
     * Mean of the share of wrong ones by what was counted, with the prior of Jeffreys: it takes 49 right ones to expect
     * one in a hundred.
     */
    static double expectedWrong(int wrong, int served) {
        return (wrong + 0.5) / (served + 1);
    }

    private static float[] floats(List<Double> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).floatValue();
        }
        return floats;
    }
}
