package io.reprise.server.http;

import io.reprise.index.WriteRefusedException;
import io.reprise.server.audit.Audits;
import io.reprise.server.audit.ServedHits;
import io.reprise.server.cache.Flights;
import io.reprise.server.cache.OverloadedException;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.config.ServerConfig.IncludeUsage;
import io.reprise.server.config.UpstreamConfig;
import io.reprise.server.http.ui.Dashboard;
import io.reprise.server.protocol.AnthropicMessages;
import io.reprise.server.protocol.CachingRules;
import io.reprise.server.protocol.OpenAiChat;
import io.reprise.server.protocol.OpenAiCompletions;
import io.reprise.server.protocol.OpenAiResponses;
import io.reprise.server.telemetry.Course;
import io.reprise.server.transfer.Exports;
import io.reprise.server.transfer.Imports;
import io.reprise.server.transfer.Seal;
import io.reprise.server.upstream.Provider;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's HTTP side: verticle instances that share one port and handle requests on virtual threads.
 *
 * <p>The routes are here, top to bottom, and so is the one place where a failure becomes an answer.
 */
public final class HttpFront {
    private static final Logger log = LoggerFactory.getLogger(HttpFront.class);
    /** Vert.x takes any free port for a negative one, and the same one for every instance. */
    private static final int ANY_PORT = -1;

    private static final Pattern MALFORMED_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
    /** How much longer than a silent upstream a silent connection is kept. */
    private static final int IDLE_MARGIN_SECONDS = 60;

    /** What is not forwarded, whether there is such a route or not. */
    private static final List<String> OWN_ROUTES =
            List.of("/v1/cache/*", "/v1/savings", "/v1/admin/*", "/v1/audits*", "/v1/requests*", "/v1/reports/*");

    private final ServerConfig config;
    private final Admission admission;
    private final WebPages pages;
    private final RequestBodies bodies;
    private final NativeRoutes nativeRoutes;
    private final ReportRoutes reports;
    private final InsightRoutes insight;
    private final Dashboard dashboard;
    private final DropInRoute chat;
    private final DropInRoute completions;
    private final DropInRoute responses;
    private final DropInRoute messages;
    private final EmbeddingsRoute embeddings;
    private final TransferRoutes transfers;
    private final EvidenceRoutes evidence;
    private final PassThroughRoute passThrough;
    private final WebSocketRoute webSockets;
    private final AtomicBoolean ready = new AtomicBoolean();
    private final AtomicInteger port = new AtomicInteger();
    private final Queue<HttpServer> servers = new ConcurrentLinkedQueue<>();

    private HttpFront(Vertx vertx, HttpParts parts) {
        config = parts.config();
        admission = new Admission(vertx, config);
        pages = new WebPages(vertx, config);
        var callers = new Callers(config.principals(), parts.adminToken(), parts.principalKey());
        var books = new Books(parts.ledger(), parts.prices(), parts.telemetry(), parts.clock());
        var estimates = new UsageEstimates(parts.tokens());
        bodies = new RequestBodies(vertx, callers, config.limits());
        passThrough = new PassThroughRoute(
                vertx, callers, parts.upstream(), parts.upstreams(), openNames(config), books, bodies);
        webSockets = new WebSocketRoute(
                pages, callers, parts.upstream(), passThrough, parts.upstreams().openAi());
        var keeper = new Keeper(parts.cache(), estimates, books);
        var streamUsage = new StreamUsage(neverAskedForUsage(parts), parts.clock());
        var flights = new Flights<DropInRoute.FlightKey, Landing>();
        int tokensPerSecond = config.streams().replayTokensPerSecond();
        PacedReply pace = tokensPerSecond == 0 ? null : new PacedReply(vertx, tokensPerSecond);
        var waiting = new AtomicInteger();
        parts.telemetry()
                .gauge(
                        "reprise.calls.waiting",
                        "Calls that wait for the answer to an equal call",
                        waiting,
                        AtomicInteger::get);
        var served = new ServedHits(config.dashboard().recentHits(), parts.clock());
        HttpParts.Bounded bounded = parts.bounded();
        Audits judged = bounded == null ? null : bounded.audits();
        var audits = new HitAudits(judged, served, parts.cache(), books, callersAreTrusted(config));
        Function<DropIn, DropInRoute> route = dropIn -> {
            var replies = new DropInReplies(dropIn, parts.cache(), books, pace);
            var fresh = new FreshAnswers(
                    parts.upstream(), dropIn.format(), config.limits().responseBytes());
            var forward = new DropInForward(
                    vertx,
                    parts.upstream(),
                    dropIn,
                    streamUsage,
                    parts.cache(),
                    replies,
                    books,
                    estimates,
                    keeper,
                    audits,
                    parts.accounting(),
                    new DropInForward.Limits(
                            config.limits().responseBytes(),
                            config.streams().finishAbandoned(),
                            config.cache().staleIfError()));
            return new DropInRoute(
                    dropIn,
                    callers,
                    parts.upstreams(),
                    parts.cache(),
                    flights,
                    passThrough,
                    forward,
                    replies,
                    new Following(
                            dropIn.errors(), replies, books, config.upstream().idleTimeout(), waiting),
                    audits,
                    fresh,
                    parts.clock(),
                    bodies);
        };
        CachingRules rules = rules(config);
        Provider openAi = parts.upstreams().openAi();
        chat = route.apply(new DropIn(new OpenAiChat(rules), openAi, WireErrors.OPENAI));
        completions = route.apply(new DropIn(new OpenAiCompletions(rules), openAi, WireErrors.OPENAI));
        responses = route.apply(new DropIn(new OpenAiResponses(rules), openAi, WireErrors.OPENAI));
        messages = route.apply(
                new DropIn(new AnthropicMessages(rules), parts.upstreams().anthropic(), WireErrors.ANTHROPIC));
        embeddings = embeddings(parts, callers, books, keeper);
        nativeRoutes = new NativeRoutes(
                callers,
                parts.upstreams(),
                parts.cache(),
                books,
                estimates,
                rules,
                new NativeAudits(served, config.audits().firstRate(), new SecureRandom()),
                bodies,
                parts.clock());
        var seal = new Seal(parts.principalKey());
        transfers = new TransferRoutes(
                vertx,
                callers,
                new Exports(parts.cache(), seal, rules, parts.clock()),
                new Imports(
                        parts.cache(),
                        seal,
                        rules,
                        parts.upstreams()::nameInScope,
                        estimates::completed,
                        config.limits().nativeBodyBytes()),
                config.http().transferIdle());
        evidence = new EvidenceRoutes(callers, parts.cache(), bounded, served, books, rules, bodies);
        var course = new Course(new CourseSource(parts), parts.clock());
        vertx.setPeriodic(1, Course.STEP.toMillis(), due -> sample(vertx, course));
        insight = new InsightRoutes(callers, parts, course, served);
        dashboard = new Dashboard(
                parts.adminToken().value(),
                callers::administers,
                request -> pages.sender(request) == WebPages.Sender.OURS,
                parts.clock());
        reports = new ReportRoutes(
                callers,
                parts.cache(),
                parts.ledger(),
                parts.telemetry(),
                bounded,
                config.metrics().open() || !config.listensBeyondLoopback(),
                ready::get,
                Instant.now(parts.clock()));
    }

    private static void sample(Vertx vertx, Course course) {
        vertx.executeBlocking(
                        () -> {
                            course.sample();
                            return null;
                        },
                        false)
                .onFailure(failure -> log.warn("the course of the last minute is not known: {}", failure.toString()));
    }

    private EmbeddingsRoute embeddings(HttpParts parts, Callers callers, Books books, Keeper keeper) {
        int answerLimit = config.limits().embeddingsBytes();
        return new EmbeddingsRoute(
                parts.upstreams(),
                callers,
                parts.cache(),
                passThrough,
                new EmbeddingsForward(
                        parts.upstream(),
                        parts.cache(),
                        books,
                        keeper,
                        parts.tokens(),
                        parts.accounting(),
                        answerLimit),
                books,
                parts.clock(),
                bodies,
                answerLimit);
    }

    private static Set<String> neverAskedForUsage(HttpParts parts) {
        UpstreamConfig upstream = parts.config().upstream();
        Stream<String> others = upstream.others().stream()
                .filter(other -> other.includeUsage() == IncludeUsage.NEVER)
                .map(UpstreamConfig.Other::name);
        Stream<String> openAi = upstream.openai().includeUsage() == IncludeUsage.NEVER
                ? Stream.of(parts.upstreams().openAi().name())
                : Stream.empty();
        return Stream.concat(openAi, others).collect(Collectors.toUnmodifiableSet());
    }

    /** The upstreams whose operator wants every route forwarded with its key, or has said which. */
    private static Set<String> openNames(ServerConfig config) {
        Set<String> names = new HashSet<>();
        if (config.upstream().openai().anyRoute()) {
            names.add("openai");
        }
        if (config.upstream().anthropic().anyRoute()) {
            names.add("anthropic");
        }
        config.upstream().others().stream()
                .filter(other -> !other.paths().isEmpty())
                .forEach(other -> names.add(other.name()));
        return names;
    }

    /** Whether callers may tell how often the judge errs: anybody may make up a credential. */
    private static boolean callersAreTrusted(ServerConfig config) {
        return !config.listensBeyondLoopback() || config.principals().mode() != ServerConfig.PrincipalMode.CREDENTIAL;
    }

    /** What the configuration says about caching on all wires. */
    public static CachingRules rules(ServerConfig config) {
        ServerConfig.Cache cache = config.cache();
        return new CachingRules(
                config.modelNames(), cache.maxTemperature(), cache.sideEffectTools(), cache.storeTruncated());
    }

    /** Starts listening; fails when the port is taken. */
    public static Future<HttpFront> open(Vertx vertx, HttpParts parts) {
        var front = new HttpFront(vertx, parts);
        var options = new DeploymentOptions()
                .setThreadingModel(ThreadingModel.VIRTUAL_THREAD)
                .setInstances(parts.config().http().instances());
        return vertx.deployVerticle(() -> front.new Instance(), options).map(id -> {
            front.ready.set(true);
            return front;
        });
    }

    /** The path, with its query, under which a browser logs in once within five minutes. */
    public String loginPath() {
        return dashboard.newLoginPath();
    }

    /** Takes no new request, and ends when those under way are answered, or late when they take too long. */
    public Future<Void> drain() {
        ready.set(false);
        long millis = config.http().drain().toMillis();
        return Future.join(servers.stream()
                        .map(server -> server.shutdown(millis, TimeUnit.MILLISECONDS))
                        .toList())
                .mapEmpty();
    }

    /** The port that is listened on. */
    public int port() {
        return port.get();
    }

    private Router router(Vertx vertx) {
        Router router = Router.router(vertx);
        router.route().handler(ClientPaths::rewrite);
        router.route().handler(dashboard::readSession);
        router.route().handler(bodies::handle);
        router.route().handler(pages::handle);
        // Routes are tried one after the other: the busiest come first.
        router.post("/v1/chat/completions").handler(chat::handle);
        router.post("/v1/messages").handler(messages::handle);
        router.post("/v1/responses").handler(responses::handle);
        router.post("/v1/completions").handler(completions::handle);
        router.post("/v1/embeddings").handler(embeddings::handle);
        OWN_ROUTES.forEach(route -> router.route(route).handler(HttpFront::decodableQuery));
        nativeRoutes.mount(router);
        transfers.mount(router);
        evidence.mount(router);
        reports.mount(router);
        insight.mount(router);
        dashboard.mount(router);
        OWN_ROUTES.forEach(route -> router.route(route).handler(HttpFront::notFound));
        router.get("/v1/realtime").handler(webSockets::handle);
        router.get("/v1/responses").handler(webSockets::handle);
        router.route("/v1/*").handler(passThrough::handle);
        azure(router);
        router.route().handler(HttpFront::notFound);
        router.route().failureHandler(context -> fail(vertx, context));
        return router;
    }

    /** Azure's paths name a deployment, and go upstream as they come. */
    private void azure(Router router) {
        router.post("/openai/deployments/:deployment/chat/completions").handler(chat::handle);
        router.post("/openai/deployments/:deployment/completions").handler(completions::handle);
        router.post("/openai/deployments/:deployment/embeddings").handler(embeddings::handle);
        router.post("/openai/responses").handler(responses::handle);
        router.get("/openai/realtime").handler(webSockets::handle);
        router.route("/openai/*").handler(passThrough::handle);
    }

    /** The router itself fails, and logs an error, where a path's percent-encoding is none (RFC 3986, section 2.1). */
    private Handler<HttpServerRequest> decodable(Router router) {
        return request -> {
            if (!admission.admits(request)) {
                return;
            }
            String path = request.path();
            if (path != null && MALFORMED_ESCAPE.matcher(path).find()) {
                Problem.ofStatus(400).write(request.response());
            } else {
                router.handle(request);
            }
        };
    }

    /** A query of our own is read; one of a provider's is its own. */
    private static void decodableQuery(RoutingContext context) {
        String query = context.request().query();
        if (query != null && MALFORMED_ESCAPE.matcher(query).find()) {
            throw Problem.ofStatus(400);
        }
        context.next();
    }

    private static void notFound(RoutingContext context) {
        throw Problem.notFound(context.request().method() + " " + context.normalizedPath() + " is no route of ours.");
    }

    private static void fail(Vertx vertx, RoutingContext context) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            log.warn("{} {} failed after its answer had begun", request.method(), request.path(), context.failure());
            response.reset();
            return;
        }
        Admission.refuse(vertx, request, problem(request, context));
    }

    private static Problem problem(HttpServerRequest request, RoutingContext context) {
        return switch (context.failure()) {
            case Problem problem -> problem;
            case OverloadedException overloaded -> Problem.overloaded();
            // The index logs it, once while it lasts.
            case WriteRefusedException refused -> Problem.notWritten();
            case HttpException refused
            when refused.getPayload() != null ->
                new Problem(refused.getStatusCode(), "Refused", refused.getPayload(), List.of());
            case null -> Problem.ofStatus(context.statusCode());
            case Throwable failure -> {
                log.error("{} {} failed", request.method(), request.path(), failure);
                yield Problem.failed();
            }
        };
    }

    /** One of the instances; each has an event loop and a line of virtual threads of its own. */
    private final class Instance extends VerticleBase {
        @Override
        public Future<?> start() {
            var options = new HttpServerOptions()
                    .setHost(config.host())
                    .setPort(config.port() == 0 ? ANY_PORT : config.port())
                    .setHandle100ContinueAutomatically(true)
                    .setIdleTimeout((int) config.upstream().idleTimeout().toSeconds() + IDLE_MARGIN_SECONDS)
                    .setMaxHeaderSize(config.limits().headerBytes())
                    .setMaxInitialLineLength(config.limits().headerBytes());
            return vertx.createHttpServer(options)
                    .requestHandler(decodable(router(vertx)))
                    // A client that breaks off is nobody's error; Vert.x would log it as one.
                    .connectionHandler(connection -> connection.exceptionHandler(
                            broken -> log.debug("a connection of {} broke", connection.remoteAddress(), broken)))
                    .listen()
                    .onSuccess(server -> {
                        servers.add(server);
                        port.set(server.actualPort());
                    });
        }
    }
}
