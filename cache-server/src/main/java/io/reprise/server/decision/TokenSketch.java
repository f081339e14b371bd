package io.reprise.server.decision;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a prompt's tokens to compare it with another's token by token: their numbers, and their states on a few axes as
 * signed bytes.
 *
 * <p>Encoded: a version byte (2), a byte of axes, then for each token its number as a three-byte integer and a byte for each axis,
 * big-endian. Each state is scaled so that its largest component is 127; the scale is lost, because only cosines are taken of
 * states. So n tokens on d axes take 2 + n (3 + d) bytes. Immutable.
 */
public final class TokenSketch {
    /** Raised whenever the axes of the bundled verifier change: a state says nothing on other axes. */
    private static final byte VERSION = 2;

    private static final int ID_BYTES = 3;
    private static final int MAX_ID = (1 << 24) - 1;
    private static final int MAX_AXES = 255;

    private final int[] ids;
    private final byte[] states;
    private final int axes;

    private TokenSketch(int[] ids, byte[] states, int axes) {
        this.ids = ids;
        this.states = states;
        this.axes = axes;
    }

    /**
     * Sketches a prompt.
     *
     * @param ids numbers of its tokens
     * @param states {@code [tokens, dimension]} row by row, as the sentence model made them
     */
    public static TokenSketch of(int[] ids, float[] states, TokenProjection projection) {
        if (states.length != ids.length * projection.dimension()) {
            throw new IllegalArgumentException("states must have " + projection.dimension() + " floats for each of "
                    + ids.length + " tokens, has " + states.length + " in all");
        }
        int axes = projection.axes();
        byte[] quantised = new byte[ids.length * axes];
        for (int token = 0; token < ids.length; token++) {
            if (ids[token] < 0 || ids[token] > MAX_ID) {
                throw new IllegalArgumentException("token numbers must be 0 to " + MAX_ID + ", one is " + ids[token]);
            }
            float[] state = projection.project(states, token * projection.dimension());
            float largest = Float.MIN_NORMAL;
            for (float component : state) {
                largest = Math.max(largest, Math.abs(component));
            }
            for (int axis = 0; axis < axes; axis++) {
                quantised[token * axes + axis] = (byte) Math.round(state[axis] / largest * Byte.MAX_VALUE);
            }
        }
        return new TokenSketch(ids.clone(), quantised, axes);
    }

    /** How many tokens it has. */
    public int tokens() {
        return ids.length;
    }

    /** How many axes each state has. */
    public int axes() {
        return axes;
    }

    /** Number of a token in the model's vocabulary. */
    public int id(int token) {
        return ids[token];
    }

    /** The state of a token with unit L2 norm (or zero), {@code float[axes]}. */
    public float[] state(int token) {
        float[] state = new float[axes];
        double squares = 0;
        for (int axis = 0; axis < axes; axis++) {
            byte component = states[token * axes + axis];
            state[axis] = component;
            squares += component * component;
        }
        float scale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
        for (int axis = 0; axis < axes; axis++) {
            state[axis] *= scale;
        }
        return state;
    }

    /** The same on its first axes only. */
    public TokenSketch first(int count) {
        byte[] kept = new byte[ids.length * count];
        for (int token = 0; token < ids.length; token++) {
            System.arraycopy(states, token * axes, kept, token * count, count);
        }
        return new TokenSketch(ids, kept, count);
    }

    /** The bytes that {@link #decoded} reads. */
    public byte[] encoded() {
        ByteBuffer out = ByteBuffer.allocate(2 + ids.length * (ID_BYTES + axes));
        out.put(VERSION).put((byte) axes);
        for (int token = 0; token < ids.length; token++) {
            out.put((byte) (ids[token] >>> 16)).putShort((short) ids[token]);
            out.put(states, token * axes, axes);
        }
        return out.array();
    }

    /**
     * Reads a sketch, or null when there is none: no bytes, or those of another version or another number of axes, which tell this
     * program nothing.
     *
     * @param axes that are expected, 1 to 255
     */
    public static @Nullable TokenSketch decoded(byte[] bytes, int axes) {
        if (axes < 1 || axes > MAX_AXES) {
            throw new IllegalArgumentException("axes must be 1 to " + MAX_AXES + ", is " + axes);
        }
        if (bytes.length < 2 || bytes[0] != VERSION || (bytes[1] & 0xFF) != axes) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 2, bytes.length - 2);
        if (in.remaining() % (ID_BYTES + axes) != 0) {
            return null;
        }
        int tokens = in.remaining() / (ID_BYTES + axes);
        int[] ids = new int[tokens];
        byte[] states = new byte[tokens * axes];
        for (int token = 0; token < tokens; token++) {
            ids[token] = ((in.get() & 0xFF) << 16) | (in.getShort() & 0xFFFF);
            in.get(states, token * axes, axes);
        }
        return new TokenSketch(ids, states, axes);
    }
}
