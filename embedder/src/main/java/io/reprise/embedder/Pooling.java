package io.reprise.embedder;

import java.nio.FloatBuffer;

/** How the vectors of a text's tokens become one vector. */
enum Pooling {
    /** The average of all tokens. */
    MEAN {
        @Override
        void pool(FloatBuffer tokenVectors, int text, int tokens, float[] vector) {
            // The sum is enough: it differs from the average by a factor that normalising removes.
            for (int token = 0; token < tokens; token++) {
                int from = (text * tokens + token) * vector.length;
                for (int i = 0; i < vector.length; i++) {
                    vector[i] += tokenVectors.get(from + i);
                }
            }
        }
    },

    /** The first token, which such models are trained to keep the meaning of the whole text in. */
    CLS {
        @Override
        void pool(FloatBuffer tokenVectors, int text, int tokens, float[] vector) {
            tokenVectors.get(text * tokens * vector.length, vector);
        }
    };

    /**
     * Pools one text of a batch in which all texts have the same number of tokens: no token is padding, so there is no mask
     * to apply.
     *
     * @param tokenVectors {@code [texts, tokens, dimension]}, read by absolute position
     * @param text which text of the batch
     * @param tokens tokens of every text in the batch
     * @param vector {@code float[dimension]} of zeros, receives the pooled vector up to a positive factor
     */
    abstract void pool(FloatBuffer tokenVectors, int text, int tokens, float[] vector);
}
