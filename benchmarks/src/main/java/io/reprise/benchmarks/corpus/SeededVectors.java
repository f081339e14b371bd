package io.reprise.benchmarks.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random vectors of unit norm. */
public final class SeededVectors {
    /** Vectors around one centre: about as many as there are questions about one matter. */
    private static final int CLUSTER = 20;

    private SeededVectors() {}

    /** Vectors around random centres, which lie about as near to each other as questions about one matter do. */
    static List<float[]> clustered(int count, int dimension, Random random) {
        List<float[]> centres = new ArrayList<>();
        for (int i = 0; i < Math.max(1, count / CLUSTER); i++) {
            centres.add(near(new float[dimension], 0, random));
        }
        List<float[]> vectors = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            vectors.add(near(centres.get(random.nextInt(centres.size())), 0.8, random));
        }
        return vectors;
    }

    /**
     * A random vector about at this cosine to another of unit norm.
     *
     * @param cosine 0 to 1
     */
    public static float[] near(float[] centre, double cosine, Random random) {
        float[] vector = new float[centre.length];
        double spread = Math.sqrt((1 - cosine * cosine) / centre.length);
        double squares = 0;
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (cosine * centre[i] + spread * random.nextGaussian());
            squares += (double) vector[i] * vector[i];
        }
        float scale = (float) (1 / Math.sqrt(squares));
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= scale;
        }
        return vector;
    }
}
