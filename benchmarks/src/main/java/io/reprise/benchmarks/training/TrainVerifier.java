package io.reprise.benchmarks.training;

import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.benchmarks.corpus.EvaluationData;
import io.reprise.benchmarks.corpus.EvaluationData.PairSet;
import io.reprise.benchmarks.corpus.HeldOut;
import io.reprise.benchmarks.corpus.Prompt;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.embedder.EmbedderOptions;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.OnnxSentenceEmbedder;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.server.decision.Curve;
import io.reprise.server.decision.FeatureVerifier;
import io.reprise.server.decision.InteractionNet;
import io.reprise.server.decision.PairFeatures;
import io.reprise.server.decision.TokenProjection;
import io.reprise.server.decision.TokenSketch;
import io.reprise.server.decision.TokenWeights;
import io.reprise.server.decision.TreeEnsemble;
import io.reprise.server.decision.guard.Guards;
import io.reprise.server.decision.guard.Reading;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Learns the coefficients of the server's verifier and measures them.
 *
 * <pre>{@code
 * benchmarks/run train-verifier --out benchmarks/results/verifier.md \
 *     --resource cache-server/src/main/resources/io/reprise/server/decision/all-minilm-l6-v2-q.verifier
 * }</pre>
 *
 * <p>About 12 minutes on two cores the first time, half of it for the model's states, which it keeps. What {@link HeldOut} has
 * is not learned from: it calibrates and measures.
 */
@Command(
        name = "train-verifier",
        mixinStandardHelpOptions = true,
        description = "Learns the verifier's coefficients from labelled questions.")
public final class TrainVerifier implements Callable<Integer> {
    private static final int THREADS = 2;
    private static final int VOCABULARY = 1 << 16;
    private static final float FORBIDDEN_WEIGHT = 0.2f;
    private static final BoostedTrees.Settings TREES = new BoostedTrees.Settings(300, 6, 0.08, 5, 0.7, 0.5, 3);

    @Option(names = "--axes", description = "Axes of each token's state, 1 to 128. Default: ${DEFAULT-VALUE}.")
    private int axes = 64;

    @Option(names = "--mined", description = "Weight of near texts that nobody labelled. Default: ${DEFAULT-VALUE}.")
    private float mined = 0.1f;

    @Option(names = "--edits", description = "Weight of edited texts. Default: ${DEFAULT-VALUE}.")
    private float edits = 0.5f;

    @Option(names = "--hidden", description = "Width of the network. Default: ${DEFAULT-VALUE}.")
    private int hidden = 64;

    @Option(names = "--epochs", description = "Times that the network sees each pair. Default: ${DEFAULT-VALUE}.")
    private int epochs = 4;

    @Option(names = "--keep", description = "Coefficients learned before: only calibrates and measures them.")
    private @Nullable Path keep;

    @Option(names = "--resource", description = "File for the coefficients.")
    private @Nullable Path resource;

    @Option(names = "--out", description = "Markdown file for what was measured.")
    private @Nullable Path out;

    private final Workspace workspace = Workspace.ofProcess();

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new TrainVerifier()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        Optional<EvaluationData> data = EvaluationData.in(workspace.evaluationData());
        if (data.isEmpty()) {
            System.out.println("There are no labelled questions in " + workspace.evaluationData()
                    + " (system property reprise.eval.data): nothing to learn from.");
            return 0;
        }
        ModelFolder folder = ModelFolder.open(workspace.modelFolder());
        var stream = new StreamPairs(data.get().stream(), data.get().negatives());
        Set<String> texts = texts(data.get(), stream);
        try (SentenceEmbedder embedder = OnnxSentenceEmbedder.open(folder, EmbedderOptions.defaults())) {
            LearnedAxes learned = LearnedAxes.of(workspace, folder, embedder, texts);
            try (EmbeddingCache cache = EmbeddingCache.open(workspace, folder, embedder, learned.sketcher())) {
                train(data.get(), stream, texts, embedder.modelName(), learned.projection(), cache);
            }
        }
        return 0;
    }

    private static Set<String> texts(EvaluationData data, StreamPairs stream) {
        Set<String> texts = new LinkedHashSet<>(stream.texts);
        for (PairSet set : data.pairSets()) {
            set.pairs().forEach(pair -> {
                texts.add(Prompt.query(pair.first()).text());
                texts.add(Prompt.query(pair.second()).text());
            });
        }
        return texts;
    }

    private void train(
            EvaluationData data,
            StreamPairs stream,
            Set<String> texts,
            String modelName,
            TokenProjection allAxes,
            EmbeddingCache cache)
            throws IOException {
        HeldOut heldOutTexts = HeldOut.of(data);
        cache.embedAll(texts, THREADS);
        stream.findNear(cache, workspace.scratch().resolve("near.bin"));
        var training = new TrainingPairs(
                data, stream, heldOutTexts, Set.copyOf(texts), new TrainingPairs.Weights(mined, edits));
        cache.embedAll(
                training.all().stream()
                        .flatMap(pair -> List.of(pair.first(), pair.second()).stream())
                        .toList(),
                THREADS);
        List<LabelledPair> pairs = training.all().stream()
                .filter(pair -> cache.comparable(pair.first()) != null && cache.comparable(pair.second()) != null)
                .toList();
        say(pairs.stream()
                .collect(Collectors.groupingBy(
                        pair -> pair.source() + (pair.same() ? " same" : " different"),
                        TreeMap::new,
                        Collectors.counting()))
                .toString());
        var sketches = new Sketches(cache, axes);
        TokenWeights weights = weights(pairs, training, sketches);
        var measure = new Measure(sketches, weights);
        List<LabelledPair> learned = pairs.parallelStream()
                .filter(training::isLearned)
                .map(TrainVerifier::lessWhereForbidden)
                .toList();
        Learned parts = keep == null ? learn(learned, measure) : read(keep);
        var judged = new JudgedPairs(measure, parts.trees(), parts.net(), weights, sketches);
        List<LabelledPair> heldOut = pairs.stream().filter(training::isHeldOut).toList();
        var replay = new HeldOutReplay(stream, judged, heldOutTexts::contains);
        Curve calibration = replay.calibration();
        Curve cutoffs = replay.cutoffs(calibration);
        TokenProjection projection = allAxes.first(axes);
        var verifier =
                new FeatureVerifier(modelName, projection, weights, parts.trees(), parts.net(), calibration, cutoffs);
        if (resource != null) {
            Files.createDirectories(resource.toAbsolutePath().getParent());
            try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(resource))) {
                verifier.write(file);
            }
        }
        var report = new VerifierReport(
                new MarkdownReport(
                        "The verifier's coefficients",
                        MachineFacts.here(workspace.root(), Clock.systemUTC()),
                        "benchmarks/run train-verifier"),
                anySet -> judged,
                calibration,
                cutoffs);
        report.heldOut(heldOut);
        report.sets(data.pairSets(), heldOutTexts);
        report.stream(replay);
        report.write(out);
    }

    private record Learned(TreeEnsemble trees, InteractionNet net) {}

    private static Learned read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            FeatureVerifier before = FeatureVerifier.read(in);
            return new Learned(before.trees(), before.net());
        }
    }

    private Learned learn(List<LabelledPair> learned, Measure measure) {
        float[][] rows = learned.parallelStream()
                .map(pair -> measure.features(pair.first(), pair.second()))
                .toArray(float[][]::new);
        return new Learned(trees(learned, rows), net(learned, rows, measure.sketches(), measure.weights()));
    }

    /** What a guard forbids is never served, so what is learned of it matters less. */
    private static LabelledPair lessWhereForbidden(LabelledPair pair) {
        boolean forbidden =
                !Guards.standard().vetoes(pair.first(), pair.second()).isEmpty();
        return forbidden
                ? new LabelledPair(
                        pair.first(),
                        pair.second(),
                        pair.same(),
                        pair.weight() * FORBIDDEN_WEIGHT,
                        pair.source(),
                        pair.kind())
                : pair;
    }

    private TreeEnsemble trees(List<LabelledPair> learned, float[][] rows) {
        float[] labels = new float[rows.length];
        float[] counts = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            labels[i] = learned.get(i).same() ? 1 : 0;
            counts[i] = learned.get(i).weight();
        }
        say("learning trees from " + rows.length + " pairs of " + PairFeatures.NAMES.size() + " features");
        return BoostedTrees.learn(rows, labels, counts, TREES);
    }

    private InteractionNet net(List<LabelledPair> learned, float[][] rows, Sketches sketches, TokenWeights weights) {
        NetTrainer.Example[] examples = IntStream.range(0, rows.length)
                .mapToObj(i -> new NetTrainer.Example(
                        sketches.of(learned.get(i).first()),
                        sketches.of(learned.get(i).second()),
                        rows[i],
                        learned.get(i).same() ? 1 : 0,
                        learned.get(i).weight()))
                .toArray(NetTrainer.Example[]::new);
        return NetTrainer.learn(
                examples, weights, new NetTrainer.Settings(hidden, 32, epochs, 128, 0.002, 0.2, 0.01, 5));
    }

    /** Counts the texts that are learned from, edits apart. */
    private static TokenWeights weights(List<LabelledPair> pairs, TrainingPairs training, Sketches sketches) {
        Set<String> texts = new HashSet<>();
        for (LabelledPair pair : pairs) {
            if (!TrainingPairs.isEdit(pair) && training.isLearned(pair)) {
                texts.add(pair.first());
                texts.add(pair.second());
            }
        }
        int[] textsWith = new int[VOCABULARY];
        int largest = 0;
        for (String text : texts) {
            TokenSketch sketch = sketches.of(text);
            for (int id : IntStream.range(0, sketch.tokens())
                    .map(sketch::id)
                    .distinct()
                    .toArray()) {
                textsWith[id]++;
                largest = Math.max(largest, id);
            }
        }
        return TokenWeights.of(java.util.Arrays.copyOf(textsWith, largest + 1), texts.size());
    }

    private static void say(String what) {
        System.err.println(what);
    }

    /** Sketches on as many axes as are tried. */
    record Sketches(EmbeddingCache cache, int axes, Map<String, TokenSketch> cut) {
        Sketches(EmbeddingCache cache, int axes) {
            this(cache, axes, new ConcurrentHashMap<>());
        }

        TokenSketch of(String text) {
            return cut.computeIfAbsent(text, t -> decoded(t).first(axes));
        }

        float[] vector(String text) {
            return known(cache.comparable(text), text);
        }

        boolean comparable(String text) {
            return cache.sketch(text) != null;
        }

        private TokenSketch decoded(String text) {
            return known(TokenSketch.decoded(known(cache.sketch(text), text), LearnedAxes.COUNT), text);
        }

        private static <T> T known(@Nullable T part, String text) {
            if (part == null) {
                throw new IllegalArgumentException("not comparable: " + text);
            }
            return part;
        }
    }

    /** Features of any two texts. */
    record Measure(Sketches sketches, TokenWeights weights) {
        float[] features(String first, String second) {
            float cosine = VectorUtil.dotProduct(sketches.vector(first), sketches.vector(second));
            return PairFeatures.of(cosine, first, sketches.of(first), second, sketches.of(second), weights);
        }
    }

    /** Log-odds of any two texts; minus infinity for what a guard forbids, null where they are not compared by meaning. */
    record JudgedPairs(Measure measure, TreeEnsemble trees, InteractionNet net, TokenWeights weights, Sketches sketches)
            implements PairJudge {
        @Override
        public @Nullable Float logOdds(String first, String second) {
            if (!sketches.comparable(first) || !sketches.comparable(second)) {
                return null;
            }
            if (!Guards.standard().vetoes(first, second).isEmpty()) {
                return Float.NEGATIVE_INFINITY;
            }
            float[] features = measure.features(first, second);
            float[][] comparisons = InteractionNet.comparisons(sketches.of(first), sketches.of(second), weights);
            return (trees.sum(features) + net.logOdds(comparisons, features)) / 2
                    - FeatureVerifier.foreignDeduction(Reading.of(first), Reading.of(second));
        }
    }
}
