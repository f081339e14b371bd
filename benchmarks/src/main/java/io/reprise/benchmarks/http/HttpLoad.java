package io.reprise.benchmarks.http;

import io.reprise.benchmarks.corpus.Corpus;
import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.benchmarks.corpus.PreparedData;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.MedianEstimate;
import io.reprise.benchmarks.report.Memory;
import io.reprise.embedder.EmbedderOptions;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.OnnxSentenceEmbedder;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.index.IndexOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Drives the server over loopback as its users start it, with an index of 100,000 entries, and compares it in alternating rounds with a
 * bare server (exact hits) and with the test upstream (misses, forwarded calls); looks paraphrases up; then starts it several times.
 *
 * <pre>{@code
 * benchmarks/run http --out benchmarks/results/http.md      # about 7 minutes, and 5 more the first time
 * benchmarks/run http --quick                               # a quick look: 10,000 entries, short rounds
 * }</pre>
 */
@Command(name = "http", mixinStandardHelpOptions = true, description = "The server over loopback: hits, misses, start.")
public final class HttpLoad implements Callable<Integer> {
    private static final int HIT_PROMPTS = 1_000;
    private static final double START_GOAL_SECONDS = 3;
    private static final Duration POLL = Duration.ofMillis(2);

    /** How long and how often to measure. */
    record Effort(int connections, int rounds, Duration round, Duration warmUp, int misses, int starts) {}

    @Option(
            names = "--entries",
            defaultValue = "100000",
            description = "Entries in the index (default: ${DEFAULT-VALUE}).")
    private int entries;

    @Option(
            names = "--connections",
            defaultValue = "32",
            description = "Of the load on hits (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(names = "--rounds", defaultValue = "25", description = "Alternating rounds (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--upstream-latency-ms",
            defaultValue = "0",
            description = "What the upstream waits before it answers (default: ${DEFAULT-VALUE}).")
    private int upstreamLatencyMillis;

    @Option(names = "--quick", description = "10,000 entries and short rounds: shows that it works, not how fast.")
    private boolean quick;

    @Option(names = "--out", description = "Markdown file for the result.")
    private @Nullable Path out;

    private final Workspace workspace = Workspace.ofProcess();

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new HttpLoad()).execute(args));
    }

    @Override
    public Integer call() {
        Effort effort = quick
                ? new Effort(connections, 4, Duration.ofMillis(500), Duration.ofSeconds(2), 200, 2)
                : new Effort(connections, rounds, Duration.ofSeconds(2), Duration.ofSeconds(15), 2_000, 7);
        Clock clock = Clock.systemUTC();
        ModelFolder model = ModelFolder.open(workspace.modelFolder());
        try (SentenceEmbedder embedder = OnnxSentenceEmbedder.open(model, EmbedderOptions.defaults());
                EmbeddingCache vectors = EmbeddingCache.open(workspace, model, embedder)) {
            Corpus corpus = Corpus.load(workspace, vectors, quick ? Math.min(entries, 10_000) : entries);
            var options = IndexOptions.of(embedder.dimension(), embedder.modelName());
            Path prepared = PreparedData.of(workspace, corpus, options, clock);
            Path data = workspace.scratch().resolve("http-data");
            PreparedData.delete(data);
            PreparedData.copy(prepared, data);
            measure(effort, corpus, data, embedder, clock);
            PreparedData.delete(data);
        }
        return 0;
    }

    private void measure(Effort effort, Corpus corpus, Path data, SentenceEmbedder embedder, Clock clock) {
        MachineFacts facts = MachineFacts.here(workspace.root(), clock);
        var report = new MarkdownReport("The server over loopback", facts, command());
        report.paragraph(String.format(
                Locale.ROOT,
                "Index: %,d entries, %s. Callers send no credential.",
                corpus.entries().size(),
                corpus.source()));
        var servers = new Servers(workspace);
        try (Child upstream = servers.upstream(upstreamLatencyMillis, 0);
                Child reprise = servers.reprise(data, upstream.port())) {
            report.paragraph("JVM options of the server, as its launcher sets them: `"
                    + String.join(" ", reprise.jvmOptions()) + "`");
            new HitLoad(servers, workspace.scratch(), effort).measure(report, reprise, hits(corpus));
            new MeaningLookups(reprise).measure(report, corpus.paraphrases(), embedder);
            var overhead = new ForwardOverhead(reprise, upstream, effort, upstreamLatencyMillis);
            List<String> strangers = corpus.strangers();
            overhead.misses(report, strangers.subList(0, Math.min(effort.misses(), strangers.size())), embedder);
            overhead.otherRoute(report);
            report.section("Memory after all that");
            report.paragraph(Memory.of(reprise.pid()) + ".");
        }
        starts(report, servers, data, effort.starts(), corpus.entries().size());
        report.write(out);
    }

    private static List<HitLoad.Kind> hits(Corpus corpus) {
        List<String> prompts = corpus
                .entries()
                .subList(0, Math.min(HIT_PROMPTS, corpus.entries().size()))
                .stream()
                .map(Corpus.Question::text)
                .toList();
        return List.of(
                new HitLoad.Kind(
                        "chat completion",
                        "/v1/chat/completions",
                        "exact",
                        prompts.stream().map(Requests::chat).toList()),
                new HitLoad.Kind(
                        "native lookup",
                        "/v1/cache/lookup",
                        "ok",
                        prompts.stream().map(Requests::lookup).toList()));
    }

    private void starts(MarkdownReport report, Servers servers, Path data, int starts, int size) {
        List<List<String>> rows = new ArrayList<>();
        double[] seconds = new double[starts];
        for (int i = 0; i < starts; i++) {
            try (Child reprise = servers.reprise(data, 1)) {
                awaitReady(reprise);
                seconds[i] = (System.nanoTime() - reprise.startedNanos()) / 1e9;
                rows.add(List.of(
                        Integer.toString(i + 1),
                        String.format(Locale.ROOT, "%.2f", seconds[i]),
                        Memory.of(reprise.pid()).toString()));
            }
        }
        MedianEstimate median = MedianEstimate.of(seconds);
        report.section(String.format(Locale.ROOT, "Start to ready with %,d entries", size));
        report.paragraph(
                "From starting the launcher to the first 200 of `/health/ready`, the files in the system's page cache:"
                        + " **"
                        + median.in(1) + " s**, goal at most 3 s: "
                        + (median.median() <= START_GOAL_SECONDS ? "met" : "MISSED") + ".");
        report.table(List.of("start", "seconds", "memory when ready"), rows);
    }

    private static void awaitReady(Child reprise) {
        List<byte[]> request = List.of(Requests.get("/health/ready"));
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        try (var client = new LoadGenerator(reprise.port(), 1)) {
            while (!client.count(1, Requests.inTurn(request)).outcomes().equals(List.of("ok"))) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("not ready within 30 s");
                }
                LockSupport.parkNanos(POLL.toNanos());
            }
        }
    }

    private String command() {
        String size =
                quick ? " --quick" : " --entries " + entries + " --connections " + connections + " --rounds " + rounds;
        return "benchmarks/run http" + size
                + (upstreamLatencyMillis == 0 ? "" : " --upstream-latency-ms " + upstreamLatencyMillis);
    }
}
