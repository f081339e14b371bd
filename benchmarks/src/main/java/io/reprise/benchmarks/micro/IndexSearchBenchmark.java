package io.reprise.benchmarks.micro;

import io.reprise.benchmarks.corpus.Corpus;
import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.benchmarks.corpus.PreparedData;
import io.reprise.benchmarks.corpus.Prompt;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.embedder.EmbedderOptions;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.OnnxSentenceEmbedder;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.index.Entry;
import io.reprise.index.FlatIndex;
import io.reprise.index.IndexOptions;
import io.reprise.index.LuceneIndex;
import io.reprise.index.Neighbour;
import io.reprise.index.SearchScope;
import java.time.Clock;
import java.util.List;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The search for neighbours in an index on disk that is warm, with the share of searches whose nearest neighbour is the true one beside
 * the time. The truth is the flat index's.
 *
 * <pre>{@code
 * benchmarks/run micro --include IndexSearch --out benchmarks/results/index-search.md     # about 3 minutes, 5 more the first time
 * }</pre>
 */
@SuppressWarnings("NullAway.Init") // JMH calls @Setup before anything else
public class IndexSearchBenchmark extends Microbenchmark {
    private static final int PROBES = 500;
    private static final byte[] NO_PAYLOAD = {'{', '}', '\n', '0'};

    /** Entries in the index. */
    @Param({"10000", "100000"})
    public int entries;

    /** Neighbours asked for: as many as the server asks for by default. */
    @Param("16")
    public int k;

    private LuceneIndex index;
    private SearchScope scope;
    private List<float[]> probes;
    private List<String> nearest;
    private int next;

    /** How many searches there were, and how many of them found the true nearest neighbour first. JMH sums and resets both. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Recall {
        public long asked;
        public long right;
    }

    @Setup
    public void open() {
        Clock clock = Clock.systemUTC();
        Workspace workspace = Workspace.ofProcess();
        ModelFolder model = ModelFolder.open(workspace.modelFolder());
        try (SentenceEmbedder embedder = OnnxSentenceEmbedder.open(model, EmbedderOptions.defaults());
                EmbeddingCache vectors = EmbeddingCache.open(workspace, model, embedder)) {
            Corpus corpus = Corpus.load(workspace, vectors, entries);
            System.out.println("vectors: " + corpus.source());
            var options = IndexOptions.of(embedder.dimension(), embedder.modelName());
            index = PreparedData.open(PreparedData.of(workspace, corpus, options, clock), options, clock);
            scope = new SearchScope(Prompt.query("any").scope(), clock.millis(), Long.MIN_VALUE);
            probes = List.copyOf(corpus.probes().subList(0, PROBES));
            nearest = truth(corpus, embedder.dimension(), clock);
        }
    }

    @TearDown
    public void close() {
        index.close();
    }

    @Benchmark
    public List<Neighbour> search(Recall recall) {
        int probe = next;
        next = (next + 1) % PROBES;
        List<Neighbour> found = index.search(probes.get(probe), scope, k);
        recall.asked++;
        if (!found.isEmpty() && found.getFirst().id().equals(nearest.get(probe))) {
            recall.right++;
        }
        return found;
    }

    /** Ids of the true nearest neighbours. */
    private List<String> truth(Corpus corpus, int dimension, Clock clock) {
        try (var flat = new FlatIndex(dimension, clock)) {
            for (Corpus.Question question : corpus.entries()) {
                var query = Prompt.query(question.text());
                long now = scope.nowMillis();
                flat.put(
                        new Entry(
                                query.id(),
                                query.scope(),
                                query.principal(),
                                query.namespace(),
                                query.model(),
                                query.text(),
                                NO_PAYLOAD,
                                List.of(),
                                now,
                                now + 60_000),
                        question.vector());
            }
            return probes.stream()
                    .map(probe -> flat.search(probe, scope, 1).getFirst().id())
                    .toList();
        }
    }
}
