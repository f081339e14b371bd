package io.reprise.benchmarks.http;

import io.reprise.benchmarks.corpus.Corpus;
import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.benchmarks.corpus.PreparedData;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.embedder.EmbedderOptions;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.OnnxSentenceEmbedder;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.index.IndexOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Streams through the server as its users start it, over loopback, with an index of 100,000 entries: what the first byte takes longer
 * than straight from upstream, and many slow streams at once.
 *
 * <pre>{@code
 * benchmarks/run streams --out benchmarks/results/streams.md    # about 3 minutes, and 5 more the first time
 * benchmarks/run streams --quick                                # a quick look: 10,000 entries, few calls
 * }</pre>
 */
@Command(name = "streams", mixinStandardHelpOptions = true, description = "Streams: first byte, and many at once.")
public final class StreamLoad implements Callable<Integer> {
    /** So that a stream is still on its way when its first byte has come. */
    private static final int SOON_MILLIS = 1;

    @Option(
            names = "--entries",
            defaultValue = "100000",
            description = "Entries in the index (default: ${DEFAULT-VALUE}).")
    private int entries;

    @Option(names = "--rounds", defaultValue = "25", description = "Rounds (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--per-round", defaultValue = "30", description = "Calls of a round (default: ${DEFAULT-VALUE}).")
    private int perRound;

    @Option(names = "--at-once", defaultValue = "500", description = "Slow streams (default: ${DEFAULT-VALUE}).")
    private int atOnce;

    @Option(
            names = "--token-ms",
            defaultValue = "250",
            description = "Between the events of a slow stream (default: ${DEFAULT-VALUE}).")
    private int tokenMillis;

    @Option(names = "--quick", description = "10,000 entries and few calls: shows that it works, not how fast.")
    private boolean quick;

    @Option(names = "--out", description = "Markdown file for the result.")
    private @Nullable Path out;

    private final Workspace workspace = Workspace.ofProcess();

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new StreamLoad()).execute(args));
    }

    @Override
    public Integer call() {
        if (quick) {
            entries = Math.min(entries, 10_000);
            rounds = 4;
            perRound = 10;
            tokenMillis = 50;
        }
        Clock clock = Clock.systemUTC();
        ModelFolder model = ModelFolder.open(workspace.modelFolder());
        try (SentenceEmbedder embedder = OnnxSentenceEmbedder.open(model, EmbedderOptions.defaults());
                EmbeddingCache vectors = EmbeddingCache.open(workspace, model, embedder)) {
            Corpus corpus = Corpus.load(workspace, vectors, entries);
            var options = IndexOptions.of(embedder.dimension(), embedder.modelName());
            Path prepared = PreparedData.of(workspace, corpus, options, clock);
            Path data = workspace.scratch().resolve("streams-data");
            PreparedData.delete(data);
            PreparedData.copy(prepared, data);
            measure(corpus, data, clock);
            PreparedData.delete(data);
        }
        return 0;
    }

    private void measure(Corpus corpus, Path data, Clock clock) {
        var report = new MarkdownReport(
                "Streams over loopback",
                MachineFacts.here(workspace.root(), clock),
                "benchmarks/run streams" + arguments());
        report.paragraph(String.format(
                Locale.ROOT,
                "Index: %,d entries, %s. Callers send no credential.",
                corpus.entries().size(),
                corpus.source()));
        var servers = new Servers(workspace);
        try (Child upstream = servers.upstream(0, SOON_MILLIS);
                Child reprise = servers.reprise(data, upstream.port());
                Child onEventLoops = servers.proxy(upstream.port(), "event_loop");
                Child onVirtualThreads = servers.proxy(upstream.port(), "virtual_thread")) {
            var firstByte = new FirstByte(reprise, onEventLoops, onVirtualThreads, upstream, rounds);
            firstByte.warmUp();
            firstByte.misses(report, corpus.strangers().subList(0, rounds * perRound));
            firstByte.bypasses(report, numbered("Which of these two is larger", rounds * perRound));
        }
        try (Child upstream = servers.upstream(0, tokenMillis);
                Child reprise = servers.reprise(data, upstream.port())) {
            List<String> strangers = corpus.strangers();
            new SlowStreams(reprise, upstream, tokenMillis)
                    .measure(report, strangers.subList(strangers.size() - atOnce, strangers.size()));
        }
        report.write(out);
    }

    private static List<String> numbered(String question, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> question + ", " + number + " or its double?")
                .toList();
    }

    private String arguments() {
        return quick
                ? " --quick"
                : String.format(
                        Locale.ROOT,
                        " --entries %d --rounds %d --per-round %d --at-once %d --token-ms %d",
                        entries,
                        rounds,
                        perRound,
                        atOnce,
                        tokenMillis);
    }
}
