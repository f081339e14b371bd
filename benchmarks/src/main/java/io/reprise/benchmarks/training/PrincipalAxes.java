package io.reprise.benchmarks.training;

import io.reprise.embedder.TokenStates;
import io.reprise.server.decision.TokenProjection;
import java.util.List;
import java.util.Random;

/** Finds the axes on which tokens' states vary most: principal components, by orthogonal iteration. */
final class PrincipalAxes {
    private static final int ROUNDS = 150;

    private PrincipalAxes() {}

    /**
     * Learns from all tokens of some texts.
     *
     * @param axes how many to keep, the strongest first
     */
    static TokenProjection of(List<TokenStates> texts, int axes, long seed) {
        int dimension = texts.getFirst().dimension();
        double[] mean = new double[dimension];
        long count = 0;
        for (TokenStates text : texts) {
            for (int i = 0; i < text.states().length; i++) {
                mean[i % dimension] += text.states()[i];
            }
            count += text.ids().length;
        }
        float[] centre = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            centre[i] = (float) (mean[i] / count);
        }
        return new TokenProjection(centre, strongest(covariance(texts, centre), axes, seed));
    }

    private static double[][] covariance(List<TokenStates> texts, float[] mean) {
        int dimension = mean.length;
        double[][] covariance = new double[dimension][dimension];
        float[] state = new float[dimension];
        for (TokenStates text : texts) {
            for (int token = 0; token < text.ids().length; token++) {
                for (int i = 0; i < dimension; i++) {
                    state[i] = text.states()[token * dimension + i] - mean[i];
                }
                for (int i = 0; i < dimension; i++) {
                    double[] row = covariance[i];
                    float factor = state[i];
                    for (int j = 0; j < dimension; j++) {
                        row[j] += factor * state[j];
                    }
                }
            }
        }
        return covariance;
    }

    private static float[][] strongest(double[][] covariance, int axes, long seed) {
        int dimension = covariance.length;
        Random random = new Random(seed);
        double[][] vectors = new double[axes][dimension];
        for (double[] vector : vectors) {
            for (int i = 0; i < dimension; i++) {
                vector[i] = random.nextGaussian();
            }
        }
        for (int round = 0; round < ROUNDS; round++) {
            double[][] next = new double[axes][dimension];
            for (int axis = 0; axis < axes; axis++) {
                for (int i = 0; i < dimension; i++) {
                    double factor = vectors[axis][i];
                    double[] row = covariance[i];
                    for (int j = 0; j < dimension; j++) {
                        next[axis][j] += factor * row[j];
                    }
                }
            }
            orthonormalise(next);
            vectors = next;
        }
        float[][] result = new float[axes][dimension];
        for (int axis = 0; axis < axes; axis++) {
            for (int i = 0; i < dimension; i++) {
                result[axis][i] = (float) vectors[axis][i];
            }
        }
        return result;
    }

    /** Modified Gram-Schmidt, in place. */
    private static void orthonormalise(double[][] vectors) {
        for (int i = 0; i < vectors.length; i++) {
            for (int j = 0; j < i; j++) {
                double dot = dot(vectors[i], vectors[j]);
                for (int k = 0; k < vectors[i].length; k++) {
                    vectors[i][k] -= dot * vectors[j][k];
                }
            }
            double norm = Math.sqrt(dot(vectors[i], vectors[i]));
            for (int k = 0; k < vectors[i].length; k++) {
                vectors[i][k] /= norm;
            }
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
