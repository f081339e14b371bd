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
import io.reprise.server.decision.CrossCalibration.Weights;
import io.reprise.server.decision.Curve;
import io.reprise.server.decision.FeatureVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
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
 * <p>Some 3 minutes on two cores, 1 more the first time. Weights, temperatures, probabilities and cut-offs are learned from what
 * {@link HeldOut} has. Where the page measures them on the same texts, each tenth is measured with what was learned from the others.
 */
@Command(
        name = "calibrate-verifier",
        mixinStandardHelpOptions = true,
        description = "Calibrates the model that reads both prompts, and measures it.")
public final class CalibrateVerifier implements Callable<Integer> {
    private static final int THREADS = 2;
    private static final String QUESTIONS = VerifierReport.QUESTIONS;

    @Option(names = "--model", description = "Folder of the model. Default: the one that the build puts together.")
    private @Nullable Path model;

    @Option(names = "--calibration", description = "File for the calibration.")
    private @Nullable Path calibrationFile;

    @Option(names = "--out", description = "Markdown file for what was measured; its plot goes beside it.")
    private @Nullable Path out;

    @Option(
            names = "--disputed",
            description =
                    "File for what only one of two verifiers would serve of as many hits, for a reader to judge; which of them,"
                            + " and the label, go into a second file, FILE.key.")
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
        Labelled labelled = Labelled.of(data);
        cache.embedAll(labelled.texts(), THREADS);
        labelled.stream().findNear(cache, workspace.scratch().resolve("near.bin"));

        Function<Predicate<String>, CrossCalibration> learn = texts ->
                together(labelled.questions(texts), readings, scorer.modelName(), weightsSha256, comparing.modelName());
        CrossCalibration learned = learn.apply(anyText -> true);
        HeldOutReplay replay = labelled.replay(verified(readings, learned));
        Curve probabilities = replay.calibration();
        var calibration = new CrossCalibration(
                learned.model(),
                learned.weightsSha256(),
                learned.sentenceModel(),
                learned.weights(),
                learned.temperatures(),
                probabilities,
                replay.cutoffs(probabilities));
        if (calibrationFile != null) {
            Files.write(calibrationFile, calibration.json());
        }
        if (disputed != null) {
            Disputed.write(disputed, labelled.stream(), labelled.replay(light(readings)), replay, hits);
        }

        var page = new MarkdownReport(
                "Reading both prompts, beside comparing their tokens", facts, "benchmarks/run calibrate-verifier");
        CrossFitted<CrossCalibration> crossed = CrossFitted.of(labelled.heldOut(), learn);
        var report = new ReadingReport(page, readings, calibration, crossed);
        report.scores();
        report.ranking(labelled.sets(), QUESTIONS);
        CrossFitted<PairJudge> judges = crossed.map(part -> verified(readings, part));
        new StreamReport(page, labelled.stream()).write(scores(labelled.heldOut(), readings, judges));
        report.reliability(labelled.questions(anyText -> true), out);
        report.time(embedder, scorer);
        report.reads(ReadCounts.of(workspace, labelled.stream(), labelled.heldOut(), cache, readings, calibration));
        PairJudge product = verified(readings, calibration);
        // The first text is held out, and so is of a part: of the stream it is the one that is asked.
        PairJudge byParts = (first, second) -> judges.of(first).logOdds(first, second);
        report.detail(QUESTIONS);
        var tables = new VerifierReport(
                page, set -> set.equals(QUESTIONS) ? byParts : product, probabilities, calibration.cutoffs());
        tables.heldOut(labelled.questions(anyText -> true));
        tables.sets(labelled.pairSets(), labelled.heldOut());
        tables.stream(labelled.replay(byParts));
        tables.write(out);
    }

    private static List<StreamReport.Score> scores(
            HeldOut heldOut, PairReadings readings, CrossFitted<PairJudge> verified) {
        PairJudge cosine = guarded(readings, PairReadings.Reading::cosine);
        PairJudge read = guarded(readings, PairReadings.Reading::read);
        return List.of(
                new StreamReport.Score(ReadingReport.COSINE, CrossFitted.same(heldOut, cosine), false),
                new StreamReport.Score(ReadingReport.LIGHT, CrossFitted.same(heldOut, light(readings)), true),
                new StreamReport.Score(ReadingReport.READING, CrossFitted.same(heldOut, read), false),
                new StreamReport.Score(ReadingReport.VERIFIED, verified, true));
    }

    /** How the two models are put together on some pairs: with no probabilities yet, and no cut-offs. */
    private static CrossCalibration together(
            List<LabelledPair> pairs, PairReadings readings, String model, String weightsSha256, String sentenceModel) {
        List<Stacking.Example> examples = pairs.parallelStream()
                .flatMap(pair -> {
                    PairReadings.Reading reading = readings.of(pair.first(), pair.second());
                    return reading == null ? Stream.of() : Stream.of(new Stacking.Example(reading, pair.same()));
                })
                .toList();
        Weights weights = Stacking.weights(examples);
        return new CrossCalibration(
                model,
                weightsSha256,
                sentenceModel,
                weights,
                Stacking.temperatures(examples, weights),
                new Curve(new float[] {0}, new float[] {0.5f}),
                new Curve(new float[] {1}, new float[] {1}));
    }

    private static PairJudge verified(PairReadings readings, CrossCalibration calibration) {
        return guarded(readings, reading -> calibration.logOdds(reading.compared(), reading.read(), reading.cosine()));
    }

    private static PairJudge light(PairReadings readings) {
        return guarded(readings, reading -> reading.compared().logOdds());
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
     * The labelled texts.
     *
     * @param pairSets every file of pairs as it is
     * @param sets what is measured of them
     */
    private record Labelled(HeldOut heldOut, List<PairSet> pairSets, List<LabelledSet> sets, StreamPairs stream) {
        static Labelled of(EvaluationData data) {
            HeldOut heldOut = HeldOut.of(data);
            List<PairSet> pairSets = data.pairSets();
            return new Labelled(
                    heldOut,
                    pairSets,
                    pairSets.stream().map(set -> LabelledSet.of(set, heldOut)).toList(),
                    new StreamPairs(data.stream(), data.negatives()));
        }

        Set<String> texts() {
            Set<String> texts = new LinkedHashSet<>(stream.texts);
            sets.forEach(set -> texts.addAll(set.texts()));
            return texts;
        }

        /** The held-out questions that the two models are put together on, of some texts. */
        List<LabelledPair> questions(Predicate<String> texts) {
            return sets.stream()
                    .filter(set -> set.name().equals(QUESTIONS))
                    .flatMap(set -> set.pairs().stream())
                    .filter(pair -> texts.test(pair.first()))
                    .toList();
        }

        HeldOutReplay replay(PairJudge judge) {
            return new HeldOutReplay(stream, judge, heldOut::contains);
        }
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
                            .filter(pair -> !pair.suspect() && heldOut.isUnseen(set.name(), pair))
                            .map(pair -> new LabelledPair(
                                    Prompt.query(pair.first()).text(),
                                    Prompt.query(pair.second()).text(),
                                    pair.same(),
                                    1,
                                    set.name(),
                                    pair.kind()))
                            .toList());
        }

        List<String> texts() {
            return pairs.stream()
                    .flatMap(pair -> Stream.of(pair.first(), pair.second()))
                    .toList();
        }
    }
}
