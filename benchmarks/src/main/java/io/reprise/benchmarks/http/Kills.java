package io.reprise.benchmarks.http;

import io.reprise.benchmarks.corpus.PreparedData;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Progress;
import io.reprise.benchmarks.report.Quantiles;
import io.reprise.server.crash.KillRounds;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Kills the server at random moments, in the middle of stores, replacements and deletes over HTTP, and compares what it holds after each
 * start with all that it had acknowledged.
 *
 * <pre>{@code
 * benchmarks/run kill --times 200 --out benchmarks/results/kill.md    # about 15 minutes
 * benchmarks/run kill --quick                                         # a quick look: 10 kills
 * }</pre>
 */
@Command(name = "kill", mixinStandardHelpOptions = true, description = "Kills under write load: is anything lost?")
public final class Kills implements Callable<Integer> {
    private static final int QUICK_TIMES = 10;

    @Option(names = "--times", defaultValue = "200", description = "Kills under load (default: ${DEFAULT-VALUE}).")
    private int times;

    @Option(
            names = "--longest-load-ms",
            defaultValue = "1500",
            description = "A kill comes at the latest so long after the load began (default: ${DEFAULT-VALUE}).")
    private long longestLoadMillis;

    @Option(names = "--seed", description = "Of what is random (default: another each time).")
    private @Nullable Long seed;

    @Option(names = "--quick", description = "10 kills: shows that it works.")
    private boolean quick;

    @Option(names = "--out", description = "Markdown file for the result.")
    private @Nullable Path out;

    private final Workspace workspace = Workspace.ofProcess();

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Kills()).execute(args));
    }

    @Override
    public Integer call() {
        int kills = quick ? Math.min(times, QUICK_TIMES) : times;
        long seeded = seed == null ? ThreadLocalRandom.current().nextLong(1_000_000) : seed;
        String command = "benchmarks/run kill --times " + kills + " --longest-load-ms " + longestLoadMillis + " --seed "
                + seeded;
        Path data = workspace.scratch().resolve("kill-data");
        PreparedData.delete(data);
        var servers = new Servers(workspace);
        var progress = new Progress(System.err, System::nanoTime);
        progress.phase("kills (seed " + seeded + ")", kills);
        KillRounds.Report result = new KillRounds(
                        arguments -> servers.repriseToKill(data, arguments), longestLoadMillis, seeded)
                .run(kills, kill -> progress.step(1));
        var report = new MarkdownReport(
                "Killed under write load", MachineFacts.here(workspace.root(), Clock.systemUTC()), command);
        report(report, result);
        report.write(out);
        if (result.problems().isEmpty()) {
            PreparedData.delete(data);
        } else {
            System.err.println("the data is left in " + data);
        }
        return result.problems().isEmpty() ? 0 : 1;
    }

    private void report(MarkdownReport report, KillRounds.Report result) {
        report.paragraph(String.format(
                Locale.ROOT,
                "The server as its launcher starts it, killed with SIGKILL up to %,d ms after the first acknowledgement to four callers that store, replace and"
                        + " delete entries of theirs over HTTP, one by one and by tag; some kills come while it starts again. Each start has"
                        + " another interval of commits (20 ms, 200 ms, 30 s) and of syncs (before each acknowledgement, or each second). After"
                        + " each start every entry is looked up: it must have the answer that was acknowledged last, or the one of the"
                        + " request that was under way; and a listing must have no other.",
                longestLoadMillis));
        report.table(
                List.of("", "number"),
                List.of(
                        row("killed under load", result.kills()),
                        row("killed within a start", result.startKills()),
                        row("stores acknowledged", result.stores()),
                        row("deletions acknowledged", result.deletes()),
                        row("entries, and absences, compared", result.checked()),
                        row(
                                "**lost, come back, or of another time**",
                                result.problems().size())));
        Quantiles ready = Quantiles.of(
                result.readyNanos().stream().mapToLong(Long::longValue).toArray());
        report.paragraph(String.format(
                Locale.ROOT,
                "From the start of the process to ready, p50 / p90 / p99 over %,d starts: %s ms.",
                ready.count(),
                ready.millis()));
        result.problems().stream().limit(20).forEach(problem -> report.paragraph("- " + problem));
    }

    private static List<String> row(String what, long number) {
        return List.of(what, String.format(Locale.ROOT, "%,d", number));
    }
}
