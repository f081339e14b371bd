package io.reprise.server.gateway;

import io.reprise.server.config.ServerConfig;
import io.reprise.server.config.ServerConfig.IncludeUsage;
import io.reprise.server.config.UpstreamConfig;
import io.reprise.server.rules.Rules;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The ways that calls go, and what they share. Thread-safe. */
public final class Gateways {
    private final GatewayParts parts;
    private final Tabs tabs;
    private final UsageEstimates estimates;
    private final UpstreamDoor door;
    private final Keeper keeper;
    private final HitAudits audits;
    private final HitOpinions opinions;
    private final Accounting accounting;
    private final StreamUsage streamUsage;
    private final Flights<Gateway.FlightKey, Landing> flights = new Flights<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final @Nullable PacedReply pace;
    private final PassThrough passThrough;
    private final RuleDesk rules;

    public Gateways(Vertx vertx, GatewayParts parts) {
        this.parts = parts;
        ServerConfig config = parts.config();
        tabs = new Tabs(
                parts.ledger(),
                parts.prices(),
                parts.telemetry(),
                parts.gate(),
                parts.sinks(),
                parts.keepsTexts(),
                parts.clock());
        estimates = new UsageEstimates(parts.tokens());
        door = new UpstreamDoor(
                vertx,
                parts.upstream(),
                parts.telemetry().upstreams(),
                config.streams().finishAbandoned());
        keeper = new Keeper(parts.cache(), estimates, parts.telemetry());
        audits = new HitAudits(parts.audits(), parts.served(), parts.cache(), tabs, callersAreTrusted(config));
        opinions = new HitOpinions(parts.opinions(), tabs, parts.telemetry());
        accounting = new Accounting(estimates, parts.accounting());
        streamUsage = new StreamUsage(neverAskedForUsage(parts), parts.clock());
        int tokensPerSecond = config.streams().replayTokensPerSecond();
        pace = tokensPerSecond == 0 ? null : new PacedReply(vertx, tokensPerSecond);
        passThrough = new PassThrough(vertx, door);
        rules = new RuleDesk(new Rules(config.rules(), parts.clock()), estimates);
        parts.telemetry()
                .gauge(
                        "reprise.calls.waiting",
                        "Calls that wait for the answer to an equal call",
                        waiting,
                        AtomicInteger::get);
    }

    public Tabs tabs() {
        return tabs;
    }

    public UsageEstimates estimates() {
        return estimates;
    }

    /** The way of calls of a wire that are looked up. */
    public Gateway of(DropIn dropIn) {
        ServerConfig config = parts.config();
        int answerLimit = config.limits().responseBytes();
        var replies = new DropInReplies(dropIn, parts.cache(), config.cache().staleIfError(), pace);
        var forward = new DropInForward(door, dropIn, streamUsage, replies, keeper, audits, accounting, answerLimit);
        return new Gateway(
                parts.cache(),
                flights,
                forward,
                replies,
                new Following(dropIn.errors(), replies, config.upstream().idleTimeout(), waiting),
                audits,
                opinions,
                new FreshAnswers(door, dropIn.format(), answerLimit),
                parts.doctor(),
                rules);
    }

    /** The way of calls for embeddings. */
    public EmbeddingsGateway embeddings() {
        int answerLimit = parts.config().limits().embeddingsBytes();
        var forward =
                new EmbeddingsForward(door, parts.cache(), keeper, parts.tokens(), parts.accounting(), answerLimit);
        return new EmbeddingsGateway(forward, answerLimit);
    }

    /** The way of calls that are not looked up. */
    public PassThrough passThrough() {
        return passThrough;
    }

    public WebSockets webSockets() {
        return new WebSockets(door);
    }

    private static Set<String> neverAskedForUsage(GatewayParts parts) {
        UpstreamConfig upstream = parts.config().upstream();
        Stream<String> others = upstream.others().stream()
                .filter(other -> other.includeUsage() == IncludeUsage.NEVER)
                .map(UpstreamConfig.Other::name);
        Stream<String> openAi = upstream.openai().includeUsage() == IncludeUsage.NEVER
                ? Stream.of(parts.upstreams().openAi().name())
                : Stream.empty();
        return Stream.concat(openAi, others).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether callers may tell how often the judge errs: anybody may make up a credential. */
    private static boolean callersAreTrusted(ServerConfig config) {
        return !config.listensBeyondLoopback() || config.principals().mode() != ServerConfig.PrincipalMode.CREDENTIAL;
    }
}
