package io.reprise.server.decision;

import java.util.Arrays;

/**
 * A function of one number by some of its points: straight between them, constant outside.
 *
 * @param inputs rising, at least one; not copied
 * @param outputs as many; not copied
 */
public record Curve(float[] inputs, float[] outputs) {

    public Curve {
        if (inputs.length == 0 || inputs.length != outputs.length) {
            throw new IllegalArgumentException("a curve needs as many outputs as inputs, at least one; has "
                    + outputs.length + " and " + inputs.length);
        }
        for (int i = 1; i < inputs.length; i++) {
            if (!(inputs[i] > inputs[i - 1])) {
                throw new IllegalArgumentException("inputs must rise, but " + inputs[i] + " follows " + inputs[i - 1]);
            }
        }
    }

    /** Whether no output is less than the one before. */
    boolean rises() {
        return isOrdered(1);
    }

    /** Whether no output is more than the one before. */
    boolean falls() {
        return isOrdered(-1);
    }

    /** Whether all outputs are probabilities. */
    boolean isWithinOne() {
        for (float output : outputs) {
            if (!(output >= 0 && output <= 1)) {
                return false;
            }
        }
        return true;
    }

    private boolean isOrdered(int sign) {
        for (int i = 1; i < outputs.length; i++) {
            if (!(sign * outputs[i] >= sign * outputs[i - 1])) {
                return false;
            }
        }
        return true;
    }

    /** The first input. */
    public float first() {
        return inputs[0];
    }

    /** The output at an input; NaN at NaN. */
    public float at(float input) {
        if (Float.isNaN(input)) {
            return input;
        }
        int found = Arrays.binarySearch(inputs, input);
        if (found >= 0) {
            return outputs[found];
        }
        int next = -found - 1;
        if (next == 0) {
            return outputs[0];
        }
        if (next == inputs.length) {
            return outputs[next - 1];
        }
        float share = (input - inputs[next - 1]) / (inputs[next] - inputs[next - 1]);
        return outputs[next - 1] + share * (outputs[next] - outputs[next - 1]);
    }

    /** Of rates of wrong hits: the cut-offs. Below the least rate none is known to hold. */
    public Cutoffs asCutoffs() {
        return rate -> (float) rate < first() ? 2 : at((float) rate);
    }
}
