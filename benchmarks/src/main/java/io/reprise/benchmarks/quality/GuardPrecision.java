package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.corpus.EvaluationData;
import io.reprise.benchmarks.corpus.EvaluationData.Pair;
import io.reprise.benchmarks.corpus.EvaluationData.PairSet;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Proportion;
import io.reprise.benchmarks.report.Quantiles;
import io.reprise.server.decision.guard.Guards;
import io.reprise.server.decision.guard.Reading;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Asks every guard about every labelled pair: how many it vetoes of those that mean the same and of those that do not, and how long it
 * takes.
 *
 * <pre>{@code
 * benchmarks/run guards --out benchmarks/results/guards.md      # 10 seconds
 * }</pre>
 *
 * <p>Without the evaluation data (system property {@code reprise.eval.data}) it says so and ends well.
 */
@Command(
        name = "guards",
        mixinStandardHelpOptions = true,
        description = "What each guard vetoes, and how much of it rightly.")
public final class GuardPrecision implements Callable<Integer> {
    private static final int TIMED_WORDS_LOW = 12;
    private static final int TIMED_WORDS_HIGH = 16;
    private static final int TIMED_PAIRS = 4_000;
    private static final int ROUNDS = 5;

    @Option(names = "--out", description = "Markdown file for the result.")
    private @Nullable Path out;

    @Option(names = "--show", description = "Print this many pairs of pairs_qqp that only --guard vetoes, wrongly.")
    private int show;

    @Option(names = "--guard", description = "The guard whose wrong vetoes --show prints.")
    private String shownGuard = "";

    private final Workspace workspace = Workspace.ofProcess();
    private final Guards guards = Guards.standard();

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new GuardPrecision()).execute(args));
    }

    @Override
    public Integer call() {
        Optional<EvaluationData> data = EvaluationData.in(workspace.evaluationData());
        if (data.isEmpty()) {
            System.out.println("There is no evaluation data in " + workspace.evaluationData()
                    + " (system property reprise.eval.data): nothing to judge.");
            return 0;
        }
        List<PairSet> sets = data.get().pairSets();
        var report = new MarkdownReport(
                "What the guards veto",
                MachineFacts.here(workspace.root(), Clock.systemUTC()),
                "benchmarks/run guards" + (out == null ? "" : " --out " + out));
        report.paragraph(
                "The first text is asked, the second cached. Pairs marked as suspect are left out. Every share has its Wilson 95 %"
                        + " interval in brackets.");
        shares(report, sets);
        for (PairSet set : sets) {
            precision(report, set);
        }
        times(report, sets);
        report.write(out);
        return 0;
    }

    /** What was said about a pair. */
    private record Judged(Pair pair, List<String> vetoes) {}

    private List<Judged> judged(PairSet set) {
        return set.pairs().stream()
                .filter(pair -> !pair.suspect())
                .map(pair -> new Judged(pair, guards.vetoes(pair.first(), pair.second())))
                .toList();
    }

    private void shares(MarkdownReport report, List<PairSet> sets) {
        report.section("All guards together");
        List<List<String>> rows = new ArrayList<>();
        for (PairSet set : sets) {
            Map<String, List<Judged>> kinds = new TreeMap<>();
            for (Judged one : judged(set)) {
                kinds.computeIfAbsent(one.pair.kind(), kind -> new ArrayList<>())
                        .add(one);
            }
            kinds.forEach((kind, pairs) -> rows.add(List.of(
                    set.name() + ": " + kind,
                    share(pairs.stream().filter(one -> one.pair.same()).toList()),
                    share(pairs.stream().filter(one -> !one.pair.same()).toList()))));
        }
        report.table(List.of("set: kind", "vetoed of SAME", "vetoed of DIFFERENT"), rows);
    }

    private static String share(List<Judged> pairs) {
        return new Proportion(
                        pairs.stream().filter(one -> !one.vetoes.isEmpty()).count(), pairs.size()) + " of "
                + pairs.size();
    }

    private void precision(MarkdownReport report, PairSet set) {
        List<Judged> judged = judged(set);
        report.section("Each guard on " + set.name());
        report.paragraph(
                "\"Alone\" counts the pairs that no other guard vetoes. Precision is the share of DIFFERENT among the vetoed.");
        List<List<String>> rows = new ArrayList<>();
        for (String guard : guards.names()) {
            List<Judged> vetoed =
                    judged.stream().filter(one -> one.vetoes.contains(guard)).toList();
            List<Judged> alone =
                    vetoed.stream().filter(one -> one.vetoes.size() == 1).toList();
            rows.add(List.of(
                    guard,
                    count(vetoed, true),
                    count(vetoed, false),
                    new Proportion(
                                    vetoed.stream()
                                            .filter(one -> !one.pair.same())
                                            .count(),
                                    vetoed.size())
                            .toString(),
                    count(alone, true),
                    count(alone, false)));
            if (guard.equals(shownGuard) && set.name().equals("pairs_qqp")) {
                alone.stream()
                        .filter(one -> one.pair.same())
                        .limit(show)
                        .forEach(
                                one -> System.out.println("  " + one.pair.first() + "\n  " + one.pair.second() + "\n"));
            }
        }
        report.table(
                List.of("guard", "SAME vetoed", "DIFFERENT vetoed", "precision", "alone: SAME", "alone: DIFFERENT"),
                rows);
    }

    private static String count(List<Judged> pairs, boolean same) {
        return String.format(
                Locale.ROOT,
                "%,d",
                pairs.stream().filter(one -> one.pair.same() == same).count());
    }

    private void times(MarkdownReport report, List<PairSet> sets) {
        List<Pair> pairs = sets.stream()
                .filter(set -> set.name().equals("pairs_qqp"))
                .flatMap(set -> set.pairs().stream())
                .filter(pair -> isTimed(pair.first()) && isTimed(pair.second()))
                .limit(TIMED_PAIRS)
                .toList();
        if (pairs.isEmpty()) {
            return;
        }
        long[] reading = new long[pairs.size()];
        long[] judging = new long[pairs.size()];
        int vetoes = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < reading.length; i++) {
                long start = System.nanoTime();
                Reading asked = Reading.of(pairs.get(i).first());
                long read = System.nanoTime();
                Reading cached = Reading.of(pairs.get(i).second());
                long between = System.nanoTime();
                vetoes += guards.judge(asked, cached).vetoes().size();
                judging[i] = System.nanoTime() - between;
                reading[i] = read - start;
            }
        }
        report.section("Time");
        report.paragraph(String.format(
                Locale.ROOT,
                "%,d pairs of pairs_qqp with %d to %d words each, the last of %d rounds on one thread (%d vetoes). In milliseconds, p50 / p90 / p99:"
                        + " reading one text %s; judging a pair of readings by all guards, with the evidence, %s.",
                pairs.size(),
                TIMED_WORDS_LOW,
                TIMED_WORDS_HIGH,
                ROUNDS,
                vetoes / ROUNDS,
                Quantiles.of(reading).millis(),
                Quantiles.of(judging).millis()));
    }

    private static boolean isTimed(String text) {
        int words = text.strip().split("\\s+").length;
        return words >= TIMED_WORDS_LOW && words <= TIMED_WORDS_HIGH;
    }
}
