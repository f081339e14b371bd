package io.reprise.server;

import io.reprise.embedder.Embedding;
import io.reprise.embedder.SentenceEmbedder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A sentence model that remembers what it computed last, for several caches that are asked the same one after the
 * other. Thread-safe; its callers must not change the vectors they get.
 */
final class RememberedEmbeddings implements SentenceEmbedder {
    private static final int REMEMBERED = 1024;

    private final SentenceEmbedder model;
    private final Map<String, Embedding> latest = new LinkedHashMap<>(REMEMBERED, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Embedding> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** Remembers for a model, which stays the caller's to close. */
    RememberedEmbeddings(SentenceEmbedder model) {
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

    /** Computes one at a time. */
    @Override
    public synchronized Embedding embed(String text) {
        Embedding known = latest.get(text);
        if (known == null) {
            known = model.embed(text);
            latest.put(text, known);
        }
        return known;
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
