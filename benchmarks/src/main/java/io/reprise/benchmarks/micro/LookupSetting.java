package io.reprise.benchmarks.micro;

import io.reprise.benchmarks.ServerDefaults;
import io.reprise.benchmarks.corpus.Corpus;
import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.benchmarks.corpus.PreparedData;
import io.reprise.benchmarks.corpus.Prompt;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.embedder.EmbedderOptions;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.OnnxSentenceEmbedder;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.index.IndexOptions;
import io.reprise.index.LuceneIndex;
import io.reprise.server.ReadingModel;
import io.reprise.server.cache.Lookup;
import io.reprise.server.cache.LookupOptions;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.cache.StageTimer;
import io.reprise.server.decision.HitPolicy;
import io.reprise.server.prompt.CacheQuery;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The server's cache over an index of real size, with queries of one length that hit exactly, hit by meaning, and miss. Settings are
 * the server's defaults but for the memory of embeddings, and so is the policy; a hit is what its controller would be asked about. Closing frees all of it.
 */
final class LookupSetting implements AutoCloseable {
    private static final int QUERIES = 200;
    private static final int FEWEST = 20;
    private static final LookupOptions OPTIONS = new LookupOptions(true, null, null);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final RawModel raw;
    private final SentenceEmbedder embedder;
    private final SemanticCache cache;
    private final String source;
    private final List<CacheQuery> exact;
    private final List<CacheQuery> semantic;
    private final List<CacheQuery> missing;

    /**
     * @param entries in the index
     * @param tokens of every query, special tokens among them
     * @param memoBytes memory for what was embedded of late: the queries are asked again and again, so that with any they are not embedded
     * @param times gets the time of each stage of a lookup
     */
    LookupSetting(int entries, int tokens, long memoBytes, StageTimer times) {
        Clock clock = Clock.systemUTC();
        Workspace workspace = Workspace.ofProcess();
        ModelFolder model = ModelFolder.open(workspace.modelFolder());
        embedder = keep(OnnxSentenceEmbedder.open(model, EmbedderOptions.defaults()));
        raw = keep(new RawModel(model));
        Corpus corpus;
        try (EmbeddingCache vectors = EmbeddingCache.open(workspace, model, embedder)) {
            corpus = Corpus.load(workspace, vectors, entries);
        }
        var options = IndexOptions.of(embedder.dimension(), embedder.modelName());
        LuceneIndex index = keep(PreparedData.open(PreparedData.of(workspace, corpus, options, clock), options, clock));
        ReadingModel reading = keep(ServerDefaults.reading(workspace, embedder.modelName()));
        HitPolicy policy = ServerDefaults.wouldBe(workspace, reading);
        cache = keep(cache(embedder, index, policy, memoBytes, clock, times));
        source = corpus.source();
        exact = queries(
                corpus.entries().stream().map(Corpus.Question::text),
                tokens,
                lookup -> lookup instanceof Lookup.Hit hit && hit.kind() == Lookup.Kind.EXACT);
        semantic = queries(
                corpus.paraphrases().stream(),
                tokens,
                lookup -> lookup instanceof Lookup.Hit hit && hit.kind() == Lookup.Kind.SEMANTIC);
        missing = queries(corpus.strangers().stream(), tokens, lookup -> lookup instanceof Lookup.Miss);
    }

    Lookup lookup(CacheQuery query) {
        return cache.lookup(query, OPTIONS);
    }

    /** What the index is filled with, in words. */
    String source() {
        return source;
    }

    RawModel raw() {
        return raw;
    }

    SentenceEmbedder embedder() {
        return embedder;
    }

    List<CacheQuery> exact() {
        return exact;
    }

    List<CacheQuery> semantic() {
        return semantic;
    }

    List<CacheQuery> missing() {
        return missing;
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("a part does not close", e);
            }
        }
    }

    private static SemanticCache cache(
            SentenceEmbedder embedder,
            LuceneIndex index,
            HitPolicy policy,
            long memoBytes,
            Clock clock,
            StageTimer times) {
        return new SemanticCache(embedder, index, policy, ServerDefaults.cache(memoBytes), clock, times);
    }

    /** Those of the texts that have the length and the outcome; asking warms the exact tier up, as traffic would. */
    private List<CacheQuery> queries(Stream<String> texts, int tokens, Predicate<Lookup> outcome) {
        List<CacheQuery> queries = texts.filter(text -> raw.tokenise(text).length == tokens)
                .map(Prompt::query)
                .filter(query -> outcome.test(lookup(query)))
                .limit(QUERIES)
                .toList();
        if (queries.size() < FEWEST) {
            throw new IllegalStateException("only " + queries.size() + " queries of " + tokens
                    + " tokens have the outcome; " + FEWEST + " are needed");
        }
        return queries;
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }
}
