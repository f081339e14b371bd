package io.reprise.benchmarks.micro;

import io.reprise.benchmarks.StageTimes;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.report.AlternatingRounds;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Quantiles;
import io.reprise.server.prompt.CacheQuery;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What a lookup by meaning costs beyond the model: its time as a multiple of tokenising and {@code OrtSession.run} of the same text, in
 * alternating rounds of one process.
 *
 * <pre>{@code
 * benchmarks/run lookup-ratio --out benchmarks/results/lookup-ratio.md     # about a minute, 5 more the first time
 * }</pre>
 */
@Command(name = "lookup-ratio", mixinStandardHelpOptions = true, description = "A lookup against the model's own cost.")
public final class LookupRatio implements Callable<Integer> {
    private static final int TOKENS = 14;
    private static final int WARM_UP_ROUNDS = 10;
    private static final double GOAL = 1.25;

    @Option(
            names = "--entries",
            defaultValue = "100000",
            description = "Entries in the index (default: ${DEFAULT-VALUE}).")
    private int entries;

    @Option(names = "--rounds", defaultValue = "40", description = "Alternating rounds (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--calls",
            defaultValue = "50",
            description = "Calls of each in a round (default: ${DEFAULT-VALUE}).")
    private int calls;

    @Option(names = "--out", description = "Markdown file for the result.")
    private @Nullable Path out;

    private int next;
    private volatile float sink;

    /** A thing that is timed, and all its times. */
    private record Timed(String name, Consumer<CacheQuery> call, List<CacheQuery> queries, LongStream.Builder nanos) {
        Timed(String name, Consumer<CacheQuery> call, List<CacheQuery> queries) {
            this(name, call, queries, LongStream.builder());
        }
    }

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new LookupRatio()).execute(args));
    }

    @Override
    public Integer call() {
        MachineFacts facts = MachineFacts.here(Workspace.ofProcess().root(), Clock.systemUTC());
        var times = new StageTimes();
        try (var setting = new LookupSetting(entries, TOKENS, 0, times)) {
            var report = new MarkdownReport(
                    "Lookup against the model's own cost",
                    facts,
                    "benchmarks/run lookup-ratio --entries %d --rounds %d --calls %d"
                            .formatted(entries, rounds, calls));
            measure(report, setting, times);
            report.write(out);
        }
        return 0;
    }

    private void measure(MarkdownReport report, LookupSetting setting, StageTimes times) {
        Consumer<CacheQuery> model =
                query -> sink = setting.raw().run(setting.raw().tokenise(query.text()));
        var floor = new Timed("tokenise + OrtSession.run", model, setting.semantic());
        List<Timed> ours = List.of(
                new Timed("embed", query -> setting.embedder().embed(query.text()), setting.semantic()),
                new Timed("lookup, semantic hit", setting::lookup, setting.semantic()),
                new Timed("lookup, miss", setting::lookup, setting.missing()));
        report.paragraph(String.format(
                Locale.ROOT,
                "Index: %,d entries, %s. Queries of %d tokens, %d rounds of %d calls each, one at a time.",
                entries,
                setting.source(),
                TOKENS,
                rounds,
                calls));
        List<List<String>> rows = new ArrayList<>();
        List<String> ratios = new ArrayList<>();
        for (Timed timed : ours) {
            var alternating = new AlternatingRounds();
            for (int i = 0; i < WARM_UP_ROUNDS; i++) {
                round(timed, false);
                round(floor, false);
            }
            for (int i = 0; i < rounds; i++) {
                alternating.measure(() -> round(timed, true), () -> round(floor, true));
            }
            rows.add(row(timed));
            ratios.add(timed.name() + ": **" + alternating.ratio().in(1) + "**"
                    + (timed.name().contains("semantic")
                            ? ", goal at most " + GOAL + (alternating.ratio().median() <= GOAL ? ": met" : ": MISSED")
                            : ""));
        }
        rows.add(0, row(floor));
        report.table(List.of("", "calls", "p50 / p90 / p99, ms"), rows);
        report.paragraph(
                "As a multiple of tokenising and running the model, medians of the rounds with their 95 % intervals: "
                        + String.join("; ", ratios) + ".");
        report.paragraph("Stages of these lookups, hits and misses together:");
        times.report(report, Set.of());
    }

    /** The median of a round's calls, in nanoseconds. */
    private double round(Timed timed, boolean keep) {
        long[] nanos = new long[calls];
        for (int i = 0; i < calls; i++) {
            next = (next + 1) % timed.queries().size();
            CacheQuery query = timed.queries().get(next);
            long start = System.nanoTime();
            timed.call().accept(query);
            nanos[i] = System.nanoTime() - start;
        }
        if (keep) {
            Arrays.stream(nanos).forEach(timed.nanos());
        }
        return Quantiles.of(nanos).p50Nanos();
    }

    private static List<String> row(Timed timed) {
        return Quantiles.of(timed.nanos().build().toArray()).row(timed.name());
    }
}
