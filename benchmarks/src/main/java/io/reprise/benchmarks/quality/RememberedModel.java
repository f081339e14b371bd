package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.embedder.Embedding;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.embedder.TokenStates;
import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.Decision;
import io.reprise.server.decision.HitPolicy;
import io.reprise.server.decision.Question;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The model's results, looked up instead of computed. Sketches are kept of texts, their tokens' states are not: as such it gives a
 * text's number, which {@link #sketching} takes for the text. For one thread.
 */
final class RememberedModel implements SentenceEmbedder {
    private final EmbeddingCache embeddings;
    private final SentenceEmbedder model;
    private final Map<Integer, String> texts = new ConcurrentHashMap<>();

    /** @param model stays its opener's to close */
    RememberedModel(EmbeddingCache embeddings, SentenceEmbedder model) {
        this.embeddings = embeddings;
        this.model = model;
    }

    /** A policy that is shown this model's results, as it would decide on what the model itself says. */
    HitPolicy sketching(HitPolicy policy) {
        return new HitPolicy() {
            @Override
            public Decision decide(Question asked, List<Candidate> candidates, double maxWrongRate) {
                return policy.decide(asked, candidates, maxWrongRate);
            }

            @Override
            public byte @Nullable [] sketch(int[] tokenIds, float[] states) {
                String text = texts.get(tokenIds[0]);
                return text == null ? null : embeddings.sketch(text);
            }
        };
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
        return switch (embeddings.get(text)) {
            case Embedding.TooLong tooLong -> tooLong;
            case Embedding.Vector vector -> {
                int number = texts.size();
                texts.put(number, text);
                yield new Embedding.Vector(
                        vector.vector(),
                        vector.tokens(),
                        vector.unknownTokens(),
                        new TokenStates(new int[] {number}, new float[dimension()]));
            }
        };
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
