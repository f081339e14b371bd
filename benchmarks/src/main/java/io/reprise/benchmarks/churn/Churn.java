package io.reprise.benchmarks.churn;

import io.reprise.benchmarks.churn.Turnover.Probe;
import io.reprise.benchmarks.churn.Turnover.State;
import io.reprise.benchmarks.corpus.PreparedData;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.report.Axis;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Plot;
import io.reprise.benchmarks.report.Plot.Dot;
import io.reprise.benchmarks.report.Progress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Stores many times as many entries as a bounded cache has room for, and then lets all of them expire: what is on the disk and in the
 * heap along the way, and whether it comes back.
 *
 * <pre>{@code
 * benchmarks/run churn --out benchmarks/results/churn.md --plot benchmarks/results/churn.svg     # about 6 minutes
 * benchmarks/run churn --quick                                                                   # 1,000 entries, 3 minutes
 * }</pre>
 */
@Command(name = "churn", mixinStandardHelpOptions = true, description = "Ten times the capacity: does room come back?")
public final class Churn implements Callable<Integer> {
    private static final int QUICK_ENTRIES = 1_000;
    private static final double MIB = 1 << 20;
    private static final double DISK_NOISE_MIB = 1;
    private static final double HEAP_NOISE_MIB = 8;

    @Option(names = "--entries", defaultValue = "20000", description = "The bound (default: ${DEFAULT-VALUE}).")
    private int entries;

    @Option(
            names = "--generations",
            defaultValue = "10",
            description = "How many times as many are stored (default: ${DEFAULT-VALUE}).")
    private int generations;

    @Option(names = "--quick", description = "A bound of 1,000: shows that it works.")
    private boolean quick;

    @Option(names = "--out", description = "Markdown file for the result.")
    private @Nullable Path out;

    @Option(names = "--plot", description = "SVG file for the plot.")
    private @Nullable Path plot;

    private final Workspace workspace = Workspace.ofProcess();

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Churn()).execute(args));
    }

    @Override
    public Integer call() {
        int capacity = quick ? Math.min(entries, QUICK_ENTRIES) : entries;
        Path folder = workspace.scratch().resolve("churn-data");
        PreparedData.delete(folder);
        var report = new MarkdownReport(
                "Ten times the capacity",
                MachineFacts.here(workspace.root(), Clock.systemUTC()),
                "benchmarks/run churn --entries " + capacity + " --generations " + generations);
        boolean well;
        try (var turnover = new Turnover(capacity, folder)) {
            well = measure(turnover, capacity, report);
        }
        PreparedData.delete(folder);
        report.write(out);
        return well ? 0 : 1;
    }

    private boolean measure(Turnover turnover, int capacity, MarkdownReport report) {
        var progress = new Progress(System.err, System::nanoTime);
        progress.phase("generations of " + capacity, generations);
        List<State> states = new ArrayList<>();
        State empty = turnover.state();
        var probe = new Probe(0, 0, 0, 0);
        for (int i = 0; i < generations; i++) {
            turnover.generation();
            states.add(turnover.state());
            probe = probe.plus(turnover.probe());
            progress.step(1);
        }
        turnover.expireAll();
        State expired = turnover.state();
        probe = probe.plus(turnover.probe());
        State asked = turnover.state();

        describe(report, capacity);
        table(report, empty, states, expired, asked);
        draw(states, expired);
        return verdicts(report, turnover, capacity, empty, states, asked, probe);
    }

    private void describe(MarkdownReport report, int capacity) {
        report.paragraph(String.format(
                Locale.ROOT,
                "The server's cache and index in this process, with a bound of %,d entries, into which %,d different"
                        + " questions are stored, one each second of a clock that is driven. Each has a vector (seeded,"
                        + " clustered; nothing is embedded) and an answer of 85 tokens. Three of ten live for half a"
                        + " generation of %,d, three for two, four for longer than the run. After each generation, once"
                        + " the background rests: entries that can answer, entries that the bound counts, the data folder,"
                        + " and the heap of this process after a collection. Then all expire, and last, 500 questions are"
                        + " asked once more.",
                capacity,
                capacity * generations,
                capacity));
        report.paragraph(
                "The bound counts an entry until it is swept, once a minute. What was stored or answered lately is in"
                        + " memory too, up to 64 MiB.");
    }

    private static void table(MarkdownReport report, State empty, List<State> states, State expired, State asked) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("empty", empty));
        for (State state : states) {
            rows.add(row(String.format(Locale.ROOT, "%,d stored", state.stored()), state));
        }
        rows.add(row("all expired", expired));
        rows.add(row("asked once more", asked));
        report.table(
                List.of(
                        "",
                        "can answer",
                        "counted",
                        "disk, MiB",
                        "bytes an entry",
                        "files",
                        "segments",
                        "heap, MiB",
                        "stores/s"),
                rows);
    }

    private static List<String> row(String name, State state) {
        return List.of(
                name,
                String.format(Locale.ROOT, "%,d", state.live()),
                String.format(Locale.ROOT, "%,d", state.accounted()),
                mib(state.disk().bytes()),
                state.live() == 0
                        ? ""
                        : String.format(Locale.ROOT, "%,d", state.disk().bytes() / state.live()),
                Integer.toString(state.disk().files()),
                Integer.toString(state.disk().segments()),
                mib(state.heapBytes()),
                String.format(Locale.ROOT, "%,.0f", state.storesPerSecond()));
    }

    private boolean verdicts(
            MarkdownReport report,
            Turnover turnover,
            int capacity,
            State empty,
            List<State> states,
            State last,
            Probe probe) {
        double disk = (double) (last.disk().bytes() - empty.disk().bytes()) / MIB;
        double heap = (double) (last.heapBytes() - empty.heapBytes()) / MIB;
        long mostCounted = states.stream().mapToLong(State::accounted).max().orElse(0);
        boolean silent = probe.expiredAnswered() == 0;
        boolean well = silent
                && disk <= DISK_NOISE_MIB
                && heap <= HEAP_NOISE_MIB
                && last.live() == 0
                && last.accounted() == 0
                && mostCounted <= capacity
                && turnover.faults() == 0;
        report.paragraph(String.format(
                Locale.ROOT,
                "Expired questions asked, as stored and in other words: %,d; answered: **%,d**. Of those not expired,"
                        + " %,d of %,d were (the others had been dropped: %,d in all, to keep the bound). Lookups and"
                        + " stores that failed: %d.",
                probe.expiredAsked(),
                probe.expiredAnswered(),
                probe.unexpiredAnswered(),
                probe.unexpiredAsked(),
                turnover.evicted(),
                turnover.faults()));
        report.paragraph(String.format(
                Locale.ROOT,
                "Most disk at rest: %s MiB after the first generation, %s MiB after any, %+.1f MiB against empty in"
                        + " the end (at most %.0f: **%s**). Heap: %s MiB at most, %+.1f MiB against empty in the end (at"
                        + " most %.0f: **%s**).",
                mib(states.getFirst().disk().bytes()),
                mib(most(states, state -> state.disk().bytes())),
                disk,
                DISK_NOISE_MIB,
                disk <= DISK_NOISE_MIB ? "met" : "MISSED",
                mib(most(states, State::heapBytes)),
                heap,
                HEAP_NOISE_MIB,
                heap <= HEAP_NOISE_MIB ? "met" : "MISSED"));
        return well;
    }

    /** Shares of the most that there was, by how often the capacity was stored. */
    private void draw(List<State> states, State expired) {
        if (plot == null) {
            return;
        }
        List<State> all = new ArrayList<>(states);
        all.add(expired);
        var drawn = new Plot(
                "What a bounded cache takes while ten times its capacity is stored, and after all has expired",
                Axis.linear("stored, of the capacity; last: all expired", 0, all.size()),
                Axis.linear("of the most after any generation", 0, 1));
        drawn.series("entries that can answer", dots(all, State::live));
        drawn.series("disk", dots(all, state -> state.disk().bytes()));
        drawn.series("heap after a collection", dots(all, State::heapBytes));
        drawn.write(plot);
    }

    private static List<Dot> dots(List<State> states, ToLongFunction<State> value) {
        double most = (double) most(states, value);
        List<Dot> dots = new ArrayList<>();
        for (int i = 0; i < states.size(); i++) {
            dots.add(Dot.at(i + 1.0, value.applyAsLong(states.get(i)) / most));
        }
        return dots;
    }

    private static long most(List<State> states, ToLongFunction<State> value) {
        return states.stream().mapToLong(value).max().orElse(0);
    }

    private static String mib(long bytes) {
        return String.format(Locale.ROOT, "%,.1f", (double) bytes / MIB);
    }
}
