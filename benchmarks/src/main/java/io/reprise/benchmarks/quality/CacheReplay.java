package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.StageTimes;
import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.benchmarks.corpus.EvaluationData.StreamRow;
import io.reprise.benchmarks.corpus.Prompt;
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
import java.util.function.Predicate;

/**
 * The same replay through the server's own cache and an index on disk, to see that nothing is lost on the way, and how long the
 * search and the decision take. The model's results come from the {@link EmbeddingCache}.
 */
final class CacheReplay {
    private CacheReplay() {}

    /**
     * Replays the stream.
     *
     * @param counts whether it counts what becomes of a text, as in {@link StreamReplay}
     * @param times gets the time of each stage
     * @param folder of the index; must not exist
     */
    static Tally run(
            QuestionStream stream,
            Judge judge,
            ProductPolicy tried,
            EmbeddingCache embeddings,
            SentenceEmbedder embedder,
            int candidates,
            Predicate<String> counts,
            StageTimes times,
            Path folder) {
        Clock clock = Clock.systemUTC();
        var settings = new SemanticCache.Settings(
                1,
                16,
                // The model's results are remembered on disk already.
                0,
                candidates,
                tried.maxWrongRate(),
                Duration.ofDays(7),
                Duration.ofDays(7),
                64L << 20,
                false,
                SemanticCache.ConversationSettings.DEFAULT);
        var options = IndexOptions.of(embedder.dimension(), embedder.modelName());
        var remembered = new RememberedModel(embeddings, embedder);
        try (LuceneIndex index = LuceneIndex.open(folder, options, clock);
                var cache = new SemanticCache(remembered, index, tried.policy(), settings, clock, times)) {
            return replay(stream, judge, counts, cache);
        }
    }

    private static Tally replay(QuestionStream stream, Judge judge, Predicate<String> counts, SemanticCache cache) {
        var options = new LookupOptions(true, null, null);
        Map<String, StreamRow> storedBy = new HashMap<>();
        Set<String> asked = new HashSet<>();
        Tally tally = Tally.EMPTY;
        for (StreamRow row : stream.rows()) {
            CacheQuery query = Prompt.query(row.text());
            boolean counted = counts.test(query.text());
            boolean seen = !asked.add(query.id());
            tally = counted ? tally.row(row.classSeen(), seen) : tally;
            switch (cache.lookup(query, options)) {
                case Lookup.Hit hit when hit.kind() == Lookup.Kind.EXACT -> tally = counted ? tally.exactHit() : tally;
                case Lookup.Hit hit -> {
                    StreamRow served = storedBy.get(hit.entry().id());
                    if (served == null) {
                        throw new IllegalStateException(
                                "served what was never stored: " + hit.entry().id());
                    }
                    tally = counted ? tally.semanticHit(judge.judge(row, served)) : tally;
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
}
