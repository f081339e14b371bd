package io.reprise.benchmarks.reading;

import io.reprise.benchmarks.ServerDefaults;
import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.benchmarks.corpus.EvaluationData;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.reading.WrittenCases.Part;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.embedder.EmbedderOptions;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.OnnxPairScorer;
import io.reprise.embedder.OnnxSentenceEmbedder;
import io.reprise.embedder.PairModelFolder;
import io.reprise.embedder.PairScorer;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.server.DecisionWiring;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.CrossCalibration;
import io.reprise.server.decision.CrossCalibration.Weights;
import io.reprise.server.decision.CrossVerifier;
import io.reprise.server.decision.Curve;
import io.reprise.server.decision.Decision;
import io.reprise.server.decision.HitPolicy;
import io.reprise.server.decision.StandardGuard;
import io.reprise.server.decision.VerifiedPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Calibrates the model that reads both prompts on families of prompts and on pairs that were read, and measures what a
 * server serves with it.
 *
 * <pre>{@code
 * benchmarks/run calibrate-verifier --out benchmarks/results/reading.md \
 *     --calibration models/reprise-verifier-v2/calibration.json
 * }</pre>
 *
 * <p>A few minutes on two cores. Models learn from the part <em>learn</em> of the cases, <em>choose</em> calibrates,
 * and <em>measure</em> measures, beside labelled sets that nothing is learned from, as far as there are any.
 */
@Command(
        name = "calibrate-verifier",
        mixinStandardHelpOptions = true,
        description = "Calibrates the model that reads both prompts, and measures what is served with it.")
public final class CalibrateVerifier implements Callable<Integer> {
    private static final int THREADS = 2;

    @Option(
            names = "--data",
            description = "Folder of families.jsonl.gz and read_pairs.jsonl.gz. Default: models/training/data.")
    private @Nullable Path data;

    @Option(
            names = "--texts",
            description = "Folder of the labelled sets, with the texts of pairs that are not published."
                    + " Default: the evaluation data.")
    private @Nullable Path texts;

    @Option(names = "--model", description = "Folder of the model. Default: the one that the build puts together.")
    private @Nullable Path model;

    @Option(names = "--calibration", description = "File for the calibration.")
    private @Nullable Path calibrationFile;

    @Option(names = "--out", description = "Markdown file for what was measured.")
    private @Nullable Path out;

    @Option(names = "--every", description = "Takes each so many-th family and pair only, for a trial. Default: all.")
    private int every = 1;

    private final Workspace workspace = Workspace.ofProcess();
    private final ServerConfig config = ServerDefaults.config(workspace);

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new CalibrateVerifier()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        EvaluationData labelled = EvaluationData.in(texts == null ? workspace.evaluationData() : texts)
                .orElse(null);
        WrittenCases cases = WrittenCases.in(
                data == null ? workspace.root().resolve("models/training/data") : data, labelled, every);
        if (cases.withoutText() > 0) {
            System.err.printf(
                    "%,d pairs are left out, because their texts are not published: give the folder that has them with"
                            + " --texts%n",
                    cases.withoutText());
        }
        List<Case> sets = labelled == null ? List.of() : MeasuredSets.of(labelled, every);
        PairModelFolder pairs =
                PairModelFolder.open(model == null ? config.model().verifier() : model);
        ModelFolder sentences = ModelFolder.open(workspace.modelFolder());
        try (SentenceEmbedder embedder = OnnxSentenceEmbedder.open(sentences, EmbedderOptions.defaults());
                PairScorer scorer = OnnxPairScorer.open(pairs, EmbedderOptions.defaults());
                EmbeddingCache embeddings = EmbeddingCache.open(workspace, sentences, embedder)) {
            embeddings.embedAll(textsOf(cases, sets), THREADS);
            var readings = new Readings(embeddings, scorer);
            CrossCalibration calibration =
                    calibration(cases, readings, scorer.modelName(), pairs.weightsSha256(), embedder.modelName());
            if (calibrationFile != null) {
                Files.write(calibrationFile, calibration.json());
            }
            measure(cases, sets, readings, calibration);
        }
        return 0;
    }

    private static Set<String> textsOf(WrittenCases cases, List<Case> sets) {
        List<Case> all = new ArrayList<>(sets);
        for (Part part : Part.values()) {
            all.addAll(cases.families(part));
            all.addAll(cases.read(part));
        }
        Set<String> texts = new LinkedHashSet<>();
        all.forEach(each -> {
            texts.add(each.stored());
            texts.add(each.asked());
        });
        return texts;
    }

    private CrossCalibration calibration(
            WrittenCases cases, Readings readings, String model, String weightsSha256, String sentenceModel) {
        List<Case> read = cases.read(Part.CHOOSE);
        List<Case> families = cases.families(Part.CHOOSE);
        readings.readAll(read);
        readings.readAll(families);
        List<Calibrating.Example> examples = examples(read, families, readings);
        Weights weights = Calibrating.weights(examples);
        // With no probabilities yet, and no cut-offs.
        var begun = new CrossCalibration(
                model,
                weightsSha256,
                sentenceModel,
                weights,
                new Curve(new float[] {0}, new float[] {0.5f}),
                new Curve(new float[] {1}, new float[] {1}));
        float[] logOdds = new float[examples.size()];
        for (int i = 0; i < logOdds.length; i++) {
            Calibrating.Example example = examples.get(i);
            logOdds[i] = begun.logOdds(example.read(), example.cosine(), false);
        }
        Curve probabilities = Calibrating.probabilities(examples, logOdds);
        var calibrated =
                new CrossCalibration(model, weightsSha256, sentenceModel, weights, probabilities, begun.cutoffs());
        return new CrossCalibration(
                model,
                weightsSha256,
                sentenceModel,
                weights,
                probabilities,
                Calibrating.cutoffs(judged(read, readings, calibrated)));
    }

    /**
     * What is learned from: families together count as many as the pairs that were read, in the same proportion of
     * labels.
     */
    private static List<Calibrating.Example> examples(List<Case> read, List<Case> families, Readings readings) {
        List<Calibrating.Example> examples = new ArrayList<>();
        for (boolean same : new boolean[] {true, false}) {
            List<Readings.Found> ofRead = allowed(read, same, readings);
            List<Readings.Found> ofFamilies = allowed(families, same, readings);
            double weight = ofFamilies.isEmpty() ? 0 : (double) ofRead.size() / ofFamilies.size();
            ofRead.forEach(found -> examples.add(new Calibrating.Example(found.cosine(), found.read(), same, 1)));
            ofFamilies.forEach(
                    found -> examples.add(new Calibrating.Example(found.cosine(), found.read(), same, weight)));
        }
        return examples;
    }

    /** Those of a label that no guard forbids. */
    private static List<Readings.Found> allowed(List<Case> cases, boolean same, Readings readings) {
        List<Readings.Found> allowed = new ArrayList<>();
        for (Case each : cases) {
            Readings.Found found = each.same() == same ? readings.of(each) : null;
            if (found != null && found.vetoes().isEmpty()) {
                allowed.add(found);
            }
        }
        return allowed;
    }

    /**
     * Cases with their probability; 0 for what is never served: what a guard forbids, what is below the floor, what is
     * not compared.
     */
    private List<Calibrating.Judged> judged(List<Case> cases, Readings readings, CrossCalibration calibration) {
        return cases.stream()
                .map(each -> {
                    Readings.Found found = readings.of(each);
                    boolean isRead = found != null
                            && found.vetoes().isEmpty()
                            && found.cosine() >= (float) config.decision().floor();
                    double probability = found == null || !isRead
                            ? 0
                            : calibration.probability(found.read(), found.cosine(), found.isForeign());
                    return new Calibrating.Judged(probability, each.same());
                })
                .toList();
    }

    private void measure(WrittenCases cases, List<Case> sets, Readings readings, CrossCalibration calibration) {
        List<Case> read = cases.read(Part.MEASURE);
        List<Case> families = cases.families(Part.MEASURE);
        readings.readAll(read);
        readings.readAll(families);
        readings.readAll(sets);
        double rate = config.decision().maxWrongRate();
        double cutoff = DecisionWiring.starting(calibration.ceilings()).at(rate);
        var report = new MarkdownReport(
                "What is served by meaning",
                MachineFacts.here(workspace.root(), Clock.systemUTC()),
                "benchmarks/run calibrate-verifier" + (every == 1 ? "" : " --every " + every));
        report.paragraph("The model " + calibration.model() + ", whose weights have the SHA-256 "
                + calibration.weightsSha256() + ".");
        var page = new ReadingPage(report, readings, calibration, served(readings, calibration, cutoff, rate));
        page.calibration(judged(cases.read(Part.CHOOSE), readings, calibration), rate, cutoff);
        List<Case> allFamilies = new ArrayList<>();
        for (Part part : Part.values()) {
            allFamilies.addAll(cases.families(part));
        }
        page.floors(allFamilies);
        Map<String, List<Case>> bySet = sets.stream()
                .collect(Collectors.groupingBy(Case::set, TreeMap::new, Collectors.toCollection(ArrayList::new)));
        Map<String, List<Case>> ranked = new TreeMap<>(bySet);
        ranked.put(WrittenCases.FAMILIES, families);
        ranked.put(WrittenCases.READ, read);
        page.ranking(ranked);
        page.families(families);
        page.read(read, judged(read, readings, calibration));
        bySet.forEach(page::set);
        report.write(out);
    }

    /** Whether the server's policy serves a case when nothing else is stored. */
    private Predicate<Case> served(Readings readings, CrossCalibration calibration, double cutoff, double rate) {
        var verifier = new CrossVerifier(readings.reader(), calibration, cutoff, failure -> {
            throw failure;
        });
        HitPolicy policy =
                new VerifiedPolicy(config.decision().floor(), new StandardGuard(), verifier, anyRate -> cutoff);
        return each -> {
            if (each.stored().equals(each.asked())) {
                return true;
            }
            Float cosine = readings.cosine(each);
            return cosine != null
                    && policy.decide(each.asked(), List.of(Candidate.neighbour("", each.stored(), cosine)), rate)
                                    .verdict()
                            instanceof Decision.Verdict.Hit;
        };
    }
}
