package io.reprise.embedder;

import java.util.List;

/**
 * A sentence model: maps a text to a vector of unit L2 norm whose dot products are cosines.
 *
 * <p>Thread-safe. Calls compute on the calling thread and block it for the cost of the model (milliseconds), so callers
 * bring platform threads of their own; running as many concurrent calls as there are cores saturates the machine.
 */
public interface SentenceEmbedder extends AutoCloseable {

    /** Length of every vector, as the model's manifest states it. */
    int dimension();

    /** How many tokens, with the model's special tokens, one text may have at most. */
    int windowTokens();

    /** Name of the model, as its manifest states it; vectors of different models are never comparable. */
    String modelName();

    /**
     * Embeds one text. A text longer than the window is not truncated: the result is {@link Embedding.TooLong}.
     *
     * @throws IllegalArgumentException when the text is empty after trimming
     * @throws EmbedderException when the model fails
     * @throws IllegalStateException after {@link #close()}
     */
    Embedding embed(String text);

    /**
     * Embeds several texts, each as {@link #embed(String)} would within 1e-4 of cosine, in the order given. Batches are formed
     * only from texts of equal length, because padding costs more than batching gains, and only with models whose vectors do not
     * depend on the batch.
     */
    List<Embedding> embedAll(List<String> texts);

    /** Waits for running calls and frees the native session. Idempotent. */
    @Override
    void close();
}
