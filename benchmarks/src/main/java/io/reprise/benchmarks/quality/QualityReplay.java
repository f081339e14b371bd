package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.StageTimes;
import io.reprise.benchmarks.corpus.EvaluationData;
import io.reprise.benchmarks.corpus.EvaluationData.Pair;
import io.reprise.benchmarks.corpus.EvaluationData.PairSet;
import io.reprise.benchmarks.corpus.PreparedData;
import io.reprise.benchmarks.corpus.Prompt;
import io.reprise.benchmarks.corpus.VectorCache;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Proportion;
import io.reprise.benchmarks.report.Quantiles;
import io.reprise.embedder.EmbedderOptions;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.OnnxSentenceEmbedder;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.server.cache.StageTimer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Replays the labelled questions through the real embedder and each {@link TriedPolicy}, and says what would have been served and how
 * much of it was right.
 *
 * <pre>{@code
 * benchmarks/run quality --out benchmarks/results/quality.md      # about 6 minutes the first time, 2 afterwards
 * benchmarks/run quality --limit 2000                             # a quick look
 * }</pre>
 *
 * <p>Without the evaluation data (system property {@code reprise.eval.data}) it says so and ends well.
 */
@Command(
        name = "quality",
        mixinStandardHelpOptions = true,
        description = "What policies serve, and how much of it is right.")
public final class QualityReplay implements Callable<Integer> {
    private static final float FLOOR = 0.75f;
    private static final int CANDIDATES = 16;
    private static final int THREADS = 2;
    private static final int TIMED_EMBEDDINGS = 2_000;
    private static final double DEFAULT_CUTOFF = 0.95;
    private static final int BINS = 10;

    @Option(names = "--limit", description = "Only the first rows of the stream and of each set of pairs.")
    private int limit = Integer.MAX_VALUE;

    @Option(names = "--out", description = "Markdown file for the result.")
    private @Nullable Path out;

    @Option(names = "--skip-index", description = "Leave out the run through the server's cache and index.")
    private boolean skipIndex;

    private final Workspace workspace = Workspace.ofProcess();

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new QualityReplay()).execute(args));
    }

    @Override
    public Integer call() {
        Optional<EvaluationData> data = EvaluationData.in(workspace.evaluationData());
        if (data.isEmpty()) {
            System.out.println("There is no evaluation data in " + workspace.evaluationData()
                    + " (system property reprise.eval.data): nothing to replay.");
            return 0;
        }
        ModelFolder folder = ModelFolder.open(workspace.modelFolder());
        try (SentenceEmbedder embedder = OnnxSentenceEmbedder.open(folder, EmbedderOptions.defaults());
                VectorCache vectors = VectorCache.open(workspace, folder, embedder)) {
            replay(data.get(), embedder, vectors);
        }
        return 0;
    }

    private void replay(EvaluationData data, SentenceEmbedder embedder, VectorCache vectors) {
        var stream = QuestionStream.of(head(data.stream()));
        List<PairSet> sets = data.pairSets().stream()
                .map(set -> new PairSet(set.name(), head(set.pairs())))
                .toList();
        MachineFacts facts = MachineFacts.here(workspace.root(), Clock.systemUTC());
        vectors.embedAll(texts(stream, sets), THREADS);

        var report = new MarkdownReport("Quality on labelled questions", facts, command());
        report.paragraph("Model: " + embedder.modelName() + ". Every share has its Wilson 95 % interval in brackets.");
        var judge = new Judge(data.negatives());
        NearTexts near = NearTexts.of(stream.vectors(vectors), FLOOR);
        streamTable(report, stream, new StreamReplay(stream, near, judge, CANDIDATES));
        if (!skipIndex) {
            throughTheCache(report, stream, near, judge, vectors, embedder);
        }
        embedding(report, stream, embedder);
        report.section("Pairs: share that is served");
        report.paragraph(
                "The first text is stored, the second asked. Columns say the label and the kind of pair, with the number of"
                        + " pairs; served pairs under DIFFERENT are wrong hits. Pairs marked as suspect are left out.");
        for (PairSet set : sets) {
            pairTable(report, set, vectors);
        }
        calibration(report, sets, vectors);
        report.write(out);
    }

    private void streamTable(MarkdownReport report, QuestionStream stream, StreamReplay replay) {
        report.section("Stream of questions");
        List<List<String>> rows = new ArrayList<>();
        Tally last = Tally.EMPTY;
        for (TriedPolicy tried : TriedPolicy.all()) {
            Tally tally = replay.run(tried);
            List<String> row = new ArrayList<>(List.of(
                    tried.name(),
                    tally.ofRows(tally.exact() + tally.semantic()).toString(),
                    tally.ofRows(tally.exact()).toString(),
                    tally.ofRows(tally.semantic()).toString()));
            for (long count : new long[] {
                tally.right(),
                tally.surelyWrong(),
                tally.wrongByClosure(),
                tally.unknown(),
                tally.surelyWrong() + tally.wrongByClosure()
            }) {
                row.add(tally.ofSemantic(count).toString());
            }
            rows.add(row);
            last = tally;
        }
        report.paragraph(String.format(
                Locale.ROOT,
                "%,d rows of %,d distinct texts, asked in order of a cache that begins empty; a hit stores nothing. An ideal cache would"
                        + " hit %s of the rows. Exact hits are equal texts; the columns after the semantic hits are shares of them.",
                last.rows(),
                stream.texts().size(),
                last.ofRows(last.seen())));
        report.table(
                List.of(
                        "policy",
                        "hits",
                        "exact",
                        "semantic",
                        "right",
                        "surely wrong",
                        "wrong by closure",
                        "unknown",
                        "known wrong"),
                rows);
    }

    private void throughTheCache(
            MarkdownReport report,
            QuestionStream stream,
            NearTexts near,
            Judge judge,
            VectorCache vectors,
            SentenceEmbedder embedder) {
        TriedPolicy tried = TriedPolicy.cosine(DEFAULT_CUTOFF);
        Tally expected = new StreamReplay(stream, near, judge, CANDIDATES).run(tried);
        Path folder = workspace.scratch().resolve("replay-index");
        PreparedData.delete(folder);
        var times = new StageTimes();
        Tally found = CacheReplay.run(stream, judge, tried, vectors, embedder, CANDIDATES, times, folder);
        PreparedData.delete(folder);
        report.section("The same through the server's cache and its index on disk, " + tried.name());
        report.table(
                List.of("", "exact", "right", "surely wrong", "wrong by closure", "unknown"),
                List.of(counts("every two texts compared", expected), counts("cache and index", found)));
        report.paragraph("Times of its stages while the index grows and is written, one lookup at a time:");
        times.report(report, Set.of(StageTimer.Stage.EMBED));
    }

    private static List<String> counts(String name, Tally tally) {
        List<String> cells = new ArrayList<>(List.of(name));
        for (long count :
                new long[] {tally.exact(), tally.right(), tally.surelyWrong(), tally.wrongByClosure(), tally.unknown()
                }) {
            cells.add(String.format(Locale.ROOT, "%,d", count));
        }
        return cells;
    }

    private static void embedding(MarkdownReport report, QuestionStream stream, SentenceEmbedder embedder) {
        List<String> texts = stream.texts()
                .subList(0, Math.min(TIMED_EMBEDDINGS, stream.texts().size()));
        long[] nanos = new long[texts.size()];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            embedder.embed(texts.get(i));
            nanos[i] = System.nanoTime() - start;
        }
        report.paragraph("Embedding, one text of the stream at a time on one thread: "
                + Quantiles.of(nanos).millis() + " ms (p50 / p90 / p99 of " + nanos.length + ").");
    }

    private static void pairTable(MarkdownReport report, PairSet set, VectorCache vectors) {
        var shares = new PairShares(set, vectors);
        report.paragraph("**" + set.name() + "**");
        report.table(shares.head(), TriedPolicy.all().stream().map(shares::row).toList());
    }

    /** Fits the curve that {@code Calibration.BUNDLED_MODEL} states. */
    private static void calibration(MarkdownReport report, List<PairSet> sets, VectorCache vectors) {
        List<Pair> pairs = sets.stream()
                .filter(set -> set.name().equals("pairs_qqp"))
                .flatMap(set -> set.pairs().stream())
                .filter(pair -> !pair.suspect() && cosine(pair, vectors) != null)
                .toList();
        double[] cosines = new double[pairs.size()];
        boolean[] same = new boolean[cosines.length];
        for (int i = 0; i < cosines.length; i++) {
            Float cosine = cosine(pairs.get(i), vectors);
            cosines[i] = cosine == null ? 0 : cosine;
            same[i] = pairs.get(i).same();
        }
        LogisticFit fit = LogisticFit.of(cosines, same);
        report.section("Calibration: probability of the same meaning by cosine");
        report.paragraph(String.format(
                Locale.ROOT,
                "Logistic curve fitted on %,d pairs of pairs_qqp: weight %.3f +- %.3f, bias %.3f +- %.3f (standard errors), log loss"
                        + " %.4f.",
                fit.count(),
                fit.weight(),
                fit.weightError(),
                fit.bias(),
                fit.biasError(),
                fit.logLoss()));
        report.table(List.of("cosine", "pairs", "same meaning", "curve at the middle"), bins(cosines, same, fit));
    }

    private static List<List<String>> bins(double[] cosines, boolean[] same, LogisticFit fit) {
        List<List<String>> rows = new ArrayList<>();
        double width = 0.5 / BINS;
        for (int bin = 0; bin < BINS; bin++) {
            double low = 0.5 + bin * width;
            double high = bin == BINS - 1 ? 2 : low + width;
            long all = 0;
            long yes = 0;
            for (int i = 0; i < cosines.length; i++) {
                if (cosines[i] >= low && cosines[i] < high) {
                    all++;
                    yes += same[i] ? 1 : 0;
                }
            }
            rows.add(List.of(
                    String.format(Locale.ROOT, "%.2f to %.2f", low, low + width),
                    String.format(Locale.ROOT, "%,d", all),
                    new Proportion(yes, all).toString(),
                    String.format(Locale.ROOT, "%.1f %%", 100 * fit.probability(low + width / 2))));
        }
        return rows;
    }

    private static @Nullable Float cosine(Pair pair, VectorCache vectors) {
        float[] a = vectors.comparable(Prompt.query(pair.first()).text());
        float[] b = vectors.comparable(Prompt.query(pair.second()).text());
        return a == null || b == null ? null : VectorUtil.dotProduct(a, b);
    }

    private static Set<String> texts(QuestionStream stream, List<PairSet> sets) {
        Set<String> texts = new LinkedHashSet<>(stream.texts());
        sets.forEach(set -> set.pairs().forEach(pair -> {
            texts.add(Prompt.query(pair.first()).text());
            texts.add(Prompt.query(pair.second()).text());
        }));
        return texts;
    }

    private <T> List<T> head(List<T> rows) {
        return rows.subList(0, Math.min(limit, rows.size()));
    }

    private String command() {
        return "benchmarks/run quality" + (limit == Integer.MAX_VALUE ? "" : " --limit " + limit);
    }
}
