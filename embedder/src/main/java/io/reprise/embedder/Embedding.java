package io.reprise.embedder;

/** What a sentence model makes of a text: a vector, or the news that the text does not fit its window. */
public sealed interface Embedding {

    /** Tokens of the whole text, with the model's special tokens. */
    int tokens();

    /**
     * The vector of a text that the model saw whole.
     *
     * @param vector {@code float[dimension]}, unit L2 norm, owned by the caller
     * @param tokens tokens of the text, with special tokens
     * @param unknownTokens how much of the text the model cannot tell apart from other texts: tokens outside its vocabulary and
     *     characters that mean nothing to it; 0 to the text's length. Texts that differ
     *     only there have equal vectors, so a caller must not take their cosine as evidence of equal meaning
     */
    record Vector(float[] vector, int tokens, int unknownTokens) implements Embedding {}

    /**
     * A text that is longer than the window, and was not embedded.
     *
     * @param tokens tokens of the text, with special tokens
     * @param windowTokens how many would have fitted
     */
    record TooLong(int tokens, int windowTokens) implements Embedding {}
}
