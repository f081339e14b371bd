package io.reprise.benchmarks.training;

import io.reprise.benchmarks.ServerDefaults;
import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.benchmarks.corpus.EvaluationData;
import io.reprise.benchmarks.corpus.EvaluationData.PairSet;
import io.reprise.benchmarks.corpus.HeldOut;
import io.reprise.benchmarks.corpus.Prompt;
import io.reprise.benchmarks.corpus.Sketcher;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.embedder.EmbedderOptions;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.OnnxPairScorer;
import io.reprise.embedder.OnnxSentenceEmbedder;
import io.reprise.embedder.PairModelFolder;
import io.reprise.embedder.PairScorer;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.server.decision.CrossCalibration;
import io.reprise.server.decision.CrossCalibration.Temperature;
import io.reprise.server.decision.CrossCalibration.Weights;
import io.reprise.server.decision.Curve;
import io.reprise.server.decision.FeatureVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Puts the model that reads both prompts and the comparison of tokens together, on texts that neither has seen, and measures both.
 *
 * <pre>{@code
 * benchmarks/run calibrate-verifier --out benchmarks/results/reading.md \
 *     --calibration models/reprise-verifier-v1/calibration.json
 * }</pre>
 *
 * <p>Some 5 minutes on two cores, 3 more the first time. Weights, temperatures, probabilities and cut-offs are learned from what
 * {@link HeldOut} has. Where the page measures them on the same texts, each half is measured with the weights of the other.
 */
@Command(
        name = "calibrate-verifier",
        mixinStandardHelpOptions = true,
        description = "Calibrates the model that reads both prompts, and measures it.")
public final class CalibrateVerifier implements Callable<Integer> {
    private static final int THREADS = 2;
    private static final String QUESTIONS = "pairs_qqp";

    @Option(names = "--model", description = "Folder of the model. Default: the one that the build puts together.")
    private @Nullable Path model;

    @Option(names = "--calibration", description = "File for the calibration.")
    private @Nullable Path calibrationFile;

    @Option(names = "--out", description = "Markdown file for what was measured; its plot goes beside it.")
    private @Nullable Path out;

    @Option(
            names = "--disputed",
            description = "File for what only one of two verifiers would serve of as many hits, for a reader to judge.")
    private @Nullable Path disputed;

    @Option(names = "--hits", description = "As many hits. Default: ${DEFAULT-VALUE}.")
    private int hits = 1500;

    private final Workspace workspace = Workspace.ofProcess();

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new CalibrateVerifier()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        Optional<EvaluationData> data = EvaluationData.in(workspace.evaluationData());
        if (data.isEmpty()) {
            System.out.println("There are no labelled questions in " + workspace.evaluationData()
                    + " (system property reprise.eval.data): nothing to calibrate with.");
            return 0;
        }
        Path folder = model == null ? ServerDefaults.config(workspace).model().verifier() : model;
        PairModelFolder pairs = PairModelFolder.open(folder);
        ModelFolder sentences = ModelFolder.open(workspace.modelFolder());
        FeatureVerifier comparing = FeatureVerifier.bundled();
        try (SentenceEmbedder embedder = OnnxSentenceEmbedder.open(sentences, EmbedderOptions.defaults());
                PairScorer scorer = OnnxPairScorer.open(pairs, EmbedderOptions.defaults());
                EmbeddingCache cache = EmbeddingCache.open(workspace, sentences, embedder, Sketcher.of(comparing))) {
            var readings = new PairReadings(cache, comparing, asked -> {
                PairScorer.About about = scorer.about(asked);
                return about::logOdds;
            });
            calibrate(data.get(), cache, comparing, embedder, scorer, pairs.weightsSha256(), readings);
        }
        return 0;
    }

    private void calibrate(
            EvaluationData data,
            EmbeddingCache cache,
            FeatureVerifier comparing,
            SentenceEmbedder embedder,
            PairScorer scorer,
            String weightsSha256,
            PairReadings readings)
            throws IOException {
        MachineFacts facts = MachineFacts.here(workspace.root(), Clock.systemUTC());
        HeldOut heldOut = HeldOut.of(data);
        List<PairSet> sets = data.pairSets();
        List<LabelledSet> labelled = new ArrayList<>();
        sets.forEach(set -> labelled.add(LabelledSet.of(set, heldOut)));
        var stream = new StreamPairs(data.stream(), data.negatives());
        Set<String> texts = new LinkedHashSet<>(stream.texts);
        labelled.forEach(set -> texts.addAll(set.texts()));
        cache.embedAll(texts, THREADS);
        stream.findNear(cache, workspace.scratch().resolve("near.bin"));

        List<LabelledPair> questions = labelled.stream()
                .filter(set -> set.name().equals(QUESTIONS))
                .flatMap(set -> set.pairs().stream())
                .toList();
        Weights weights = Stacking.weights(examples(questions, readings));
        List<Temperature> temperatures = Stacking.temperatures(examples(questions, readings), weights);
        var learned = new CrossCalibration(
                scorer.modelName(),
                weightsSha256,
                comparing.modelName(),
                weights,
                temperatures,
                new Curve(new float[] {0}, new float[] {0.5f}),
                new Curve(new float[] {1}, new float[] {1}));
        PairJudge both = judge(readings, learned);
        var replay = new HeldOutReplay(stream, both, heldOut::contains);
        Curve probabilities = replay.calibration();
        Curve cutoffs = replay.cutoffs(probabilities);
        var calibration = new CrossCalibration(
                learned.model(),
                learned.weightsSha256(),
                learned.sentenceModel(),
                weights,
                temperatures,
                probabilities,
                cutoffs);
        if (calibrationFile != null) {
            Files.write(calibrationFile, calibration.json());
        }

        if (disputed != null) {
            Disputed.write(disputed, stream, replay(stream, heldOut, compared(readings)), replay, hits);
        }

        var page = new MarkdownReport(
                "Reading both prompts, beside comparing their tokens", facts, "benchmarks/run calibrate-verifier");
        var report = new ReadingReport(page, readings, learned, halves(questions, readings, heldOut));
        report.ranking(labelled, QUESTIONS);
        report.stream(List.of(
                new ReadingReport.Judged("cosine", replay(stream, heldOut, cosine(readings))),
                new ReadingReport.Judged("first verifier", replay(stream, heldOut, compared(readings))),
                new ReadingReport.Judged("reading alone", replay(stream, heldOut, read(readings))),
                new ReadingReport.Judged("both", replay)));
        report.reliability(questions, out);
        report.time(embedder, scorer);
        report.reads(ReadCounts.of(stream, heldOut, cache, comparing, readings, calibration));
        var tables = new VerifierReport(page, both, probabilities, cutoffs);
        tables.heldOut(questions);
        tables.sets(sets, heldOut);
        tables.stream(replay);
        tables.write(out);
    }

    private static HeldOutReplay replay(StreamPairs stream, HeldOut heldOut, PairJudge judge) {
        return new HeldOutReplay(stream, judge, heldOut::contains);
    }

    /** What was learned from one half of the held-out questions is for the other. */
    private static ReadingReport.Halves halves(List<LabelledPair> questions, PairReadings readings, HeldOut heldOut) {
        Predicate<LabelledPair> isFirst = pair -> heldOut.fold(pair.first()) == HeldOut.LEARNED_FOLDS;
        return new ReadingReport.Halves(
                isFirst,
                half(questions.stream().filter(isFirst.negate()), readings),
                half(questions.stream().filter(isFirst), readings));
    }

    private static ReadingReport.Half half(Stream<LabelledPair> questions, PairReadings readings) {
        List<Stacking.Example> examples = examples(questions.toList(), readings);
        Weights weights = Stacking.weights(examples);
        return new ReadingReport.Half(weights, Stacking.temperatures(examples, weights));
    }

    private static List<Stacking.Example> examples(List<LabelledPair> pairs, PairReadings readings) {
        return pairs.parallelStream()
                .flatMap(pair -> {
                    PairReadings.Reading reading = readings.of(pair.first(), pair.second());
                    return reading == null ? Stream.of() : Stream.of(new Stacking.Example(reading, pair.same()));
                })
                .toList();
    }

    private static PairJudge judge(PairReadings readings, CrossCalibration calibration) {
        return guarded(readings, reading -> calibration.logOdds(reading.compared(), reading.read(), reading.cosine()));
    }

    private static PairJudge cosine(PairReadings readings) {
        return guarded(readings, PairReadings.Reading::cosine);
    }

    private static PairJudge compared(PairReadings readings) {
        return guarded(readings, reading -> reading.compared().logOdds());
    }

    private static PairJudge read(PairReadings readings) {
        return guarded(readings, PairReadings.Reading::read);
    }

    private interface Score {
        float of(PairReadings.Reading reading);
    }

    /** What a guard forbids is never served, and therefore not read either. */
    private static PairJudge guarded(PairReadings readings, Score score) {
        return (first, second) -> {
            if (readings.isForbidden(first, second)) {
                return Float.NEGATIVE_INFINITY;
            }
            PairReadings.Reading reading = readings.of(first, second);
            return reading == null ? null : Float.valueOf(score.of(reading));
        };
    }

    /**
     * The pairs of one file, of those that were learned from only what is held out, in the server's normal form.
     *
     * @param name of the file
     */
    record LabelledSet(String name, List<LabelledPair> pairs) {
        static LabelledSet of(PairSet set, HeldOut heldOut) {
            return new LabelledSet(
                    set.name(),
                    set.pairs().stream()
                            .filter(pair -> !pair.suspect())
                            .map(pair -> new LabelledPair(
                                    Prompt.query(pair.first()).text(),
                                    Prompt.query(pair.second()).text(),
                                    pair.same(),
                                    HeldOut.isLearnedFrom(set.name(), pair) ? 1 : 0,
                                    set.name(),
                                    pair.kind()))
                            .filter(pair -> pair.weight() == 0 || heldOut.contains(pair.first()))
                            .toList());
        }

        List<String> texts() {
            return pairs.stream()
                    .flatMap(pair -> Stream.of(pair.first(), pair.second()))
                    .toList();
        }
    }
}
