package io.reprise.server.config;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything an operator can set, resolved and checked: what the server is wired from.
 *
 * <p>{@link ConfigLoader} checks text from outside and explains every mistake to the operator. The constructors here
 * only hold what would be a programmer's mistake, and throw {@link IllegalArgumentException}. Immutable; secrets do not
 * appear in any {@code toString()}. Paths are absolute.
 *
 * @param host the address or name to listen on
 * @param port the TCP port, 0 to 65535; 0 takes any free one
 * @param data the folder of everything the server keeps; may not exist yet
 * @param adminToken the administrator's token, or null: then one is made and kept in the data folder
 * @param tls what the server shows its clients, or null: then it speaks plain HTTP
 * @param modelNames names that models share by model, whose answers serve each other's calls
 * @param prices the operator's own prices by model name; they win over the built-in price book
 * @param pricesFile a price list with more of the operator's own, or null
 * @param scope what does not part calls
 * @param sight what the operator sees of calls
 * @param rules answers of the operator's own
 */
public record ServerConfig(
        String host,
        int port,
        Path data,
        LogLevel logLevel,
        @Nullable Secret adminToken,
        Principals principals,
        AccessConfig access,
        Model model,
        Embedding embedding,
        Index index,
        Decision decision,
        Audits audits,
        Cache cache,
        Conversations conversations,
        Limits limits,
        UpstreamConfig upstream,
        Ledger ledger,
        Http http,
        @Nullable Tls tls,
        Streams streams,
        Metrics metrics,
        Dashboard dashboard,
        RequestsConfig requests,
        AlertsConfig alerts,
        Map<String, String> modelNames,
        Map<String, ModelPrice> prices,
        @Nullable Path pricesFile,
        ScopeConfig scope,
        SightConfig sight,
        RulesConfig rules) {

    public ServerConfig {
        require(!host.isEmpty(), "host", host, "not empty");
        require(port >= 0 && port <= 65535, "port", port, "0 to 65535");
        data = data.toAbsolutePath().normalize();
        modelNames = Map.copyOf(modelNames);
        prices = Map.copyOf(prices);
    }

    /** The same with other decisions. */
    public ServerConfig withDecision(Decision other) {
        return new ServerConfig(
                host,
                port,
                data,
                logLevel,
                adminToken,
                principals,
                access,
                model,
                embedding,
                index,
                other,
                audits,
                cache,
                conversations,
                limits,
                upstream,
                ledger,
                http,
                tls,
                streams,
                metrics,
                dashboard,
                requests,
                alerts,
                modelNames,
                prices,
                pricesFile,
                scope,
                sight,
                rules);
    }

    /** What decides whether an earlier answer serves for another text. */
    public enum PolicyKind {
        /** The guards, and the model that reads both prompts. */
        VERIFIED,
        /** One cut-off on the cosine. */
        COSINE
    }

    /** Whether other machines can reach the server, which is also assumed of any host name but {@code localhost}. */
    public boolean listensBeyondLoopback() {
        return beyondLoopback(host);
    }

    /** As {@link #listensBeyondLoopback()}; asks no name service, whose answer could change after the check. */
    public static boolean beyondLoopback(String host) {
        if (host.toLowerCase(Locale.ROOT).equals("localhost")) {
            return false;
        }
        try {
            return !InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException aName) {
            return true;
        }
    }

    /** How much the server's own loggers say. */
    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /** What a caller's principal, the owner of its cache entries, is taken from. */
    public enum PrincipalMode {
        /** From the caller's credential: its configured name, or else a keyed hash of it. */
        CREDENTIAL,
        /** One principal for all callers. */
        SINGLE,
        /** The value of a header that a trusted proxy in front sets. */
        HEADER
    }

    /** Whether a streamed call asks OpenAI-compatible upstreams for {@code stream_options.include_usage}. */
    public enum IncludeUsage {
        /** Ask, and stop asking an upstream that rejects it. */
        AUTO,
        /** Never ask; tokens are estimated where upstream does not report them. */
        NEVER
    }

    /**
     * Who may share cache entries with whom.
     *
     * @param header the trusted header's name; present exactly when the mode is {@link PrincipalMode#HEADER}
     * @param nameByCredentialSha256 lower-case hex SHA-256 of a credential's UTF-8 bytes to the principal's name; several
     *     credentials may share a name. Empty unless the mode is {@link PrincipalMode#CREDENTIAL}
     */
    public record Principals(PrincipalMode mode, @Nullable String header, Map<String, String> nameByCredentialSha256) {
        public Principals {
            requireNonNull(mode, "mode");
            require((mode == PrincipalMode.HEADER) == (header != null), "header", header, "set with mode header only");
            nameByCredentialSha256 = Map.copyOf(nameByCredentialSha256);
        }

        /** Leaves the hashes out: a weak credential could be guessed from one. */
        @Override
        public String toString() {
            return "Principals[mode=" + mode + ", header=" + header + ", credentials=" + nameByCredentialSha256.size()
                    + "]";
        }
    }

    /**
     * The models, each a folder that holds a {@code manifest.yaml}.
     *
     * @param path the sentence model that prompts are embedded with
     * @param verifier the model that reads two prompts at once
     */
    public record Model(Path path, Path verifier) {
        public Model {
            path = path.toAbsolutePath().normalize();
            verifier = verifier.toAbsolutePath().normalize();
        }
    }

    /**
     * How much embedding may go on at once.
     *
     * @param threads embeddings computed at the same time, at least 1
     * @param queue embeddings that may wait for a thread, at least 0; past it a call goes upstream uncached
     * @param memoBytes memory for what was embedded of late, at least 0
     */
    public record Embedding(int threads, int queue, long memoBytes) {
        public Embedding {
            require(threads >= 1, "threads", threads, "at least 1");
            require(queue >= 0, "queue", queue, "at least 0");
            require(memoBytes >= 0, "memoBytes", memoBytes, "at least 0");
        }
    }

    /**
     * The durability of the index.
     *
     * @param fsync the longest time an acknowledged write may wait for the disk; zero: none is acknowledged before
     * @param commit how long writes stay in the journal alone, positive
     */
    public record Index(Duration fsync, Duration commit) {
        public Index {
            require(!fsync.isNegative(), "fsync", fsync, "not negative");
            require(commit.isPositive(), "commit", commit, "positive");
        }
    }

    /**
     * When a neighbour may answer.
     *
     * @param policy what decides
     * @param floor the cosine under which no candidate is considered, 0 to 1
     * @param cutoff the cosine from which a candidate may answer where cosines alone decide, {@code floor} to 1
     * @param maxWrongRate the largest share of wrong hits among served semantic hits, 0 to 1
     * @param candidates neighbours asked of the index per lookup, at least 1
     * @param secondOpinion who is asked about what the cut-off keeps back, or null for nobody
     */
    public record Decision(
            PolicyKind policy,
            double floor,
            double cutoff,
            double maxWrongRate,
            int candidates,
            @Nullable SecondOpinionConfig secondOpinion) {
        public Decision {
            require(floor >= 0 && floor <= 1, "floor", floor, "0 to 1");
            require(cutoff >= floor && cutoff <= 1, "cutoff", cutoff, "floor (" + floor + ") to 1");
            require(maxWrongRate >= 0 && maxWrongRate <= 1, "maxWrongRate", maxWrongRate, "0 to 1");
            require(candidates >= 1, "candidates", candidates, "at least 1");
        }

        /** The same with another cut-off. */
        public Decision withCutoff(double other) {
            return new Decision(policy, floor, other, maxWrongRate, candidates, secondOpinion);
        }

        /** The same with another ceiling on wrong hits. */
        public Decision withMaxWrongRate(double other) {
            return new Decision(policy, floor, cutoff, other, candidates, secondOpinion);
        }
    }

    /** What is served by meaning before audits have shown anything. */
    public enum ColdStart {
        /** What the verifier's calibration expects to be right often enough. */
        PRIOR,
        /** Nothing. */
        STRICT
    }

    /**
     * How it is found out whether hits are right.
     *
     * @param budget share of what hits by meaning have saved that audits may cost, 0 to 1
     * @param firstRate share of would-be hits audited at first, and of native hits whose callers are asked, 0 to 1
     * @param rate share that it comes down to, 0 to {@code firstRate}; 0 exactly when {@code firstRate} is
     * @param windowHits the bound is over the last half of this to this many served hits, at least 1,000
     * @param judge the model that compares answers, or null: nothing is audited
     */
    public record Audits(
            ColdStart coldStart,
            double budget,
            double firstRate,
            double rate,
            int windowHits,
            @Nullable JudgeModel judge) {
        public Audits {
            require(budget >= 0 && budget <= 1, "budget", budget, "0 to 1");
            require(firstRate >= 0 && firstRate <= 1, "firstRate", firstRate, "0 to 1");
            require(rate >= 0 && rate <= firstRate, "rate", rate, "0 to firstRate (" + firstRate + ")");
            require(rate > 0 || firstRate == 0, "rate", rate, "more than 0 unless firstRate is 0");
            require(windowHits >= 1000, "windowHits", windowHits, "at least 1,000");
        }

        /** The model that judges audits, or null where there are none. */
        public @Nullable JudgeModel auditor() {
            return firstRate == 0 || budget == 0 ? null : judge;
        }
    }

    /**
     * A model that compares answers.
     *
     * @param model as its upstream knows it
     * @param apiKey sent with its calls, or null: that of the upstream, if it has one
     * @param timeout how long it may take
     */
    public record JudgeModel(String model, @Nullable Secret apiKey, Duration timeout) {
        public JudgeModel {
            require(!model.isBlank(), "model", model, "not blank");
            require(timeout.isPositive(), "timeout", timeout, "positive");
        }
    }

    /**
     * What is cached, how long entries live, and the memory of the exact tier.
     *
     * @param ttl how long an entry lives when the call does not say
     * @param maxTtl the longest life a call may ask for, at least {@code ttl}
     * @param exactMemoryBytes memory of the exact tier; 0 turns the tier off, and the index answers by key
     * @param bounds how much is kept
     * @param staleIfError how long after its end an entry may still answer when upstream fails; zero for never
     * @param maxTemperature the highest temperature at which answers are cached, or null for any
     * @param sideEffectTools calls that offer a tool of such a name are not cached; {@code *} stands for any characters
     * @param storeTruncated whether answers that ended by their limit of tokens are stored
     * @param semanticToolCalls whether an answer that calls tools may answer the same question in other words
     */
    public record Cache(
            Duration ttl,
            Duration maxTtl,
            long exactMemoryBytes,
            Bounds bounds,
            Duration staleIfError,
            @Nullable BigDecimal maxTemperature,
            List<String> sideEffectTools,
            boolean storeTruncated,
            boolean semanticToolCalls) {
        public Cache {
            require(ttl.isPositive(), "ttl", ttl, "positive");
            require(maxTtl.compareTo(ttl) >= 0, "maxTtl", maxTtl, "at least ttl (" + ttl + ")");
            require(exactMemoryBytes >= 0, "exactMemoryBytes", exactMemoryBytes, "at least 0");
            require(!staleIfError.isNegative(), "staleIfError", staleIfError, "not negative");
            require(
                    maxTemperature == null || maxTemperature.signum() >= 0,
                    "maxTemperature",
                    maxTemperature,
                    "at least 0");
            sideEffectTools = List.copyOf(sideEffectTools);
        }
    }

    /**
     * How much is kept; 0 sets no bound.
     *
     * @param maxEntries entries of everybody
     * @param maxBytes bytes that they take in the index
     * @param namespaceMaxEntries entries in each namespace of each principal
     */
    public record Bounds(long maxEntries, long maxBytes, long namespaceMaxEntries) {
        public Bounds {
            require(maxEntries >= 0, "maxEntries", maxEntries, "at least 0");
            require(maxBytes >= 0, "maxBytes", maxBytes, "at least 0");
            require(namespaceMaxEntries >= 0, "namespaceMaxEntries", namespaceMaxEntries, "at least 0");
        }
    }

    /**
     * How conversations that were answered from the cache go on to be.
     *
     * @param max conversations remembered, at least 0
     * @param maxChain semantic hits that one may be built on, at least 0
     * @param minConfidence what the product of their confidences must reach, 0 to 1
     */
    public record Conversations(int max, int maxChain, double minConfidence) {
        public Conversations {
            require(max >= 0, "max", max, "at least 0");
            require(maxChain >= 0, "maxChain", maxChain, "at least 0");
            require(minConfidence >= 0 && minConfidence <= 1, "minConfidence", minConfidence, "0 to 1");
        }
    }

    /**
     * Sizes in bytes, each at least 1 and below 2 GiB.
     *
     * @param cacheableBodyBytes the largest drop-in request that is looked up; a larger one streams through
     * @param nativeBodyBytes the largest request of a native route; a larger one is answered 413
     * @param headerBytes the largest request head
     * @param responseBytes the largest upstream answer that is stored; a larger one passes through
     * @param embeddingsBytes the same of answers to calls for embeddings, and the largest that is put together for one
     * @param bodies what bodies of requests may take in all
     * @param connections what clients' connections may take
     */
    public record Limits(
            int cacheableBodyBytes,
            int nativeBodyBytes,
            int headerBytes,
            int responseBytes,
            int embeddingsBytes,
            Bodies bodies,
            Connections connections) {
        public Limits {
            require(cacheableBodyBytes >= 1, "cacheableBodyBytes", cacheableBodyBytes, "at least 1");
            require(nativeBodyBytes >= 1, "nativeBodyBytes", nativeBodyBytes, "at least 1");
            require(headerBytes >= 1, "headerBytes", headerBytes, "at least 1");
            require(responseBytes >= 1, "responseBytes", responseBytes, "at least 1");
            require(embeddingsBytes >= 1, "embeddingsBytes", embeddingsBytes, "at least 1");
        }
    }

    /**
     * What the bodies of requests that are held in memory may take.
     *
     * @param memoryBytes of all callers together, at least 1
     * @param callerMemoryBytes of one caller, at least 1
     * @param timeout how long one may take to come, positive
     */
    public record Bodies(long memoryBytes, long callerMemoryBytes, Duration timeout) {
        public Bodies {
            require(memoryBytes >= 1, "memoryBytes", memoryBytes, "at least 1");
            require(callerMemoryBytes >= 1, "callerMemoryBytes", callerMemoryBytes, "at least 1");
            require(timeout.isPositive(), "timeout", timeout, "positive");
        }
    }

    /**
     * What clients' connections may take.
     *
     * @param max open at the same time, at least 1
     * @param headTimeout how long the head of a request may take to come, positive
     */
    public record Connections(int max, Duration headTimeout) {
        public Connections {
            require(max >= 1, "max", max, "at least 1");
            require(headTimeout.isPositive(), "headTimeout", headTimeout, "positive");
        }
    }

    /**
     * How outcomes are written down.
     *
     * @param flush the longest time an outcome waits in memory before it is written
     */
    public record Ledger(Duration flush) {
        public Ledger {
            require(flush.isPositive(), "flush", flush, "positive");
        }
    }

    /**
     * How HTTP is served.
     *
     * @param instances HTTP verticle instances, at least 1
     * @param drain how long a stopping server waits for the answers it is giving
     * @param unready how long it takes requests before that at most, until those who ask whether it is ready know
     * @param allowedOrigins web pages' origins, as browsers write them, that may send requests and read the answers
     * @param allowedHosts names in lower case that requests may call the server by, besides those of loopback; where it
     * is empty and
     *     the server listens beyond loopback, any
     * @param transferIdle how long an import may take for some kilobytes, or an export for a page
     */
    public record Http(
            int instances,
            Duration drain,
            Duration unready,
            List<String> allowedOrigins,
            List<String> allowedHosts,
            Duration transferIdle) {
        public Http {
            allowedOrigins = List.copyOf(allowedOrigins);
            allowedHosts = List.copyOf(allowedHosts);
            require(transferIdle.isPositive(), "transferIdle", transferIdle, "positive");
            require(instances >= 1, "instances", instances, "at least 1");
            require(!drain.isNegative(), "drain", drain, "not negative");
            require(!unready.isNegative(), "unready", unready, "not negative");
        }
    }

    /**
     * What the server shows its clients over TLS.
     *
     * @param cert a PEM file of its certificate and those between it and the authority
     * @param key a PEM file of the certificate's private key
     */
    public record Tls(Path cert, Path key) {
        public Tls {
            cert = cert.toAbsolutePath().normalize();
            key = key.toAbsolutePath().normalize();
        }
    }

    /**
     * How streams are passed on and replayed.
     *
     * @param finishAbandoned how long an answer is still read that nobody waits for any more
     * @param replayTokensPerSecond how fast a cached answer is streamed; 0 is at once
     */
    public record Streams(Duration finishAbandoned, int replayTokensPerSecond) {
        public Streams {
            require(!finishAbandoned.isNegative(), "finishAbandoned", finishAbandoned, "not negative");
            require(replayTokensPerSecond >= 0, "replayTokensPerSecond", replayTokensPerSecond, "at least 0");
        }
    }

    /**
     * Who may read the metrics.
     *
     * @param open whether {@code /metrics} needs no administrator where the server listens beyond loopback
     */
    public record Metrics(boolean open) {}

    /**
     * What the dashboard shows.
     *
     * @param recentHits how many of the last hits by meaning are kept in memory with both texts; 0 for none
     */
    public record Dashboard(int recentHits) {}

    /**
     * A model's price in US dollars per million tokens, exact: at most six decimals, so that one token costs a whole
     * number of pico-dollars. Null is unknown, never free.
     *
     * @param cachedInput input tokens that upstream read from its own prompt cache
     * @param cacheWrite input tokens that upstream wrote to its own prompt cache
     */
    public record ModelPrice(
            BigDecimal input,
            @Nullable BigDecimal cachedInput,
            @Nullable BigDecimal cacheWrite,
            @Nullable BigDecimal output) {
        public ModelPrice {
            requirePrice("input", input);
            requirePrice("cachedInput", cachedInput);
            requirePrice("cacheWrite", cacheWrite);
            requirePrice("output", output);
        }

        private static void requirePrice(String name, @Nullable BigDecimal usd) {
            require(
                    usd == null
                            || (usd.signum() >= 0 && usd.stripTrailingZeros().scale() <= 6),
                    name,
                    usd,
                    "not negative, at most 6 decimals");
        }
    }

    static void require(boolean holds, String name, @Nullable Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed: " + allowed);
        }
    }
}
