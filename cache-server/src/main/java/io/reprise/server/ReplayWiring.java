package io.reprise.server;

import io.reprise.embedder.EmbedderException;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.index.IndexException;
import io.reprise.index.IndexOptions;
import io.reprise.index.LuceneIndex;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.cli.ReplayOrder;
import io.reprise.server.cli.StartException;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.config.ServerConfig.Decision;
import io.reprise.server.ledger.TokenCounter;
import io.reprise.server.replay.HtmlReport;
import io.reprise.server.replay.LogReplay;
import io.reprise.server.replay.ReplayException;
import io.reprise.server.replay.ReplayReport;
import io.reprise.server.replay.Setting;
import io.reprise.server.replay.TextReport;
import io.reprise.server.replay.Trial;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays a log with the parts that a server of the same configuration has, once for each setting, in a folder that is deleted
 * afterwards.
 *
 * <p>The caches' clock stands still: nothing expires while a log of months is replayed in minutes.
 */
final class ReplayWiring implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReplayWiring.class);
    private static final double[] WRONG_RATES = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05};
    private static final double[] CUTOFFS = {0.80, 0.85, 0.90, 0.93, 0.95, 0.97, 0.99};

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private ReplayWiring() {}

    /**
     * Replays a log and returns the report as text, having written the page that was asked for.
     *
     * @throws StartException when it cannot, for a reason that the operator can mend
     */
    static String replay(ServerConfig config, ReplayOrder order, Consumer<String> progress) {
        checkPage(order.html());
        try (InputStream in = open(order.log());
                var wiring = new ReplayWiring()) {
            ReplayReport report = wiring.run(config, order, in, progress);
            if (order.html() != null) {
                Files.writeString(order.html(), HtmlReport.of(report), StandardCharsets.UTF_8);
                progress.accept("wrote " + order.html());
            }
            return TextReport.of(report);
        } catch (EmbedderException | IndexException | ReplayException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new StartException("the replay failed at a file (" + e + ")", e);
        }
    }

    private ReplayReport run(ServerConfig config, ReplayOrder order, InputStream in, Consumer<String> progress)
            throws IOException {
        Models models = keep(Models.open(config));
        var embedder = new RememberedEmbeddings(models.embedder());
        ReadingModel reading = models.reading();
        Path folder = keep(TemporaryFolder.create()).path();
        double asked = order.maxWrongRate() == null ? config.decision().maxWrongRate() : order.maxWrongRate();
        List<Tried> settings = settings(config, asked);
        List<Trial> trials = new ArrayList<>();
        for (Tried tried : settings) {
            Path index = folder.resolve("index-" + trials.size());
            trials.add(new Trial(tried.setting(), cache(tried.config(), embedder, reading, index, settings.size())));
        }
        Trial configured = trials.stream()
                .filter(trial -> trial.setting().value() == configured(config))
                .findFirst()
                .orElseThrow();
        var replay = new LogReplay(
                Server.rules(config),
                UpstreamWiring.upstreams(config.upstream()),
                PriceWiring.book(config),
                new TokenCounter(),
                Clock.systemUTC(),
                progress);
        return replay.run(
                in,
                order.log() == null ? "standard input" : order.log().toString(),
                trials,
                configured,
                new LogReplay.Options(
                        order.limit(),
                        order.pairs(),
                        order.defaultModel(),
                        config.limits().nativeBodyBytes(),
                        asked));
    }

    /** A configuration that differs in one setting. */
    private record Tried(Setting setting, ServerConfig config) {}

    /** The settings to try, the loosest first: cut-offs where nothing else loosens the policy, else ceilings on wrong hits. */
    private static List<Tried> settings(ServerConfig config, double asked) {
        Decision decision = config.decision();
        if (hasCutoff(config)) {
            return tried(
                    config,
                    "cutoff",
                    decision::withCutoff,
                    DoubleStream.concat(
                            DoubleStream.of(decision.cutoff()),
                            DoubleStream.of(CUTOFFS).filter(cutoff -> cutoff >= decision.floor())));
        }
        List<Tried> strictestFirst = tried(
                config,
                "max_wrong_rate",
                decision::withMaxWrongRate,
                DoubleStream.concat(DoubleStream.of(decision.maxWrongRate(), asked), DoubleStream.of(WRONG_RATES)));
        return strictestFirst.reversed();
    }

    private static boolean hasCutoff(ServerConfig config) {
        return config.decision().policy() == ServerConfig.PolicyKind.COSINE;
    }

    private static double configured(ServerConfig config) {
        return hasCutoff(config)
                ? config.decision().cutoff()
                : config.decision().maxWrongRate();
    }

    private static List<Tried> tried(
            ServerConfig config, String name, DoubleFunction<Decision> decision, DoubleStream values) {
        var inOrder = new TreeSet<Double>();
        values.forEach(inOrder::add);
        return inOrder.stream()
                .map(value ->
                        new Tried(new Setting("decision", name, value), config.withDecision(decision.apply(value))))
                .toList();
    }

    private SemanticCache cache(
            ServerConfig config, SentenceEmbedder embedder, @Nullable ReadingModel reading, Path folder, int caches) {
        Clock clock = Clock.fixed(Clock.systemUTC().instant(), ZoneOffset.UTC);
        IndexOptions options = IndexOptions.of(embedder.dimension(), embedder.modelName())
                // What is deleted in the end need not survive a power cut.
                .withFsyncInterval(Duration.ofHours(1));
        LuceneIndex index = keep(LuceneIndex.open(folder, options, clock));
        SemanticCache.Settings settings = Server.settings(config);
        return keep(new SemanticCache(
                embedder,
                index,
                DecisionWiring.uncontrolled(config, reading, new FailedReads(Clock.systemUTC())),
                // The model remembers for all caches.
                settings.withMemory(0, settings.exactMemoryBytes() / caches),
                clock,
                (stage, nanos) -> {}));
    }

    private static InputStream open(@Nullable Path file) {
        if (file == null) {
            return System.in;
        }
        try {
            return new FileInputStream(file.toFile());
        } catch (IOException e) {
            String why = !Files.exists(file)
                    ? "there is no such file"
                    : Files.isDirectory(file) ? "it is a folder" : String.valueOf(e.getMessage());
            throw new StartException("cannot read the log " + file + ": " + why, e);
        }
    }

    /** A replay takes minutes, so what would fail in the end is told before. */
    private static void checkPage(@Nullable Path html) {
        if (html == null) {
            return;
        }
        Path folder = html.toAbsolutePath().getParent();
        boolean writable = Files.exists(html)
                ? Files.isRegularFile(html) && Files.isWritable(html)
                : folder != null && Files.isDirectory(folder) && Files.isWritable(folder);
        if (!writable) {
            throw new StartException("cannot write the page " + html + "; choose another file with --html");
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                log.warn("closing {} failed", part, e);
            }
        }
    }

    /** A folder for this process alone, which goes when the replay or the process ends. */
    private record TemporaryFolder(Path path, Thread atExit) implements AutoCloseable {
        static TemporaryFolder create() throws IOException {
            Path path = Files.createTempDirectory("reprise-replay-");
            // A replay that is stopped half-way must not leave prompts behind.
            Thread atExit = Thread.ofPlatform().unstarted(() -> delete(path));
            Runtime.getRuntime().addShutdownHook(atExit);
            return new TemporaryFolder(path, atExit);
        }

        @Override
        public void close() {
            delete(path);
            try {
                Runtime.getRuntime().removeShutdownHook(atExit);
            } catch (IllegalStateException e) {
                log.debug("the process ends already", e);
            }
        }

        private static void delete(Path folder) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException e) {
                log.warn("{} holds what was replayed and cannot be deleted: {}", folder, e.toString());
            }
        }
    }
}
