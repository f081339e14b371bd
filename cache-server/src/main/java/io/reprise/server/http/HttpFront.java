package io.reprise.server.http;

import io.reprise.index.WriteRefusedException;
import io.reprise.server.access.Callers;
import io.reprise.server.access.OurRoutes;
import io.reprise.server.audit.ServedHits;
import io.reprise.server.cache.OverloadedException;
import io.reprise.server.config.ScopeConfig;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.decision.guard.Reading;
import io.reprise.server.gateway.DropIn;
import io.reprise.server.gateway.Gateways;
import io.reprise.server.gateway.UsageEstimates;
import io.reprise.server.http.ui.Dashboard;
import io.reprise.server.protocol.AnthropicMessages;
import io.reprise.server.protocol.CachingRules;
import io.reprise.server.protocol.OpenAiChat;
import io.reprise.server.protocol.OpenAiCompletions;
import io.reprise.server.protocol.OpenAiResponses;
import io.reprise.server.protocol.ScopeMask;
import io.reprise.server.reply.Problem;
import io.reprise.server.reply.WireErrors;
import io.reprise.server.telemetry.Course;
import io.reprise.server.tls.ServerTls;
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
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
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

    private final ServerConfig config;
    private final Admission admission;
    private final WebPages pages;
    private final RequestBodies bodies;
    private final CallTabs tabs;
    private final NativeRoutes nativeRoutes;
    private final ReportRoutes reports;
    private final InsightRoutes insight;
    private final Dashboard dashboard;
    private final KeyRoutes keys;
    private final RequestRoutes requests;
    private final SpendRoutes spend;
    private final DropInRoute chat;
    private final DropInRoute completions;
    private final DropInRoute responses;
    private final DropInRoute messages;
    private final EmbeddingsRoute embeddings;
    private final TransferRoutes transfers;
    private final EvidenceRoutes evidence;
    private final DoctorRoute doctor;
    private final PassThroughRoute passThrough;
    private final WebSocketRoute webSockets;
    private final Vertx vertx;
    private final Readiness readiness;
    private final @Nullable ServerTls tls;
    private final AtomicInteger port = new AtomicInteger();
    private final Queue<HttpServer> servers = new ConcurrentLinkedQueue<>();

    private HttpFront(Vertx vertx, HttpParts parts) {
        this.vertx = vertx;
        config = parts.config();
        readiness = new Readiness(parts.clock());
        tls = parts.tls();
        admission = new Admission(vertx, config);
        pages = new WebPages(vertx, config);
        var callers = new Callers(config.principals(), parts.adminToken(), parts.principalKey(), parts.access());
        var served = new ServedHits(config.dashboard().recentHits(), parts.clock());
        var gateways = new Gateways(vertx, parts.gateway(served));
        tabs = new CallTabs(gateways.tabs(), callers);
        bodies = new RequestBodies(vertx, callers, config.limits());
        Provider openAi = parts.upstreams().openAi();
        passThrough = new PassThroughRoute(tabs, gateways.passThrough(), parts.upstreams(), openNames(config), bodies);
        webSockets = new WebSocketRoute(pages, tabs, gateways.webSockets(), passThrough, openAi);
        CachingRules rules = rules(config);
        chat = dropIn(parts, gateways, new DropIn(new OpenAiChat(rules), openAi, WireErrors.OPENAI));
        completions = dropIn(parts, gateways, new DropIn(new OpenAiCompletions(rules), openAi, WireErrors.OPENAI));
        responses = dropIn(parts, gateways, new DropIn(new OpenAiResponses(rules), openAi, WireErrors.OPENAI));
        Provider anthropic = parts.upstreams().anthropic();
        messages = dropIn(parts, gateways, new DropIn(new AnthropicMessages(rules), anthropic, WireErrors.ANTHROPIC));
        embeddings = new EmbeddingsRoute(
                parts.upstreams(), tabs, parts.tokens(), parts.cache(), passThrough, gateways.embeddings(), bodies);
        nativeRoutes = new NativeRoutes(
                callers,
                parts.upstreams(),
                parts.cache(),
                tabs,
                gateways.estimates(),
                rules,
                new NativeAudits(served, config.audits().firstRate(), new SecureRandom()),
                bodies,
                parts.clock());
        transfers = transfers(vertx, parts, callers, gateways.estimates());
        evidence = new EvidenceRoutes(callers, parts.cache(), parts.bounded(), served, gateways.tabs(), rules, bodies);
        var course = new Course(new CourseSource(parts), parts.clock());
        vertx.setPeriodic(1, Course.STEP.toMillis(), due -> sample(vertx, course));
        insight = new InsightRoutes(callers, parts, course, served);
        dashboard = new Dashboard(
                parts.adminToken().value(),
                callers::administers,
                OurRoutes::has,
                request -> pages.sender(request) == WebPages.Sender.OURS,
                parts.clock());
        keys = new KeyRoutes(callers, parts.access().desk(), bodies);
        requests = new RequestRoutes(callers, parts.requests());
        spend = new SpendRoutes(
                callers, parts.requests(), parts.prices(), config.requests().machineUsdPerHour(), parts.clock());
        doctor = new DoctorRoute(callers, parts.doctor());
        reports = new ReportRoutes(
                callers,
                parts.cache(),
                parts.ledger(),
                parts.telemetry(),
                parts.bounded(),
                config.metrics().open() || !config.listensBeyondLoopback(),
                readiness::ask,
                Instant.now(parts.clock()));
    }

    private DropInRoute dropIn(HttpParts parts, Gateways gateways, DropIn wire) {
        return new DropInRoute(wire, tabs, parts.upstreams(), parts.tokens(), passThrough, gateways.of(wire), bodies);
    }

    private static TransferRoutes transfers(Vertx vertx, HttpParts parts, Callers callers, UsageEstimates estimates) {
        ServerConfig config = parts.config();
        CachingRules rules = rules(config);
        var seal = new Seal(parts.principalKey());
        return new TransferRoutes(
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
    }

    private static void sample(Vertx vertx, Course course) {
        var unused = vertx.executeBlocking(
                        () -> {
                            course.sample();
                            return null;
                        },
                        false)
                .onFailure(failure -> log.warn("the course of the last minute is not known: {}", failure.toString()));
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

    /** What the configuration says about caching on all wires. */
    public static CachingRules rules(ServerConfig config) {
        ServerConfig.Cache cache = config.cache();
        return new CachingRules(
                config.modelNames(),
                cache.maxTemperature(),
                cache.sideEffectTools(),
                cache.storeTruncated(),
                mask(config.scope()));
    }

    private static ScopeMask mask(ScopeConfig scope) {
        return new ScopeMask(
                kinds(scope.masks()), scope.ignored(), text -> Reading.of(text).isNearInTime());
    }

    /** Kinds of spans, as the rules and the doctor know them. */
    public static List<ScopeMask.Kind> kinds(List<ScopeConfig.Mask> masks) {
        return masks.stream()
                .map(mask -> new ScopeMask.Kind(mask.name(), mask.pattern()))
                .toList();
    }

    /** Starts listening; fails when the port is taken. */
    public static Future<HttpFront> open(Vertx vertx, HttpParts parts) {
        var front = new HttpFront(vertx, parts);
        var options = new DeploymentOptions()
                .setThreadingModel(ThreadingModel.VIRTUAL_THREAD)
                .setInstances(parts.config().http().instances());
        return vertx.deployVerticle(() -> front.new Instance(), options).map(id -> {
            front.readiness.begin();
            if (front.tls != null) {
                front.tls.follow(vertx, front.servers);
            }
            return front;
        });
    }

    /** The path, with its query, under which a browser logs in once within five minutes. */
    public String loginPath() {
        return dashboard.newLoginPath();
    }

    /**
     * Says that it is not ready, and when who asks knows, takes no new request. Ends when those under way are answered, or late
     * when they take too long.
     */
    public Future<Void> drain() {
        long millis = config.http().drain().toMillis();
        return readiness
                .end(vertx, config.http().unready())
                .compose(told -> Future.join(servers.stream()
                        .map(server -> server.shutdown(millis, TimeUnit.MILLISECONDS))
                        .toList()))
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
        router.route().handler(tabs::handle);
        router.route().handler(pages::handle);
        // Routes are tried one after the other: the busiest come first.
        router.post("/v1/chat/completions").handler(chat::handle);
        router.post("/v1/messages").handler(messages::handle);
        router.post("/v1/responses").handler(responses::handle);
        router.post("/v1/completions").handler(completions::handle);
        router.post("/v1/embeddings").handler(embeddings::handle);
        OurRoutes.PATTERNS.forEach(route -> router.route(route).handler(HttpFront::decodableQuery));
        nativeRoutes.mount(router);
        transfers.mount(router);
        evidence.mount(router);
        reports.mount(router);
        keys.mount(router);
        requests.mount(router);
        spend.mount(router);
        insight.mount(router);
        doctor.mount(router);
        dashboard.mount(router);
        OurRoutes.PATTERNS.forEach(route -> router.route(route).handler(HttpFront::notFound));
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
            if (tls != null) {
                options.setSsl(true).setUseAlpn(true).setKeyCertOptions(tls.current());
            }
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
