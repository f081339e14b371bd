package io.reprise.embedder;

import java.util.Arrays;

/**
 * What a sentence model made of each token of a text, before pooling: its last hidden states, which say what a token means where
 * it stands. The model's special tokens are left out.
 *
 * @param ids the tokens' numbers in the model's vocabulary, in the order of the text; not copied
 * @param states {@code [tokens, dimension]} row by row, as the model gave them (of no particular norm); not copied
 */
public record TokenStates(int[] ids, float[] states) {

    public TokenStates {
        if (ids.length == 0 ? states.length != 0 : states.length % ids.length != 0) {
            throw new IllegalArgumentException("states must have the same number of floats for each of " + ids.length
                    + " tokens, has " + states.length + " in all");
        }
    }

    /** Floats of each token's state; 0 when there is no token. */
    public int dimension() {
        return ids.length == 0 ? 0 : states.length / ids.length;
    }

    /** The state of one token, {@code float[dimension]}, a copy. */
    public float[] state(int token) {
        int dimension = dimension();
        return Arrays.copyOfRange(states, token * dimension, (token + 1) * dimension);
    }

    @Override
    public String toString() {
        return "TokenStates[" + ids.length + " tokens of dimension " + dimension() + "]";
    }
}
