package io.reprise.benchmarks.scale;

import io.reprise.benchmarks.report.Axis;
import io.reprise.benchmarks.report.FolderFiles;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Memory;
import io.reprise.benchmarks.report.Plot;
import io.reprise.benchmarks.report.Plot.Dot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What an index is like at several sizes on its way to the largest. */
final class Growth {
    private static final int ROUNDS = 3;

    /**
     * An index of one size.
     *
     * @param storesPerSecond acknowledged on the way from the size before
     * @param settledSeconds until nothing was merged any more
     * @param large searches in the scope of most entries
     * @param small searches in the scope of one entry in a hundred
     * @param peakHeap the most after any collection on the way from the size before, with what merges hold, in MiB
     */
    record Step(
            int size,
            double storesPerSecond,
            double settledSeconds,
            SearchTimes large,
            SearchTimes small,
            FolderFiles files,
            Memory memory,
            double peakHeap,
            double reopenSeconds) {

        /** Bytes of all but the completions. */
        long indexBytes() {
            return files.bytes() - files.storedFieldBytes();
        }

        double bytesPerEntry() {
            return (double) indexBytes() / size;
        }
    }

    private final List<Step> steps = new ArrayList<>();
    private final Questions questions;
    private final List<float[]> probes;

    Growth(Questions questions) {
        this.questions = questions;
        this.probes = questions.probes();
    }

    /** Grows an index up to a size and measures it there. */
    Step step(GrownIndex index, int size) {
        int from = index.stored();
        double seconds;
        double settled;
        double peakHeap;
        try (var peak = new PeakHeap()) {
            seconds = index.grow(size);
            settled = index.settle();
            peakHeap = peak.mebibytes();
        }
        var truth = Truth.of(questions, probes, size, entry -> true);
        var large = SearchTimes.of(index.index(), probes, truth, Questions.InScope.LARGE, ROUNDS);
        var small = SearchTimes.of(index.index(), probes, truth, Questions.InScope.SMALL, ROUNDS);
        Memory memory = Memory.afterCollection(ProcessHandle.current().pid());
        double reopened = index.reopen();
        var step = new Step(
                size, (size - from) / seconds, settled, large, small, index.files(), memory, peakHeap, reopened);
        steps.add(step);
        System.err.println(row(step));
        return step;
    }

    Step last() {
        return steps.getLast();
    }

    /** A table of all steps. */
    void report(MarkdownReport report) {
        report.table(
                List.of(
                        "entries",
                        "acknowledged/s",
                        "settled after, s",
                        "segments",
                        "search, p50 / p90 / p99 ms",
                        "recall@1",
                        "in the scope of 1 %, ms",
                        "recall@1",
                        "bytes/entry without completion",
                        "completion, bytes/entry",
                        "heap in use, MiB",
                        "at most, while it grew",
                        "mapped, MiB",
                        "reopened in, s"),
                steps.stream().map(Growth::row).toList());
    }

    /** Plots beside a page, or none where there is no page. */
    void plot(MarkdownReport report, @Nullable Path page) {
        if (page == null || steps.size() < 2) {
            return;
        }
        String name = page.getFileName().toString().replaceFirst("\\.md$", "");
        write(
                report,
                page.resolveSibling(name + "-search.svg"),
                new Plot(
                                "Searches for the 16 nearest, one at a time",
                                sizes(),
                                Axis.numbers("milliseconds (log scale)", 0.02, 20))
                        .series("p50", dots(step -> step.large().nanos().p50Nanos() / 1e6))
                        .series("p99", dots(step -> step.large().nanos().p99Nanos() / 1e6))
                        .series(
                                "scope of 1 %: p50",
                                dots(step -> step.small().nanos().p50Nanos() / 1e6))
                        .series(
                                "scope of 1 %: p99",
                                dots(step -> step.small().nanos().p99Nanos() / 1e6)));
        write(
                report,
                page.resolveSibling(name + "-size.svg"),
                new Plot("Bytes on disk and in memory", sizes(), Axis.numbers("MB (log scale)", 1, 10_000))
                        .series("index", dots(step -> step.indexBytes() / 1e6))
                        .series("completions", dots(step -> step.files().storedFieldBytes() / 1e6))
                        .series("heap in use", dots(step -> step.memory().heapUsed() * 1.048576))
                        .series("heap at most", dots(step -> step.peakHeap() * 1.048576))
                        .series("mapped", dots(step -> step.memory().mapped() * 1.048576)));
        write(
                report,
                page.resolveSibling(name + "-stores.svg"),
                new Plot(
                                "Acknowledged stores of 8 writers, and the opening",
                                sizes(),
                                Axis.numbers("stores per second; milliseconds to open (log scale)", 10, 100_000))
                        .series("stores per second", dots(Step::storesPerSecond))
                        .series("opening, ms", dots(step -> 1000 * step.reopenSeconds())));
    }

    private static void write(MarkdownReport report, Path file, Plot plot) {
        plot.write(file);
        report.paragraph("![" + file.getFileName() + "](" + file.getFileName() + ")");
    }

    private Axis sizes() {
        return Axis.numbers(
                "entries (log scale)", steps.getFirst().size(), steps.getLast().size());
    }

    private List<Dot> dots(ToDoubleFunction<Step> value) {
        return steps.stream()
                .map(step -> Dot.at(step.size(), value.applyAsDouble(step)))
                .toList();
    }

    private static List<String> row(Step step) {
        return List.of(
                String.format(Locale.ROOT, "%,d", step.size()),
                String.format(Locale.ROOT, "%,.0f", step.storesPerSecond()),
                String.format(Locale.ROOT, "%.0f", step.settledSeconds()),
                Integer.toString(step.files().segments()),
                step.large().nanos().millis(),
                step.large().recall().toString(),
                step.small().nanos().millis(),
                step.small().recall().toString(),
                String.format(Locale.ROOT, "%,.0f", step.bytesPerEntry()),
                String.format(Locale.ROOT, "%,.0f", (double) step.files().storedFieldBytes() / step.size()),
                String.format(Locale.ROOT, "%.0f", step.memory().heapUsed()),
                String.format(Locale.ROOT, "%.0f", step.peakHeap()),
                String.format(Locale.ROOT, "%.0f", step.memory().mapped()),
                String.format(Locale.ROOT, "%.2f", step.reopenSeconds()));
    }
}
