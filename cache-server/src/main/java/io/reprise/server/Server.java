package io.reprise.server;

import static java.util.Objects.requireNonNull;

import io.reprise.embedder.EmbedderException;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.index.EntryFilter;
import io.reprise.index.EntryIndex;
import io.reprise.index.IndexException;
import io.reprise.index.IndexOptions;
import io.reprise.index.LuceneIndex;
import io.reprise.server.access.Access;
import io.reprise.server.access.AccessException;
import io.reprise.server.access.BudgetMark;
import io.reprise.server.alerts.Alerts;
import io.reprise.server.alerts.BudgetStanding;
import io.reprise.server.audit.Audits;
import io.reprise.server.cache.Keeping;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.cache.eviction.Bounds;
import io.reprise.server.cli.StartException;
import io.reprise.server.config.RequestsConfig;
import io.reprise.server.config.ResolvedConfig;
import io.reprise.server.config.ScopeConfig;
import io.reprise.server.config.Secret;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.decision.bound.RiskController;
import io.reprise.server.doctor.Doctor;
import io.reprise.server.http.GuardedTransport;
import io.reprise.server.http.HttpFront;
import io.reprise.server.http.HttpParts;
import io.reprise.server.ledger.FinishedCall;
import io.reprise.server.ledger.Ledger;
import io.reprise.server.ledger.LedgerException;
import io.reprise.server.ledger.LedgerSettings;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.ledger.SavingEstimate;
import io.reprise.server.ledger.SqliteLedger;
import io.reprise.server.ledger.TokenCounter;
import io.reprise.server.protocol.CachingRules;
import io.reprise.server.requests.RequestLog;
import io.reprise.server.telemetry.CallLog;
import io.reprise.server.telemetry.Telemetry;
import io.reprise.server.tls.ServerTls;
import io.reprise.server.tls.TlsException;
import io.reprise.server.upstream.UpstreamClient;
import io.reprise.server.upstream.Upstreams;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running server: wired here by constructors, in the order its parts need each other, and closed in reverse. */
public final class Server implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Server.class);
    private static final int MAX_LEDGER_BUCKETS = 10_000;
    private static final long CLOSE_MILLIS = 10_000;
    private static final int ACCOUNTING_QUEUE = 4096;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private @Nullable HttpFront front;

    private Server() {}

    /**
     * Starts a server, ready for requests when this returns.
     *
     * @throws StartException when it cannot, with everything closed again
     */
    public static Server start(ServerConfig config, Clock clock) {
        return start(new ResolvedConfig(config, List.of()), clock);
    }

    /**
     * As {@link #start(ServerConfig, Clock)}, and tells administrators where each setting came from.
     */
    public static Server start(ResolvedConfig config, Clock clock) {
        return started(config, clock, null);
    }

    /**
     * As {@link #start(ServerConfig, Clock)}, with models that are open and stay so when this server is closed.
     *
     * @param models those that the configuration asks for
     */
    public static Server start(ResolvedConfig config, Clock clock, Models models) {
        return started(config, clock, models);
    }

    private static Server started(ResolvedConfig config, Clock clock, @Nullable Models given) {
        var server = new Server();
        try {
            server.open(config, clock, given);
            return server;
        } catch (EmbedderException | IndexException | LedgerException | AccessException e) {
            server.close();
            throw new StartException(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** The port that is listened on. */
    public int port() {
        return front == null ? 0 : front.port();
    }

    /** A path, with its query, under which a browser logs in to the dashboard once within five minutes. */
    public String loginPath() {
        return requireNonNull(front, "only of a server that has started").loginPath();
    }

    private void open(ResolvedConfig resolved, Clock clock, @Nullable Models given) {
        ServerConfig config = resolved.config();
        // Before anything is made on disk: a certificate is soon mended.
        ServerTls tls = tls(config);
        DataFolder data = DataFolder.open(config.data());
        Secret configured = config.adminToken();
        Secret adminToken = configured == null ? data.adminToken() : configured;
        // Before the index is opened, which makes it one of this model: a policy that does not suit the model must not
        // cost its vectors.
        Models models = given == null ? keep(Models.open(config)) : given;
        SentenceEmbedder embedder = models.embedder();
        ReadingModel reading = models.reading();
        var failedReads = new FailedReads(clock);
        DecisionWiring decision = DecisionWiring.of(config, reading, failedReads);
        LuceneIndex index = keep(LuceneIndex.open(
                data.index(),
                IndexOptions.of(embedder.dimension(), embedder.modelName())
                        .withFsyncInterval(config.index().fsync())
                        .withCommitInterval(config.index().commit()),
                clock));
        PriceBook prices = PriceWiring.book(config);
        Ledger ledger = keep(SqliteLedger.open(
                new LedgerSettings(data.ledger(), config.ledger().flush(), MAX_LEDGER_BUCKETS), prices, clock));
        var tokens = new TokenCounter();
        Access access = keep(Access.open(data.access(), config.access(), prices, tokens, clock, System::nanoTime));
        var telemetry = new Telemetry(clock);
        RequestLog requests = requests(config, data, prices, telemetry, clock);
        if (requests != null) {
            Alerts alerts = alerts(config, data, requests, telemetry, clock);
            access.onMark(mark -> alerts.budgetMark(standing(mark), mark.percent()));
        }
        var accounting = accounting();
        WrongHits wrongHits = decision.isControlled() ? keep(WrongHits.open(config, data, decision, clock)) : null;
        RiskController risk = wrongHits == null ? null : wrongHits.controller();
        SemanticCache cache = keep(new SemanticCache(
                embedder,
                index,
                decision.policy(),
                risk,
                settings(config),
                keeping(config, data, prices, telemetry, clock),
                clock,
                telemetry));
        cache.reembed(index);
        gauges(telemetry, cache, index, ledger, clock);
        faults(telemetry, index);
        telemetry.gauge(
                "reprise.budgets.overspent.usd",
                "US dollars that upstream has charged beyond what was set aside for calls",
                access,
                each -> each.overspent() / 1e12);
        telemetry.gauge(
                "reprise.verifier.reading",
                "1 where a model reads both prompts of a hit, 0 where decisions do without",
                failedReads,
                reads -> reading == null ? 0 : 1);
        telemetry.gauge(
                "reprise.verifier.read.failures",
                "Decisions in which the model that reads both prompts has failed",
                failedReads,
                reads -> (double) reads.count());

        Vertx vertx = Vertx.builder()
                .withTransport(new GuardedTransport(config.limits()))
                .build();
        parts.push(() -> vertx.close().await(CLOSE_MILLIS, TimeUnit.MILLISECONDS));
        var client = new UpstreamClient(
                vertx, UpstreamWiring.options(config.upstream()), clock, () -> ThreadLocalRandom.current()
                        .nextDouble());
        Upstreams upstreams = UpstreamWiring.upstreams(config.upstream());
        HttpParts.Bounded bounded = null;
        if (wrongHits != null) {
            Audits audits = wrongHits.audits(config.audits(), prices, client, upstreams, clock);
            bounded = new HttpParts.Bounded(
                    wrongHits.controller(),
                    audits,
                    wrongHits.opinions(config.decision().secondOpinion(), prices, client, upstreams, clock));
            if (audits != null) {
                keep(audits);
            }
        }
        var http = new HttpParts(
                config,
                resolved.settings(),
                data.principalKey(),
                adminToken,
                cache,
                client,
                upstreams,
                ledger,
                prices,
                tokens,
                telemetry,
                bounded,
                access,
                requests,
                requests == null ? access.gate() : new LoggedOnly(access.gate(), requests),
                sinks(config, requests, prices),
                config.requests().log() == RequestsConfig.Log.FULL,
                accounting,
                tls,
                new Doctor(config.sight().doctorMisses(), HttpFront.kinds(ScopeConfig.named()), clock),
                clock);
        data.closeToOthers();
        HttpFront opened = listen(vertx, http);
        front = opened;
        long drainMillis = config.http().unready().plus(config.http().drain()).toMillis() + CLOSE_MILLIS;
        parts.push(() -> opened.drain().await(drainMillis, TimeUnit.MILLISECONDS));
    }

    private static @Nullable ServerTls tls(ServerConfig config) {
        ServerConfig.Tls files = config.tls();
        try {
            return files == null ? null : ServerTls.read(files.cert(), files.key());
        } catch (TlsException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Who is told of each finished call, as configured. */
    private static List<FinishedCall.Sink> sinks(ServerConfig config, @Nullable RequestLog requests, PriceBook prices) {
        List<FinishedCall.Sink> sinks = new ArrayList<>();
        if (requests != null) {
            sinks.add(requests);
        }
        if (config.sight().logRequests()) {
            sinks.add(new CallLog(prices));
        }
        return sinks;
    }

    private static HttpFront listen(Vertx vertx, HttpParts http) {
        try {
            return HttpFront.open(vertx, http).await();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new StartException(
                    "cannot listen on " + http.config().host() + ":"
                            + http.config().port() + " (" + e.getMessage()
                            + "); stop what uses it or choose another with --port",
                    e);
        }
    }

    /** Ends what was begun and frees everything, the last opened first. Idempotent. */
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

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    /** The log of calls, or null where none are logged. */
    private @Nullable RequestLog requests(
            ServerConfig config, DataFolder data, PriceBook prices, Telemetry telemetry, Clock clock) {
        RequestsConfig wanted = config.requests();
        if (wanted.log() == RequestsConfig.Log.OFF) {
            return null;
        }
        RequestLog requests = keep(RequestLog.open(
                new RequestLog.Settings(
                        data.requests(),
                        data.principalKey(),
                        wanted.log() == RequestsConfig.Log.FULL,
                        wanted.keep(),
                        wanted.maxBytes(),
                        wanted.onFull() == RequestsConfig.OnFull.REFUSE),
                prices,
                clock));
        telemetry.gauge("reprise.requests.logged", "Calls that are in the log of calls", requests, log ->
                (double) log.counters().written());
        telemetry.gauge("reprise.requests.dropped", "Calls that the log of calls lacks", requests, log ->
                (double) log.counters().dropped());
        telemetry.gauge("reprise.requests.waiting", "Calls that wait to be logged", requests, log ->
                (double) log.counters().waiting());
        telemetry.gauge(
                "reprise.requests.failed.writes", "Writes of the log that failed and are repeated", requests, log ->
                        (double) log.counters().failedWrites());
        return requests;
    }

    private Alerts alerts(ServerConfig config, DataFolder data, RequestLog requests, Telemetry telemetry, Clock clock) {
        Secret configured = config.alerts().secret();
        Secret secret = configured == null ? data.alertsKey() : configured;
        Alerts alerts = keep(
                Alerts.watching(requests, config.alerts(), secret.value().getBytes(StandardCharsets.US_ASCII), clock));
        telemetry.gauge("reprise.alerts", "Alerts that were raised", alerts, each -> (double) each.raised());
        telemetry.gauge("reprise.alerts.lost", "Posts of alerts that were given up", alerts, each ->
                (double) each.failedPosts());
        return alerts;
    }

    /** A period is told by its first instant: the budgets of one scope for a day and a month are told apart by their windows. */
    private static BudgetStanding standing(BudgetMark mark) {
        return new BudgetStanding(
                mark.scope().toString(),
                mark.budget().window().word() + " from " + mark.from(),
                mark.spent(),
                mark.budget().picoDollars());
    }

    private ThreadPoolExecutor accounting() {
        var executor = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(ACCOUNTING_QUEUE),
                Thread.ofPlatform().daemon().name("reprise-accounting").factory());
        parts.push(executor);
        return executor;
    }

    /** How a configuration wants its cache. */
    static SemanticCache.Settings settings(ServerConfig config) {
        return new SemanticCache.Settings(
                config.embedding().threads(),
                config.embedding().queue(),
                config.embedding().memoBytes(),
                config.decision().candidates(),
                config.decision().maxWrongRate(),
                config.cache().ttl(),
                config.cache().maxTtl(),
                config.cache().exactMemoryBytes(),
                config.cache().semanticToolCalls(),
                new SemanticCache.ConversationSettings(
                        config.conversations().max(),
                        config.conversations().maxChain(),
                        config.conversations().minConfidence()));
    }

    /** What a configuration keeps, or null where it sets no bound. */
    private static @Nullable Keeping keeping(
            ServerConfig config, DataFolder data, PriceBook prices, Telemetry telemetry, Clock clock) {
        ServerConfig.Bounds asked = config.cache().bounds();
        var bounds = new Bounds(asked.maxEntries(), asked.maxBytes(), asked.namespaceMaxEntries());
        var saving = new SavingEstimate(prices, clock);
        return bounds.areNone()
                ? null
                : new Keeping(bounds, saving::picoDollars, telemetry, data.hits(), data.principals());
    }

    /** What a configuration says about caching on all wires. */
    static CachingRules rules(ServerConfig config) {
        return HttpFront.rules(config);
    }

    private static void gauges(Telemetry telemetry, SemanticCache cache, EntryIndex index, Ledger ledger, Clock clock) {
        telemetry.gauge("reprise.entries", "Unexpired entries", index, entries ->
                (double) entries.count(EntryFilter.ofPrincipal(null), clock.millis()));
        telemetry.gauge(
                "reprise.index.bytes", "Bytes of the index on disk", index, entries -> (double) entries.sizeBytes());
        telemetry.gauge(
                "reprise.resident.entries", "Entries that the bounds count", cache, c -> (double) c.residentEntries());
        telemetry.gauge(
                "reprise.resident.bytes", "Bytes that the bounds count", cache, c -> (double) c.residentBytes());
        telemetry.gauge(
                "reprise.embeddings.waiting",
                "Embeddings that wait for a thread",
                cache,
                SemanticCache::waitingEmbeddings);
        telemetry.gauge(
                "reprise.embeddings.memo.hits",
                "Texts that were not embedded, because they had been of late",
                cache,
                c -> (double) c.memoHits());
        telemetry.gauge("reprise.embeddings.memo.misses", "Texts that lookups and stores had embedded", cache, c ->
                (double) c.memoMisses());
        telemetry.gauge(
                "reprise.reembedding.remaining",
                "Entries of another sentence model, which answer their own texts alone until they are embedded anew",
                cache,
                SemanticCache::reembeddingRemaining);
        telemetry.gauge(
                "reprise.reembedding.failures",
                "Attempts to embed an entry anew that failed and are repeated",
                cache,
                SemanticCache::reembeddingFailures);
        telemetry.gauge(
                "reprise.faults", "Lookups and stores that a fault has spoilt", cache, c -> (double) c.faults());
        telemetry.gauge("reprise.ledger.failed.flushes", "Ledger writes that failed and are retried", ledger, l ->
                (double) l.counters().failedFlushes());
        telemetry.gauge("reprise.ledger.dropped.calls", "Calls that are in no total", ledger, l ->
                (double) l.counters().droppedCalls());
    }

    /** What the disk refuses: an operator's alarm. */
    private static void faults(Telemetry telemetry, LuceneIndex index) {
        telemetry.gauge(
                "reprise.index.write.failures",
                "Stores and deletes that the disk refused, and whose callers were told",
                index,
                each -> (double) each.faults().refusedWrites());
        telemetry.gauge(
                "reprise.index.commit.failures",
                "Attempts to move entries out of the journal that failed and are repeated",
                index,
                each -> (double) each.faults().failedHandOvers());
        telemetry.gauge(
                "reprise.index.merge.failures",
                "Merges of the index's files that failed and are repeated",
                index,
                each -> (double) each.faults().failedMerges());
        telemetry.gauge(
                "reprise.index.sync.failures",
                "Syncs of the journal that failed and are made good by a commit",
                index,
                each -> (double) each.faults().failedSyncs());
    }
}
