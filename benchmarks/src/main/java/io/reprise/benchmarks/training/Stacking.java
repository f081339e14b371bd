package io.reprise.benchmarks.training;

import io.reprise.server.decision.CrossCalibration.Temperature;
import io.reprise.server.decision.CrossCalibration.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * How two models that were learned from the same texts are put together on texts that neither has seen (D. H. Wolpert, Stacked
 * generalization, Neural Networks 5, 1992): a logistic regression on their log-odds and the cosine, found by Newton's method, and a temperature
 * for each length.
 */
final class Stacking {
    private static final int STEPS = 40;
    private static final double RIDGE = 1e-3;
    /** The reader's log-odds beyond this share of the pairs count no more. */
    private static final double TAIL = 0.002;
    /** Tokens of both prompts together up to which pairs have a temperature of their own. */
    private static final int[] LENGTHS = {20, 28, Integer.MAX_VALUE};

    private static final int LEAST_PAIRS = 300;

    /** A reading and its label. */
    record Example(PairReadings.Reading reading, boolean same) {}

    private Stacking() {}

    /** The weights under which the labels are likeliest. */
    static Weights weights(List<Example> examples) {
        double most = most(examples);
        double[][] rows = examples.stream()
                .map(example -> new double[] {
                    1,
                    example.reading().compared().logOdds(),
                    Math.clamp((double) example.reading().read(), -most, most),
                    example.reading().cosine()
                })
                .toArray(double[][]::new);
        double[] w = fitted(rows, examples);
        return new Weights(w[0], w[1], w[2], w[3], most);
    }

    /** For each length the temperature under which the labels are likeliest, the weights as they are; 1 where there are few pairs. */
    static List<Temperature> temperatures(List<Example> examples, Weights weights) {
        List<Temperature> temperatures = new ArrayList<>();
        int from = 0;
        for (int upTo : LENGTHS) {
            int after = from;
            List<Example> within = examples.stream()
                    .filter(example -> example.reading().compared().tokens() > after
                            && example.reading().compared().tokens() <= upTo)
                    .toList();
            double[][] rows = within.stream()
                    .map(example -> new double[] {sum(weights, example.reading())})
                    .toArray(double[][]::new);
            double slope = within.size() < LEAST_PAIRS ? 1 : fitted(rows, within)[0];
            temperatures.add(new Temperature(upTo, 1 / slope));
            from = upTo;
        }
        return temperatures;
    }

    private static double sum(Weights weights, PairReadings.Reading reading) {
        double read = Math.clamp((double) reading.read(), -weights.mostRead(), weights.mostRead());
        return weights.bias()
                + weights.compared() * reading.compared().logOdds()
                + weights.read() * read
                + weights.cosine() * reading.cosine();
    }

    private static double most(List<Example> examples) {
        double[] sizes = examples.stream()
                .mapToDouble(example -> Math.abs(example.reading().read()))
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        return sizes[(int) ((1 - TAIL) * (sizes.length - 1))];
    }

    private static double[] fitted(double[][] rows, List<Example> examples) {
        int width = rows[0].length;
        double[] weights = new double[width];
        for (int step = 0; step < STEPS; step++) {
            double[] gradient = new double[width];
            double[][] curvature = new double[width][width];
            for (int i = 0; i < width; i++) {
                gradient[i] = -RIDGE * weights[i];
                curvature[i][i] = RIDGE;
            }
            for (int n = 0; n < rows.length; n++) {
                double z = 0;
                for (int i = 0; i < width; i++) {
                    z += weights[i] * rows[n][i];
                }
                double p = 1 / (1 + Math.exp(-z));
                double error = (examples.get(n).same() ? 1 : 0) - p;
                for (int i = 0; i < width; i++) {
                    gradient[i] += error * rows[n][i];
                    for (int j = 0; j < width; j++) {
                        curvature[i][j] += p * (1 - p) * rows[n][i] * rows[n][j];
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
}
