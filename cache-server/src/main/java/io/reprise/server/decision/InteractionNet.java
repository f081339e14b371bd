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
        var one = new ReadPrompt("", first, weights);
        var other = new ReadPrompt("", second, weights);
        return comparisons(one, other, ReadPrompt.cosines(one, other));
    }

    /** The same of prompts that were read before, with the cosines of every token of the first and every token of the second. */
    static float[][] comparisons(ReadPrompt first, ReadPrompt second, float[][] cosines) {
        int n = first.tokens();
        int m = second.tokens();
        float[][] attention = new float[n][m];
        float[][] there = new float[m][n];
        float[][] back = new float[m][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                attention[i][j] = (float) Math.exp(SHARPNESS * (cosines[i][j] - 1));
                there[j][i] = cosines[i][j];
                back[j][i] = attention[i][j];
            }
        }
        float[][] rows = new float[n + m][];
        for (int i = 0; i < n; i++) {
            rows[i] = comparison(first, i, second, cosines[i], attention[i]);
        }
        for (int j = 0; j < m; j++) {
            rows[n + j] = comparison(second, j, first, there[j], back[j]);
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
        float[][] begun = new float[comparisons.length][];
        for (int row = 0; row < begun.length; row++) {
            begun[row] = begun(comparisons[row]);
        }
        return logOdds(comparisons, begun, features);
    }

    /**
     * What the first layer makes of a token's own state, before it sees what the other prompt says: the same for every other prompt.
     *
     * @param state first of all in the array, whatever follows
     * @return {@code [hidden]}
     */
    float[] begun(float[] state) {
        float[] begun = compareBias.clone();
        add(compare, state, 0, ownInputs(), begun);
        return begun;
    }

    /**
     * The same with what was begun of each comparison.
     *
     * @param begun from {@link #begun}, for each comparison; not modified
     */
    float logOdds(float[][] comparisons, float[][] begun, float[] features) {
        int hidden = compareBias.length;
        float[] pooled = new float[judge.length];
        float[] h = new float[hidden];
        for (int row = 0; row < comparisons.length; row++) {
            System.arraycopy(begun[row], 0, h, 0, hidden);
            add(compare, comparisons[row], ownInputs(), compare.length, h);
            rectify(h);
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
        add(weights, input, 0, input.length, output);
        rectify(output);
    }

    /** Adds some inputs with their weights, one after the other; four in a turn, so that sums stay in registers. */
    private static void add(float[][] weights, float[] input, int from, int to, float[] output) {
        int i = from;
        for (; i + 3 < to; i += 4) {
            float a = input[i];
            float b = input[i + 1];
            float c = input[i + 2];
            float d = input[i + 3];
            float[] ofA = weights[i];
            float[] ofB = weights[i + 1];
            float[] ofC = weights[i + 2];
            float[] ofD = weights[i + 3];
            for (int j = 0; j < output.length; j++) {
                output[j] = output[j] + a * ofA[j] + b * ofB[j] + c * ofC[j] + d * ofD[j];
            }
        }
        for (; i < to; i++) {
            float value = input[i];
            float[] row = weights[i];
            for (int j = 0; j < output.length; j++) {
                output[j] += value * row[j];
            }
        }
    }

    private static void rectify(float[] values) {
        for (int j = 0; j < values.length; j++) {
            values[j] = Math.max(0, values[j]);
        }
    }

    /** Inputs of a comparison that are the token's own state. */
    private int ownInputs() {
        return (compare.length - SCALARS) / 3;
    }

    private static float[] comparison(
            ReadPrompt prompt, int token, ReadPrompt other, float[] cosines, float[] attention) {
        int axes = prompt.axes();
        int id = prompt.id(token);
        float[] state = prompt.state(token);
        float[] row = new float[inputs(axes)];
        float[] said = new float[axes];
        float all = 0;
        float best = -1;
        boolean same = false;
        for (int j = 0; j < cosines.length; j++) {
            float share = attention[j];
            float[] there = other.state(j);
            all += share;
            best = Math.max(best, cosines[j]);
            same |= other.id(j) == id;
            for (int axis = 0; axis < axes; axis++) {
                said[axis] += share * there[axis];
            }
        }
        for (int axis = 0; axis < axes; axis++) {
            float there = all == 0 ? 0 : said[axis] / all;
            row[axis] = state[axis];
            row[axes + axis] = Math.abs(state[axis] - there);
            row[2 * axes + axis] = state[axis] * there * 8;
        }
        row[3 * axes] = best;
        row[3 * axes + 1] = prompt.weight(token) * WEIGHT_SCALE;
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
