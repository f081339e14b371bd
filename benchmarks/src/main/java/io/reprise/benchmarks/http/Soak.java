package io.reprise.benchmarks.http;

import io.reprise.benchmarks.corpus.PreparedData;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.http.SoakMix.Kind;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Memory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Days of mixed calls in short, against one server process: hits, misses, streams, errors, clients that leave. Between them, with
 * no call under way, the heap after a collection and what the process holds of the system are sampled.
 *
 * <pre>{@code
 * benchmarks/run soak --out benchmarks/results/soak.md    # about 10 minutes
 * benchmarks/run soak --quick                             # a quick look: 10,000 calls
 * }</pre>
 */
@Command(name = "soak", mixinStandardHelpOptions = true, description = "Many mixed calls: heap, connections, threads.")
public final class Soak implements Callable<Integer> {
    private static final int SAMPLES = 20;
    private static final double GROWTH_GOAL = 0.05;
    private static final double NOISE_MIB = 3;
    /** Longer than a connection of the pool to upstream is kept idle. */
    private static final Duration CLOSING = Duration.ofSeconds(90);

    @Option(names = "--calls", defaultValue = "200000", description = "Mixed calls (default: ${DEFAULT-VALUE}).")
    private int calls;

    @Option(names = "--callers", defaultValue = "32", description = "Connections (default: ${DEFAULT-VALUE}).")
    private int callers;

    @Option(names = "--quick", description = "10,000 calls: shows that it works, and too little of a leak.")
    private boolean quick;

    @Option(names = "--out", description = "Markdown file for the result.")
    private @Nullable Path out;

    private final Workspace workspace = Workspace.ofProcess();
    private final Map<Kind, Map<String, Long>> outcomes = new EnumMap<>(Kind.class);
    private final AtomicLong next = new AtomicLong();

    /** One look at the server while no call is under way. */
    private record Sample(long calls, Memory memory, Handles handles) {}

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Soak()).execute(args));
    }

    @Override
    public Integer call() {
        calls = quick ? Math.min(calls, 10_000) : calls;
        Path data = workspace.scratch().resolve("soak-data");
        PreparedData.delete(data);
        var report = new MarkdownReport(
                "Many mixed calls",
                MachineFacts.here(workspace.root(), Clock.systemUTC()),
                "benchmarks/run soak --calls " + calls + " --callers " + callers);
        var servers = new Servers(workspace);
        try (Child upstream = servers.upstream(0, 1);
                Child reprise = servers.reprise(data, upstream.port())) {
            report.paragraph(String.format(
                    Locale.ROOT,
                    "%,d calls by %d callers over loopback, one at a time each; upstream pauses 1 ms between events. What misses is kept"
                            + " for 2 s, so that what is stored stays bounded.",
                    calls,
                    callers));
            store(reprise);
            Handles before = Handles.of(reprise.pid());
            List<Sample> samples = soak(reprise);
            Handles after = awaitClosed(reprise, before);
            reportOutcomes(report);
            reportSamples(report, samples);
            reportConnections(report, before, samples.getLast().handles(), after, upstream);
        }
        PreparedData.delete(data);
        report.write(out);
        return 0;
    }

    private static void store(Child reprise) {
        try (var caller = new Caller(reprise.port())) {
            SoakMix.stored().forEach(caller::call);
        }
    }

    private List<Sample> soak(Child reprise) {
        List<Sample> samples = new ArrayList<>();
        List<Caller> connections = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            connections.add(new Caller(reprise.port()));
        }
        for (int part = 1; part <= SAMPLES; part++) {
            long upTo = (long) calls * part / SAMPLES;
            List<Thread> threads = connections.stream()
                    .map(caller -> Thread.ofVirtual().start(() -> askUpTo(upTo, caller)))
                    .toList();
            threads.forEach(Soak::join);
            samples.add(new Sample(upTo, Memory.afterCollection(reprise.pid()), Handles.of(reprise.pid())));
        }
        connections.forEach(Caller::close);
        return samples;
    }

    private void askUpTo(long limit, Caller caller) {
        for (long number = next.getAndUpdate(n -> Math.min(n + 1, limit));
                number < limit;
                number = next.getAndUpdate(n -> Math.min(n + 1, limit))) {
            SoakMix.Call call = SoakMix.call(number);
            Caller.Called called =
                    call.kind() == Kind.LEFT ? caller.leave(call.request()) : caller.call(call.request());
            boolean cut = call.kind().streams() && !called.complete();
            count(call.kind(), cut ? called.outcome() + ", cut short" : called.outcome());
        }
    }

    private synchronized void count(Kind kind, String outcome) {
        outcomes.computeIfAbsent(kind, first -> new TreeMap<>()).merge(outcome, 1L, Long::sum);
    }

    /** Idle connections to upstream close in their own time. */
    private static Handles awaitClosed(Child reprise, Handles before) {
        long deadline = System.nanoTime() + CLOSING.toNanos();
        Handles now = Handles.of(reprise.pid());
        while (now.sockets() > before.sockets() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
            now = Handles.of(reprise.pid());
        }
        return now;
    }

    private void reportOutcomes(MarkdownReport report) {
        List<List<String>> rows = new ArrayList<>();
        long unexpected = 0;
        for (Map.Entry<Kind, Map<String, Long>> kind : outcomes.entrySet()) {
            long others = kind.getValue().entrySet().stream()
                    .filter(outcome -> !kind.getKey().expects(outcome.getKey()))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
            unexpected += others;
            rows.add(List.of(
                    kind.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    Long.toString(kind.getValue().values().stream()
                            .mapToLong(Long::longValue)
                            .sum()),
                    kind.getValue().toString(),
                    Long.toString(others)));
        }
        report.section("Calls");
        report.table(List.of("kind", "calls", "outcomes", "unexpected"), rows);
        report.paragraph("Unexpected outcomes: **" + unexpected + "**.");
    }

    private void reportSamples(MarkdownReport report, List<Sample> samples) {
        report.section("Memory after a collection, while no call is under way");
        report.table(
                List.of("calls", "heap in use, MiB", "resident, MiB", "open files", "sockets", "threads"),
                samples.stream()
                        .map(sample -> List.of(
                                String.format(Locale.ROOT, "%,d", sample.calls()),
                                String.format(
                                        Locale.ROOT, "%.1f", sample.memory().heapUsed()),
                                String.format(
                                        Locale.ROOT, "%.0f", sample.memory().resident()),
                                Long.toString(sample.handles().files()),
                                Long.toString(sample.handles().sockets()),
                                Long.toString(sample.handles().threads())))
                        .toList());
        double early = medianHeap(samples.subList(SAMPLES / 4, SAMPLES / 2));
        double late = medianHeap(samples.subList(SAMPLES * 3 / 4, SAMPLES));
        boolean met = late <= Math.max(early * (1 + GROWTH_GOAL), early + NOISE_MIB);
        report.paragraph(String.format(
                Locale.ROOT,
                "Heap after a collection, median of the second quarter and of the last: %.1f and %.1f MiB; no growth beyond %.0f %% or %.0f"
                        + " MiB: **%s**.",
                early,
                late,
                GROWTH_GOAL * 100,
                NOISE_MIB,
                met ? "met" : "MISSED"));
    }

    private static void reportConnections(
            MarkdownReport report, Handles before, Handles during, Handles after, Child upstream) {
        report.section("Connections when all callers have left");
        report.table(
                List.of("Reprise", "open files", "sockets", "threads"),
                List.of(
                        row("before", before),
                        row("with its callers connected", during),
                        row("after", after),
                        row("upstream, after", Handles.of(upstream.pid()))));
        report.paragraph(
                "No connection left behind: **" + (after.sockets() <= before.sockets() ? "met" : "MISSED") + "**.");
    }

    private static List<String> row(String name, Handles handles) {
        return List.of(
                name,
                Long.toString(handles.files()),
                Long.toString(handles.sockets()),
                Long.toString(handles.threads()));
    }

    private static double medianHeap(List<Sample> samples) {
        double[] heaps = samples.stream()
                .mapToDouble(sample -> sample.memory().heapUsed())
                .sorted()
                .toArray();
        return Arrays.stream(heaps).skip(heaps.length / 2).findFirst().orElseThrow();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
