package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.StageTimes;
import io.reprise.benchmarks.corpus.EvaluationData.StreamRow;
import io.reprise.benchmarks.corpus.Prompt;
import io.reprise.benchmarks.corpus.VectorCache;
import io.reprise.embedder.Embedding;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.index.IndexOptions;
import io.reprise.index.LuceneIndex;
import io.reprise.server.cache.Lookup;
import io.reprise.server.cache.LookupOptions;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.cache.StoreOptions;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.protocol.Completion;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The same replay through the server's own cache and an index on disk, to see that nothing is lost on the way, and how long the
 * search and the decision take. The model's results come from the {@link VectorCache}.
 */
final class CacheReplay {
    private CacheReplay() {}

    /**
     * Replays the stream.
     *
     * @param times gets the time of each stage
     * @param folder of the index; must not exist
     */
    static Tally run(
            QuestionStream stream,
            Judge judge,
            ProductPolicy tried,
            VectorCache vectors,
            SentenceEmbedder embedder,
            int candidates,
            StageTimes times,
            Path folder) {
        Clock clock = Clock.systemUTC();
        var settings = new SemanticCache.Settings(
                1,
                16,
                candidates,
                tried.maxWrongRate(),
                Duration.ofDays(7),
                Duration.ofDays(7),
                64L << 20,
                false,
                SemanticCache.ConversationSettings.DEFAULT);
        var options = IndexOptions.of(embedder.dimension(), embedder.modelName());
        try (LuceneIndex index = LuceneIndex.open(folder, options, clock);
                var cache = new SemanticCache(
                        new Remembered(vectors, embedder), index, tried.policy(), settings, clock, times)) {
            return replay(stream, judge, cache);
        }
    }

    private static Tally replay(QuestionStream stream, Judge judge, SemanticCache cache) {
        var options = new LookupOptions(true, null, null);
        Map<String, StreamRow> storedBy = new HashMap<>();
        Set<String> asked = new HashSet<>();
        Tally tally = Tally.EMPTY;
        for (StreamRow row : stream.rows()) {
            CacheQuery query = Prompt.query(row.text());
            tally = tally.row(row.classSeen(), !asked.add(query.id()));
            switch (cache.lookup(query, options)) {
                case Lookup.Hit hit when hit.kind() == Lookup.Kind.EXACT -> tally = tally.exactHit();
                case Lookup.Hit hit -> {
                    StreamRow served = storedBy.get(hit.entry().id());
                    if (served == null) {
                        throw new IllegalStateException(
                                "served what was never stored: " + hit.entry().id());
                    }
                    tally = tally.semanticHit(judge.judge(row, served));
                }
                case Lookup.Miss miss -> {
                    Future.await(cache.store(query, () -> Completion.ofText("-", null, null), options(miss)));
                    storedBy.put(query.id(), row);
                }
            }
        }
        if (cache.faults() > 0) {
            throw new IllegalStateException(cache.faults() + " lookups or stores failed; the log says why");
        }
        return tally;
    }

    /** The compiler writes no annotation of an array parameter of a compact constructor, so that null seems forbidden from here. */
    @SuppressWarnings("NullAway")
    private static StoreOptions options(Lookup.Miss miss) {
        return new StoreOptions(null, List.of(), null, miss.vector());
    }

    /** The model's results, looked up instead of computed. */
    private record Remembered(VectorCache vectors, SentenceEmbedder model) implements SentenceEmbedder {
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
            return vectors.get(text);
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
}
