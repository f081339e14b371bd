package io.reprise.benchmarks.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.benchmarks.corpus.Sketcher;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.embedder.EmbedderOptions;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.OnnxSentenceEmbedder;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.FeatureVerifier;
import io.reprise.server.decision.Question;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Says what the verifier that compares tokens makes of pairs: one of the teachers of the model that reads both.
 *
 * <pre>{@code
 * benchmarks/run compare-pairs --pairs pairs.jsonl --out log-odds.txt
 * }</pre>
 *
 * <p>A line of the pairs is a JSON array of two texts. A line of the result is the log-odds before calibration, or {@code nan} where
 * the two are not compared by meaning.
 */
@Command(
        name = "compare-pairs",
        mixinStandardHelpOptions = true,
        description = "Says what the verifier that compares tokens makes of pairs.")
public final class ComparePairs implements Callable<Integer> {
    private static final int THREADS = 2;

    @Option(names = "--pairs", required = true, description = "Pairs of texts, a JSON array per line.")
    private Path pairs = Path.of("");

    @Option(names = "--out", required = true, description = "File for the log-odds, a line per pair.")
    private Path out = Path.of("");

    private final Workspace workspace = Workspace.ofProcess();

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new ComparePairs()).execute(args));
    }

    private record TextPair(String first, String second) {}

    @Override
    public Integer call() throws IOException {
        List<TextPair> read = read(pairs);
        Set<String> texts = new LinkedHashSet<>();
        read.forEach(pair -> {
            texts.add(pair.first());
            texts.add(pair.second());
        });
        FeatureVerifier verifier = FeatureVerifier.bundled();
        ModelFolder folder = ModelFolder.open(workspace.modelFolder());
        try (SentenceEmbedder embedder = OnnxSentenceEmbedder.open(folder, EmbedderOptions.defaults());
                EmbeddingCache cache = EmbeddingCache.open(workspace, folder, embedder, Sketcher.of(verifier))) {
            cache.embedAll(texts, THREADS);
            List<String> lines = read.parallelStream()
                    .map(pair -> String.valueOf(logOdds(pair, verifier, cache)))
                    .toList();
            Files.write(out, lines);
        }
        return 0;
    }

    private static List<TextPair> read(Path file) throws IOException {
        var mapper = JsonMapper.builder().build();
        List<TextPair> pairs = new ArrayList<>();
        try (var lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode both = mapper.readTree(line);
                pairs.add(new TextPair(both.get(0).asText(), both.get(1).asText()));
            }
        }
        return pairs;
    }

    private static float logOdds(TextPair pair, FeatureVerifier verifier, EmbeddingCache cache) {
        float @Nullable [] first = cache.comparable(pair.first());
        float @Nullable [] second = cache.comparable(pair.second());
        if (first == null || second == null) {
            return Float.NaN;
        }
        float cosine = VectorUtil.dotProduct(first, second);
        FeatureVerifier.Compared compared = verifier.comparison(new Question(pair.first(), cache.sketch(pair.first())))
                .with(Candidate.neighbour("", pair.second(), cosine, cache.sketch(pair.second())));
        return compared == null ? Float.NaN : compared.logOdds();
    }
}
