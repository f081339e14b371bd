package io.reprise.index;

import org.apache.lucene.util.VectorUtil;

/**
 * The vectors that one index accepts: {@code float[dimension]} of unit L2 norm, where the dot product is the cosine.
 *
 * @param dimension floats in each vector
 */
record VectorSpace(int dimension) {

    /** Float rounding of a 1,024-d norm stays below 1e-5; what is farther off was never normalised. */
    private static final double NORM_TOLERANCE = 1e-3;

    /** The vector itself. */
    float[] checked(float[] vector) {
        if (vector.length != dimension) {
            throw new IllegalArgumentException("vector must have " + dimension + " floats, has " + vector.length);
        }
        double norm = Math.sqrt(VectorUtil.dotProduct(vector, vector));
        // Negated so that NaN fails too.
        if (!(Math.abs(norm - 1) <= NORM_TOLERANCE)) {
            throw new IllegalArgumentException("vector must have norm 1 +- " + NORM_TOLERANCE + ", has " + norm);
        }
        return vector;
    }

    /** Cosine of two vectors of this space, -1 to 1. */
    static float cosine(float[] a, float[] b) {
        return Math.clamp(VectorUtil.dotProduct(a, b), -1f, 1f);
    }
}
