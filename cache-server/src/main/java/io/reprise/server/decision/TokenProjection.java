package io.reprise.server.decision;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * The axes on which the states of tokens differ most, in place of all those that a model has: principal components of the
 * states of many texts' tokens, the strongest first.
 *
 * <p>All states share a large part, which is taken off first; without it, cosines tell tokens apart better. Immutable.
 */
public final class TokenProjection {
    private final float[] mean;
    private final float[][] axes;

    /**
     * @param mean {@code float[dimension]}, the average state; not copied
     * @param axes {@code [axes][dimension]}, orthonormal; not copied
     */
    public TokenProjection(float[] mean, float[][] axes) {
        for (float[] axis : axes) {
            if (axis.length != mean.length) {
                throw new IllegalArgumentException(
                        "each axis must have " + mean.length + " floats, one has " + axis.length);
            }
        }
        this.mean = mean;
        this.axes = axes;
    }

    /** Floats of a state as the model makes it. */
    public int dimension() {
        return mean.length;
    }

    /** Floats that are left of it. */
    public int axes() {
        return axes.length;
    }

    /**
     * What a token's state comes to on the axes.
     *
     * @param states of all tokens, row by row
     * @param from where the state of one token begins
     * @return {@code float[axes]}, of no particular norm
     */
    public float[] project(float[] states, int from) {
        float[] projected = new float[axes.length];
        for (int axis = 0; axis < axes.length; axis++) {
            float[] weights = axes[axis];
            float sum = 0;
            for (int i = 0; i < mean.length; i++) {
                sum += weights[i] * (states[from + i] - mean[i]);
            }
            projected[axis] = sum;
        }
        return projected;
    }

    /** The same with only the first axes. */
    public TokenProjection first(int count) {
        return new TokenProjection(mean, java.util.Arrays.copyOf(axes, count));
    }

    /** Writes what {@link #read} reads. */
    public void write(DataOutputStream out) throws IOException {
        out.writeInt(mean.length);
        out.writeInt(axes.length);
        Floats.write(out, mean);
        for (float[] axis : axes) {
            Floats.write(out, axis);
        }
    }

    /** Reads what {@link #write} wrote. */
    public static TokenProjection read(DataInputStream in) throws IOException {
        int dimension = in.readInt();
        int axes = in.readInt();
        float[] mean = Floats.read(in, dimension);
        float[][] rows = new float[axes][];
        for (int axis = 0; axis < axes; axis++) {
            rows[axis] = Floats.read(in, dimension);
        }
        return new TokenProjection(mean, rows);
    }
}
