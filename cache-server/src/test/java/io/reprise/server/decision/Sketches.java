package io.reprise.server.decision;

import java.util.Random;

/** Sketches of made-up tokens for tests: each number has a state of its own, moved a little by where it stands. */
final class Sketches {
    static final int AXES = 8;

    private Sketches() {}

    /** All axes of states that are as wide as sketches. */
    static TokenProjection identity() {
        float[][] axes = new float[AXES][AXES];
        for (int axis = 0; axis < AXES; axis++) {
            axes[axis][axis] = 1;
        }
        return new TokenProjection(new float[AXES], axes);
    }

    static float[] states(int... ids) {
        float[] states = new float[ids.length * AXES];
        for (int token = 0; token < ids.length; token++) {
            Random random = new Random(ids[token]);
            for (int axis = 0; axis < AXES; axis++) {
                states[token * AXES + axis] = (float) (random.nextGaussian() + 0.01 * token);
            }
        }
        return states;
    }

    static TokenSketch of(int... ids) {
        return TokenSketch.of(ids, states(ids), identity());
    }

    static TokenWeights weights() {
        return TokenWeights.of(new int[] {900, 800, 1, 2, 3, 4, 5, 6}, 1000);
    }
}
