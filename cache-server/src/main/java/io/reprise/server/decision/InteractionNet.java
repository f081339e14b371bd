package io.reprise.server.decision;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * A small network that reads two prompts token by token: each token beside what the other prompt says in its place (decomposable
 * attention, Parikh et al., 2016, with the sentence model's states in place of word vectors and without learned attention), then
 * all comparisons together, beside the {@link PairFeatures}.
 *
 * <p>The same weights read both sides, and their results are pooled over all tokens of both, so the order of the two makes no
 * difference. Immutable, but for whoever made the arrays.
 *
 * @param compare {@code [inputs][hidden]}, of one token's comparison
 * @param compareBias {@code [hidden]}
 * @param means of the pair features, {@code [features]}
 * @param scales that they are multiplied with after, {@code [features]}
 * @param judge {@code [2 hidden + features][judging]}, of the pooled comparisons' mean, their maximum, and the features
 * @param judgeBias {@code [judging]}
 * @param out {@code [judging]}
 * @param outBias one number
 */
public record InteractionNet(
        float[][] compare,
        float[] compareBias,
        float[] means,
        float[] scales,
        float[][] judge,
        float[] judgeBias,
        float[] out,
        float[] outBias) {
    /** How sharply attention picks the nearest tokens of the other prompt. */
    private static final float SHARPNESS = 10;

    private static final int SCALARS = 3;
    private static final float WEIGHT_SCALE = 0.125f;
    /** Features farther from their mean than this many deviations tell no more. */
    private static final float FARTHEST = 4;

    /** How many numbers describe one token's comparison. */
    public static int inputs(int axes) {
        return 3 * axes + SCALARS;
    }

    /**
     * What the network reads of a pair's tokens.
     *
     * @return {@code [tokens of both][inputs]}
     */
    public static float[][] comparisons(TokenSketch first, TokenSketch second, TokenWeights weights) {
        float[][] a = states(first);
        float[][] b = states(second);
        float[][] rows = new float[a.length + b.length][];
        for (int i = 0; i < a.length; i++) {
            rows[i] = comparison(a[i], first.id(i), b, second, weights);
        }
        for (int j = 0; j < b.length; j++) {
            rows[a.length + j] = comparison(b[j], second.id(j), a, first, weights);
        }
        return rows;
    }

    /** The features as the network reads them. */
    public float[] scaled(float[] features) {
        float[] scaled = new float[features.length];
        for (int i = 0; i < features.length; i++) {
            scaled[i] = Math.clamp((features[i] - means[i]) * scales[i], -FARTHEST, FARTHEST);
        }
        return scaled;
    }

    /**
     * The log-odds that the two mean the same.
     *
     * @param comparisons from {@link #comparisons}
     * @param features from {@link PairFeatures}
     */
    public float logOdds(float[][] comparisons, float[] features) {
        int hidden = compareBias.length;
        float[] pooled = new float[judge.length];
        float[] h = new float[hidden];
        for (float[] comparison : comparisons) {
            layer(compare, compareBias, comparison, h);
            for (int i = 0; i < hidden; i++) {
                pooled[i] += h[i] / comparisons.length;
                pooled[hidden + i] = Math.max(pooled[hidden + i], h[i]);
            }
        }
        System.arraycopy(scaled(features), 0, pooled, 2 * hidden, features.length);
        float[] judged = new float[judgeBias.length];
        layer(judge, judgeBias, pooled, judged);
        float sum = outBias[0];
        for (int i = 0; i < judged.length; i++) {
            sum += out[i] * judged[i];
        }
        return sum;
    }

    /** {@code relu(bias + input weights)}. */
    public static void layer(float[][] weights, float[] bias, float[] input, float[] output) {
        System.arraycopy(bias, 0, output, 0, bias.length);
        for (int i = 0; i < input.length; i++) {
            float value = input[i];
            float[] row = weights[i];
            for (int j = 0; j < output.length; j++) {
                output[j] += value * row[j];
            }
        }
        for (int j = 0; j < output.length; j++) {
            output[j] = Math.max(0, output[j]);
        }
    }

    private static float[][] states(TokenSketch sketch) {
        float[][] states = new float[sketch.tokens()][];
        for (int token = 0; token < states.length; token++) {
            states[token] = sketch.state(token);
        }
        return states;
    }

    private static float[] comparison(
            float[] state, int id, float[][] others, TokenSketch other, TokenWeights weights) {
        int axes = state.length;
        float[] row = new float[inputs(axes)];
        float[] said = new float[axes];
        float all = 0;
        float best = -1;
        boolean same = false;
        for (int j = 0; j < others.length; j++) {
            float cosine = org.apache.lucene.util.VectorUtil.dotProduct(state, others[j]);
            float attention = (float) Math.exp(SHARPNESS * (cosine - 1));
            all += attention;
            best = Math.max(best, cosine);
            same |= other.id(j) == id;
            for (int axis = 0; axis < axes; axis++) {
                said[axis] += attention * others[j][axis];
            }
        }
        for (int axis = 0; axis < axes; axis++) {
            float there = all == 0 ? 0 : said[axis] / all;
            row[axis] = state[axis];
            row[axes + axis] = Math.abs(state[axis] - there);
            row[2 * axes + axis] = state[axis] * there * 8;
        }
        row[3 * axes] = best;
        row[3 * axes + 1] = weights.of(id) * WEIGHT_SCALE;
        row[3 * axes + 2] = same ? 1 : 0;
        return row;
    }

    /** Writes what {@link #read} reads. */
    public void write(DataOutputStream stream) throws IOException {
        stream.writeInt(compare.length);
        stream.writeInt(compareBias.length);
        stream.writeInt(means.length);
        stream.writeInt(judgeBias.length);
        for (float[] row : compare) {
            Floats.write(stream, row);
        }
        Floats.write(stream, compareBias);
        Floats.write(stream, means);
        Floats.write(stream, scales);
        for (float[] row : judge) {
            Floats.write(stream, row);
        }
        Floats.write(stream, judgeBias);
        Floats.write(stream, out);
        Floats.write(stream, outBias);
    }

    /** Reads what {@link #write} wrote. */
    public static InteractionNet read(DataInputStream in) throws IOException {
        int inputs = in.readInt();
        int hidden = in.readInt();
        int features = in.readInt();
        int judging = in.readInt();
        float[][] compare = rows(in, inputs, hidden);
        float[] compareBias = Floats.read(in, hidden);
        float[] means = Floats.read(in, features);
        float[] scales = Floats.read(in, features);
        float[][] judge = rows(in, 2 * hidden + features, judging);
        return new InteractionNet(
                compare,
                compareBias,
                means,
                scales,
                judge,
                Floats.read(in, judging),
                Floats.read(in, judging),
                Floats.read(in, 1));
    }

    private static float[][] rows(DataInputStream in, int rows, int columns) throws IOException {
        float[][] all = new float[rows][];
        for (int row = 0; row < rows; row++) {
            all[row] = Floats.read(in, columns);
        }
        return all;
    }
}
