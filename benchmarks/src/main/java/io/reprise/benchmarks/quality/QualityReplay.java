package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.ServerDefaults;
import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.benchmarks.corpus.EvaluationData;
import io.reprise.benchmarks.corpus.EvaluationData.StreamRow;
import io.reprise.benchmarks.corpus.HeldOut;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.Progress;
import io.reprise.embedder.EmbedderOptions;
import io.reprise.embedder.Embedding;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.OnnxSentenceEmbedder;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.server.ReadingModel;
import io.reprise.server.config.ServerConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Puts the labelled sets through the real embedder and each {@link TriedPolicy}, and says what would have been served and how much of
 * it was right.
 *
 * <pre>{@code
 * benchmarks/run quality --out benchmarks/results/quality.md      # some minutes more for each verifier; the first time 6 more
 * benchmarks/run quality --limit 1000                             # a quick look
 * }</pre>
 *
 * <p>Without the evaluation data (system property {@code reprise.eval.data}) it says so and ends well.
 */
@Command(
        name = "quality",
        mixinStandardHelpOptions = true,
        description = "What policies serve, and how much of it is right.")
public final class QualityReplay implements Callable<Integer> {
    private static final float FLOOR = 0.7f;
    private static final int THREADS = 2;

    @Option(names = "--limit", description = "Only the first rows of every stream and set.")
    private int limit = Integer.MAX_VALUE;

    @Option(
            names = "--out",
            description = "Markdown file for the result; its plots and tables go into a folder of its name beside it.")
    private @Nullable Path out;

    @Option(names = "--skip-index", description = "Leave out the run through the server's cache and index.")
    private boolean skipIndex;

    private final Workspace workspace = Workspace.ofProcess();
    private final ServerConfig config = ServerDefaults.config(workspace);
    private final int candidates = config.decision().candidates();
    private final Progress progress = new Progress(System.err, System::nanoTime);

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
                ReadingModel reading = ServerDefaults.reading(workspace, embedder.modelName());
                EmbeddingCache vectors = EmbeddingCache.open(workspace, folder, embedder)) {
            measure(data.get(), embedder, reading, vectors).write(out);
        }
        return 0;
    }

    private QualityReport measure(
            EvaluationData data, SentenceEmbedder embedder, ReadingModel reading, EmbeddingCache vectors) {
        MachineFacts facts = MachineFacts.here(workspace.root(), Clock.systemUTC());
        Contest contest = Contest.today(config, reading);
        var labelled = QuestionStream.of(head(data.stream()));
        var banking = QuestionStream.of(head(data.bankingStream()));
        HeldOut heldOut = HeldOut.of(data);
        var queries = new LabelledQueries(data, limit, candidates, heldOut);
        Set<String> texts = new LinkedHashSet<>(labelled.texts());
        texts.addAll(banking.texts());
        texts.addAll(queries.texts());
        vectors.embedAll(texts, THREADS);

        List<LookupTrials> sets = new ArrayList<>();
        progress.phase("making lookups", 1);
        List<LookupSet> lookups =
                queries.lookups(text -> prompt(text, vectors), text -> vectors.get(text) instanceof Embedding.TooLong);
        progress.step(1);
        for (LookupSet set : lookups) {
            sets.add(new LookupTrials(set, contest.policies(), progress));
        }
        Judge judge = Judge.ofLabels(data.negatives());
        Map<String, QualityReport.Stream> streams = new LinkedHashMap<>();
        streams.put("stream_qqp", replay(labelled, judge, heldOut, contest, vectors));
        if (!banking.rows().isEmpty()) {
            streams.put("stream_banking", replay(banking, Judge.ofClasses(), heldOut, contest, vectors));
        }
        IndexCheck check = null;
        if (!skipIndex) {
            progress.phase("what a server starts with through its cache and index", 1);
            Path index = workspace.scratch().resolve("replay-index");
            ProductPolicy policy = contest.standard().policy();
            check = IndexCheck.run(labelled, judge, policy, vectors, embedder, candidates, heldOut::contains, index);
            progress.step(1);
        }
        return new QualityReport(command(), facts, embedder.modelName(), contest, sets, streams, check);
    }

    private QualityReport.Stream replay(
            QuestionStream stream, Judge judge, HeldOut heldOut, Contest contest, EmbeddingCache vectors) {
        NearTexts near = NearTexts.of(stream.vectors(vectors), FLOOR, progress);
        List<PromptText> texts =
                stream.texts().stream().map(text -> prompt(text, vectors)).toList();
        var replay = new StreamReplay(stream, near, judge, candidates, heldOut::contains);
        var trials = new StreamTrials(replay, near, texts, progress);
        List<StreamTrials.Result> results = new ArrayList<>();
        contest.policies().forEach(policy -> results.addAll(trials.run(policy)));
        return new QualityReport.Stream(stream.rows().size(), stream.texts().size(), results);
    }

    private static PromptText prompt(String text, EmbeddingCache vectors) {
        return new PromptText(text, vectors.comparable(text));
    }

    private List<StreamRow> head(List<StreamRow> rows) {
        return rows.subList(0, Math.min(limit, rows.size()));
    }

    private String command() {
        return "benchmarks/run quality" + (limit == Integer.MAX_VALUE ? "" : " --limit " + limit)
                + (skipIndex ? " --skip-index" : "");
    }
}
