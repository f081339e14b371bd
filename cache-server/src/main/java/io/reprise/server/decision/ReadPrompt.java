package io.reprise.server.decision;

import io.reprise.server.decision.guard.Reading;
import org.apache.lucene.util.VectorUtil;

/** A prompt as it is compared with another: all that depends on it alone, so that it is worked out once for many others. Immutable. */
final class ReadPrompt {
    private final String text;
    private final TokenSketch sketch;
    private final float[][] states;
    private final float[] weights;
    private final WordOverlap.Words words;
    private final Reading reading;

    ReadPrompt(String text, TokenSketch sketch, TokenWeights weights) {
        int tokens = sketch.tokens();
        this.text = text;
        this.sketch = sketch;
        this.states = new float[tokens][];
        this.weights = new float[tokens];
        for (int token = 0; token < tokens; token++) {
            this.states[token] = sketch.state(token);
            this.weights[token] = weights.of(sketch.id(token));
        }
        this.words = WordOverlap.Words.of(text);
        this.reading = Reading.of(text);
    }

    /**
     * Every token of the one beside every token of the other.
     *
     * @return {@code [tokens of the first][tokens of the second]}
     */
    static float[][] cosines(ReadPrompt first, ReadPrompt second) {
        float[][] cosines = new float[first.tokens()][second.tokens()];
        for (int i = 0; i < cosines.length; i++) {
            for (int j = 0; j < cosines[i].length; j++) {
                cosines[i][j] = VectorUtil.dotProduct(first.states[i], second.states[j]);
            }
        }
        return cosines;
    }

    String text() {
        return text;
    }

    int tokens() {
        return weights.length;
    }

    int axes() {
        return sketch.axes();
    }

    /** Number of a token in the model's vocabulary. */
    int id(int token) {
        return sketch.id(token);
    }

    /** The state of a token with unit L2 norm (or zero). Not to be modified. */
    float[] state(int token) {
        return states[token];
    }

    /** How much a token tells. */
    float weight(int token) {
        return weights[token];
    }

    WordOverlap.Words words() {
        return words;
    }

    Reading reading() {
        return reading;
    }
}
