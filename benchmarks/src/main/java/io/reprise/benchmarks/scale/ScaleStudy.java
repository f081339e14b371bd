package io.reprise.benchmarks.scale;

import io.reprise.benchmarks.corpus.LargeCorpus;
import io.reprise.benchmarks.corpus.PreparedData;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Memory;
import io.reprise.benchmarks.report.Proportion;
import io.reprise.benchmarks.report.Quantiles;
import io.reprise.embedder.EmbedderOptions;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.OnnxSentenceEmbedder;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.index.IndexOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How the index grows to a million entries: search, recall, stores, bytes, memory, opening; lookups while it is written and several at
 * once; recall after its entries were exchanged many times.
 *
 * <pre>{@code
 * benchmarks/run scale --out benchmarks/results/scale.md     # about 40 minutes, as much again the first time
 * }</pre>
 */
@Command(
        name = "scale",
        mixinStandardHelpOptions = true,
        description = "Time, recall, bytes and memory of the index, from ten thousand entries to a million.")
public final class ScaleStudy implements Callable<Integer> {
    private static final int SMALLEST = 10_000;
    private static final int PROBES = 1_000;
    private static final double STEP = Math.sqrt(10);
    /** More texts than are stored: for probes, and because the model cannot compare a few. */
    private static final int SPARE = 2_000;

    private static final int SPARE_SHARE = 100;

    @Option(
            names = "--entries",
            defaultValue = "1000000",
            description = "Entries in the end (default: ${DEFAULT-VALUE}).")
    private int entries;

    @Option(
            names = "--exchanged",
            defaultValue = "50000",
            description = "Entries of the index that is exchanged many times (default: ${DEFAULT-VALUE}).")
    private int exchanged;

    @Option(names = "--out", description = "Markdown file for the result; plots are written beside it.")
    private @Nullable Path out;

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new ScaleStudy()).execute(args));
    }

    @Override
    public Integer call() {
        Workspace workspace = Workspace.ofProcess();
        ModelFolder model = ModelFolder.open(workspace.modelFolder());
        try (SentenceEmbedder embedder = OnnxSentenceEmbedder.open(model, EmbedderOptions.defaults());
                LargeCorpus corpus =
                        LargeCorpus.open(workspace, model, embedder, entries + entries / SPARE_SHARE + SPARE)) {
            var report = new MarkdownReport(
                    "The index from ten thousand entries to a million",
                    MachineFacts.here(workspace.root(), Clock.systemUTC()),
                    "benchmarks/run scale --entries %d --exchanged %d".formatted(entries, exchanged));
            measure(report, workspace, embedder, corpus);
            report.write(out);
        }
        return 0;
    }

    private void measure(MarkdownReport report, Workspace workspace, SentenceEmbedder embedder, LargeCorpus corpus) {
        var questions = new Questions(corpus, PROBES, entries);
        report.paragraph(corpus.source()
                + ". Answers have about 85 made-up words. One entry in a hundred is in a scope of its own, the"
                + " others share one.");
        Likeness.report(report, corpus);
        var options = IndexOptions.of(embedder.dimension(), embedder.modelName());
        Path folder = workspace.scratch().resolve("scale-index");
        var growth = new Growth(questions);
        double underWrites;
        double atOnce;
        try (var index = new GrownIndex(folder, options, questions)) {
            report.section("Growth");
            report.paragraph(String.format(
                    Locale.ROOT,
                    "Stored by %d writers as fast as stores are acknowledged, journalled and synced each second as the"
                            + " server does by default. At each size: once nothing is merged any more, %,d questions that"
                            + " are not stored are searched for, one at a time, %d nearest of each; recall@1 is the share"
                            + " whose first is as near as the nearest of all. Files are in the system's cache; what is"
                            + " mapped are the index's and this program's own file of vectors. The heap holds this"
                            + " program's texts too (%.0f MiB before the index was opened) and is at most %,d MiB.",
                    GrownIndex.WRITERS,
                    PROBES,
                    SearchTimes.K,
                    Memory.afterCollection(ProcessHandle.current().pid()).heapUsed(),
                    Runtime.getRuntime().maxMemory() >> 20));
            for (int size : sizes()) {
                growth.step(index, size);
            }
            growth.report(report);
            growth.plot(report, out);
            try (var load = new LookupLoad(workspace, embedder, index, questions)) {
                atOnce = load.report(report);
            }
            underWrites = UnderWrites.report(report, index, questions);
        }
        PreparedData.delete(folder);
        int live = Math.min(exchanged, entries / 3);
        Proportion recall;
        try (var index = new GrownIndex(folder, options, questions)) {
            recall = new Exchanges(index, questions, live).report(report);
        }
        PreparedData.delete(folder);
        goals(report, growth.last(), recall, atOnce, underWrites);
    }

    /** About three to each power of ten, rounded. */
    private List<Integer> sizes() {
        List<Integer> sizes = new ArrayList<>();
        for (double size = SMALLEST; size < entries * 0.99; size *= STEP) {
            sizes.add((int) Math.round(size / SMALLEST) * SMALLEST);
        }
        sizes.add(entries);
        return sizes;
    }

    private static void goals(
            MarkdownReport report, Growth.Step last, Proportion afterChurn, double atOnce, double underWrites) {
        List<List<String>> rows = new ArrayList<>();
        Quantiles large = last.large().nanos();
        Quantiles small = last.small().nanos();
        rows.add(goal("search, p50, ms", large.p50Nanos() / 1e6, 1, true));
        rows.add(goal("search, p99, ms", large.p99Nanos() / 1e6, 3, true));
        rows.add(goal("in a scope of 1 %, p50, ms", small.p50Nanos() / 1e6, 2, true));
        rows.add(goal("in a scope of 1 %, p99, ms", small.p99Nanos() / 1e6, 6, true));
        rows.add(goal("recall@1, %", 100 * last.large().recall().rate(), 99, false));
        rows.add(goal("recall@1 after deletes and adds, %", 100 * afterChurn.rate(), 99, false));
        rows.add(goal("acknowledged stores per second", last.storesPerSecond(), 2000, false));
        rows.add(goal("bytes per entry without its completion", last.bytesPerEntry(), 2500, true));
        rows.add(goal("heap at most, while it grew, MiB", last.peakHeap(), 1024, true));
        rows.add(goal("lookups at once, against one", atOnce, 1.8, false));
        rows.add(goal("opening, s", last.reopenSeconds(), 5, true));
        rows.add(goal("p99 while storing, against none", underWrites, 3, true));
        report.section(String.format(Locale.ROOT, "Goals at %,d entries", last.size()));
        report.table(List.of("", "measured", "goal", ""), rows);
    }

    private static List<String> goal(String what, double measured, double goal, boolean atMost) {
        boolean met = atMost ? measured <= goal : measured >= goal;
        return List.of(
                what,
                String.format(Locale.ROOT, measured >= 100 ? "%,.0f" : "%.2f", measured),
                (atMost ? "at most " : "at least ") + String.format(Locale.ROOT, goal < 10 ? "%.1f" : "%,.0f", goal),
                met ? "met" : "MISSED");
    }
}
