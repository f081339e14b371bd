package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.embedder.Embedding;
import io.reprise.embedder.SentenceEmbedder;
import java.util.List;

/** The model's results, looked up instead of computed. For one thread. */
final class RememberedModel implements SentenceEmbedder {
    private final EmbeddingCache embeddings;
    private final SentenceEmbedder model;

    /** @param model stays its opener's to close */
    RememberedModel(EmbeddingCache embeddings, SentenceEmbedder model) {
        this.embeddings = embeddings;
        this.model = model;
    }

    @Override
    public int dimension() {
        return model.dimension();
    }

    @Override
    public int windowTokens() {
        return model.windowTokens();
    }

    @Override
    public String modelName() {
        return model.modelName();
    }

    @Override
    public Embedding embed(String text) {
        return embeddings.get(text);
    }

    @Override
    public List<Embedding> embedAll(List<String> texts) {
        return texts.stream().map(this::embed).toList();
    }

    @Override
    public void close() {
        // The model is its opener's to close.
    }
}
