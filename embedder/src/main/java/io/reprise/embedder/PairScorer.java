package io.reprise.embedder;

/**
 * A model that reads two texts at once (a cross-encoder) and says whether both mean the same, so that one's answer serves for
 * the other.
 *
 * <p>Thread-safe. Calls compute on the calling thread and block it for the cost of the model (milliseconds, in proportion to the
 * length of both texts), so callers bring platform threads of their own and bound what they compare.
 */
public interface PairScorer extends AutoCloseable {

    /** Name of the model, as its manifest states it; log-odds of different models are never comparable. */
    String modelName();

    /**
     * The log-odds that both texts mean the same: {@code ln(p / (1 - p))} of the probability {@code p}, 0 for even odds.
     * Exactly symmetric, and the same each time. Never NaN.
     *
     * @throws IllegalArgumentException when one of the texts is empty after trimming, or the model's tokenizer leaves nothing of
     *     it
     * @throws EmbedderException when the model fails
     * @throws IllegalStateException after {@link #close()}
     */
    float logOdds(String first, String second);

    /**
     * One text to be compared with many others, made ready once.
     *
     * @throws IllegalArgumentException when the text is empty after trimming, or the model's tokenizer leaves nothing of it
     * @throws EmbedderException when the tokenizer fails
     * @throws IllegalStateException after {@link #close()}
     */
    About about(String text);

    /** Waits for running calls and frees the native session. Idempotent. */
    @Override
    void close();

    /** One text beside others. Thread-safe, holds nothing to close, and is of no use once its scorer is closed. */
    @FunctionalInterface
    interface About {

        /** What {@link PairScorer#logOdds} gives for this text and the other, with the same exceptions. */
        float logOdds(String other);
    }
}
