package io.reprise.server.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What reading the answer to a call for embeddings says. */
public sealed interface EmbeddingsReading {
    /** What the whole call cost, or null when the answer does not say. */
    @Nullable Usage usage();

    /**
     * A vector for each input.
     *
     * @param model the model that upstream says answered, or null
     * @param embeddings one for each input that was asked, in that order, of {@link Completion.Form#OPENAI_EMBEDDING}; their usage is
     *     unknown, since upstream counts calls, not inputs
     */
    record Whole(@Nullable String model, @Nullable Usage usage, List<Completion> embeddings)
            implements EmbeddingsReading {
        public Whole {
            embeddings = List.copyOf(embeddings);
        }
    }

    /** An answer that must not be kept, nor taken apart. */
    record NotKept(@Nullable Usage usage) implements EmbeddingsReading {}
}
