package io.reprise.server.config;

import static io.reprise.server.config.Key.computed;
import static io.reprise.server.config.Key.fileOf;
import static io.reprise.server.config.Key.key;
import static io.reprise.server.config.Key.optional;
import static io.reprise.server.config.ValueTypes.arrayBytes;
import static io.reprise.server.config.ValueTypes.bytes;
import static io.reprise.server.config.ValueTypes.count;
import static io.reprise.server.config.ValueTypes.fraction;
import static io.reprise.server.config.ValueTypes.headerName;
import static io.reprise.server.config.ValueTypes.host;
import static io.reprise.server.config.ValueTypes.hostNames;
import static io.reprise.server.config.ValueTypes.integer;
import static io.reprise.server.config.ValueTypes.millis;
import static io.reprise.server.config.ValueTypes.modelName;
import static io.reprise.server.config.ValueTypes.oneOf;
import static io.reprise.server.config.ValueTypes.origins;
import static io.reprise.server.config.ValueTypes.path;
import static io.reprise.server.config.ValueTypes.principalName;
import static io.reprise.server.config.ValueTypes.seconds;
import static io.reprise.server.config.ValueTypes.secret;
import static io.reprise.server.config.ValueTypes.temperature;
import static io.reprise.server.config.ValueTypes.toolPatterns;
import static io.reprise.server.config.ValueTypes.usdPerMillionTokens;
import static io.reprise.server.config.ValueTypes.yesOrNo;

import io.reprise.server.config.ServerConfig.ColdStart;
import io.reprise.server.config.ServerConfig.LogLevel;
import io.reprise.server.config.ServerConfig.PolicyKind;
import io.reprise.server.config.ServerConfig.PrincipalMode;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The table of settings, in the order of the reference page. A new setting is a row here or in the table of its part, {@link AccessKeys},
 * {@link UpstreamKeys}, {@link ScopeKeys}, {@link RequestKeys}, {@link SightKeys} or {@link SecondOpinionKeys}, and a line in {@link Binding}.
 */
final class Keys {
    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;
    private static final int GIB = 1 << 30;
    private static final long DAY_MILLIS = 86_400_000;
    private static final long CENTURY_SECONDS = 100L * 365 * 86_400;
    private static final String CORES = "the number of processors";
    private static final String BUNDLED_MODEL = "all-minilm-l6-v2-q";
    private static final String BUNDLED_VERIFIER = "reprise-verifier-v2";

    static final Key<String> HOST =
            key("host", host(), "127.0.0.1", "The address to listen on.").flag("--host", "HOST");
    static final Key<Integer> PORT = key(
                    "port", integer(0, 65_535), "8080", "The port to listen on; 0 takes any free one.")
            .flag("--port", "PORT");
    static final Key<Path> DATA = key("data", path(), "./data", "The folder of everything the server keeps.")
            .flag("--data", "DIR");
    static final Key<LogLevel> LOG_LEVEL = key(
                    "log_level", oneOf(LogLevel.class), "info", "How much the server logs, on standard error.")
            .flag("--log-level", "LEVEL");
    static final Key<Secret> ADMIN_TOKEN = optional(
            "admin_token",
            secret(),
            "made at the first start, in the file `admin.token` of the data folder",
            "The token, sent as `x-reprise-admin`, that makes a caller an administrator.");
    static final Key<Secret> ADMIN_TOKEN_FILE = fileOf(ADMIN_TOKEN);
    static final Key<Path> PRICES_FILE = optional(
            "prices_file",
            path(),
            "none",
            "A YAML file of own prices and negotiated multipliers, for what `prices.<model>` cannot say: tiers, service"
                    + " tiers, hours, dates, machines of your own. docs/prices.md describes it.");

    static final Key<PrincipalMode> PRINCIPALS_MODE = key(
            "principals.mode",
            oneOf(PrincipalMode.class),
            "credential",
            "Who shares cached answers: callers with the same credential, all callers, or callers for whom a trusted"
                    + " proxy sets the same header.");
    static final Key<String> PRINCIPALS_HEADER = optional(
            "principals.header",
            headerName(),
            "none",
            "The header that names the caller; required with mode `header`, and only then allowed. Whoever reaches the"
                    + " server can set it, so let only the proxy reach it.");
    static final Key<String> PRINCIPALS_CREDENTIALS = optional(
                    "principals.credentials.<sha256>",
                    principalName(),
                    "none: each credential is a principal of its own",
                    "The principal of the credential with this SHA-256 (`printf %s \"$KEY\" | sha256sum`). Credentials"
                            + " with the same principal share. Only with mode `credential`.")
            .named(NameType.credential());

    static final Key<Path> MODEL_PATH = computed(
                    "model.path",
                    path(),
                    "the bundled " + BUNDLED_MODEL,
                    surroundings ->
                            surroundings.modelsFolder().resolve(BUNDLED_MODEL).toString(),
                    "The folder of the sentence model, which holds a `manifest.yaml`.")
            .flag("--model", "DIR");
    static final Key<Path> MODEL_VERIFIER = computed(
            "model.verifier",
            path(),
            "the bundled " + BUNDLED_VERIFIER,
            surroundings ->
                    surroundings.modelsFolder().resolve(BUNDLED_VERIFIER).toString(),
            "The folder of the model that reads two prompts at once, for the policy `verified`: a `manifest.yaml` and a"
                    + " `calibration.json`.");
    static final Key<Integer> EMBEDDING_THREADS = computed(
            "embedding.threads",
            integer(1, 1024),
            CORES,
            surroundings -> Integer.toString(surroundings.processors()),
            "Prompts embedded at the same time.");
    static final Key<Integer> EMBEDDING_QUEUE = key(
            "embedding.queue",
            integer(0, 100_000),
            "64",
            "Prompts that may wait for embedding; past it a call goes upstream uncached.");
    static final Key<Long> EMBEDDING_MEMO = key(
            "embedding.memo_bytes",
            bytes(0, 1024L * GIB),
            "16MiB",
            "Memory for what was embedded of late, so that a text that a principal sends again is not embedded again;"
                    + " 1.9 KB for each. 0 remembers none.");

    static final Key<PolicyKind> DECISION_POLICY = key(
            "decision.policy",
            oneOf(PolicyKind.class, Map.of("light", "it is no more: take verified, or cosine")),
            "verified",
            "How it is decided whether an earlier answer serves for another text: `verified` asks guards and has a"
                    + " model read both, `cosine` takes the nearest from `decision.cutoff` on.");
    static final Key<Double> DECISION_FLOOR = key(
            "decision.floor",
            fraction(),
            "0.30",
            "The cosine under which no entry is considered; at most `decision.cutoff`.");
    static final Key<Double> DECISION_CUTOFF = key(
            "decision.cutoff",
            fraction(),
            "0.95",
            "With the policy `cosine`: the cosine from which an entry may answer.");
    static final Key<Double> DECISION_MAX_WRONG_RATE = key(
            "decision.max_wrong_rate",
            fraction(),
            "0.03",
            "The largest share of wrong hits among the semantic hits served. A call may only tighten it.");
    static final Key<Integer> DECISION_CANDIDATES =
            key("decision.candidates", integer(1, 1024), "16", "Neighbours looked at per lookup.");

    static final Key<ColdStart> AUDITS_COLD_START = key(
            "audits.cold_start",
            oneOf(ColdStart.class),
            "prior",
            "What is served by meaning before audits have shown anything: `prior`, what the verifier's calibration expects to be right often"
                    + " enough; `strict`, nothing.");
    static final Key<Double> AUDITS_BUDGET = key(
            "audits.budget",
            fraction(),
            "0.03",
            "What audits may cost: this share of what hits by meaning have saved since the server started. They need"
                    + " `audits.judge.model`, and an upstream with a key of the operator's; without them no call is"
                    + " made that no caller has made. 0: no audits.");
    static final Key<Double> AUDITS_FIRST_RATE = key(
            "audits.first_rate",
            fraction(),
            "0.02",
            "The share of hits by meaning that are also answered upstream at first, while the budget pays for it, to"
                    + " find out whether they are right; and of hits of the lookup API whose callers are asked for a"
                    + " fresh answer.");
    static final Key<Double> AUDITS_RATE = key(
            "audits.rate",
            fraction(),
            "0.02",
            "The share that it comes down to, at most `audits.first_rate`, as fast as what is shown stays shown. With"
                    + " 0 for both nothing is audited.");
    static final Key<Integer> AUDITS_WINDOW = key(
            "audits.window_hits",
            integer(1000, 100_000_000),
            "100000",
            "The bound on wrong hits is over the last half of this to this many served hits.");
    static final Key<String> AUDITS_JUDGE_MODEL = optional(
            "audits.judge.model",
            modelName(),
            "none: nothing is audited",
            "The model that compares the answers of an audit, unless they are equal; one without reasoning, that takes a temperature of 0."
                    + " It is asked, in OpenAI's chat form, at the upstream that takes calls for it, and is sent both questions and both"
                    + " answers.");
    static final Key<Secret> AUDITS_JUDGE_API_KEY = optional(
            "audits.judge.api_key",
            secret(),
            "none: that of the upstream, if it has one",
            "The key sent with the judge's calls; a caller's never is. Only with `audits.judge.model`.");
    static final Key<Secret> AUDITS_JUDGE_API_KEY_FILE = fileOf(AUDITS_JUDGE_API_KEY);
    static final Key<Duration> AUDITS_JUDGE_TIMEOUT = key(
            "audits.judge.timeout_ms",
            millis(1, DAY_MILLIS),
            "20000",
            "How long the model that compares answers may take; an audit that it does not answer in time is lost.");

    static final Key<Duration> CACHE_TTL = key(
            "cache.ttl_seconds",
            seconds(1, CENTURY_SECONDS),
            "604800",
            "How long an entry lives when the call does not say.");
    static final Key<Duration> CACHE_MAX_TTL = key(
            "cache.max_ttl_seconds",
            seconds(1, CENTURY_SECONDS),
            "31536000",
            "The longest life a call may ask for; at least `cache.ttl_seconds`.");
    static final Key<Long> CACHE_EXACT_MEMORY = key(
            "cache.exact_memory_bytes",
            bytes(0, 1024L * GIB),
            "64MiB",
            "Memory that answers repeated prompts without the index; 0 uses none.");

    static final Key<Long> CACHE_MAX_ENTRIES = key(
            "cache.max_entries",
            count(),
            "1000000",
            "The most entries kept; past it those go that are expected to save the least, of the principal that holds"
                    + " the most: each keeps its fair share. 0 sets no bound.");
    static final Key<Long> CACHE_MAX_BYTES = key(
            "cache.max_bytes",
            bytes(0, 1024L * GIB),
            "10GiB",
            "The most bytes that the entries may take in the index; past it those go that are expected to save the"
                    + " least for their size. 0 sets no bound. The index's folder is larger for a while by what it has not"
                    + " yet cleared away: up to twice.");
    static final Key<Long> CACHE_NAMESPACE_MAX_ENTRIES = key(
            "cache.namespace_max_entries",
            count(),
            "0",
            "The most entries kept in each namespace of each principal; past it the least valuable of them go. 0 sets"
                    + " no bound.");

    static final Key<BigDecimal> CACHE_MAX_TEMPERATURE = optional(
            "cache.max_temperature",
            temperature(),
            "none: every temperature is cached",
            "The highest temperature at which answers are cached; a call that names none is sampled at 1.");
    static final Key<Words> CACHE_SIDE_EFFECT_TOOLS = optional(
            "cache.side_effect_tools",
            toolPatterns(),
            "none",
            "Tools that act on something: a call that offers one of them is not cached.");
    static final Key<Boolean> CACHE_STORE_TRUNCATED = key(
            "cache.store_truncated",
            yesOrNo(),
            "false",
            "Whether an answer that ended by its limit of tokens is stored.");
    static final Key<Boolean> CACHE_SEMANTIC_TOOL_CALLS = key(
            "cache.semantic_tool_calls",
            yesOrNo(),
            "false",
            "Whether an answer that calls tools may also answer the same question in other words.");

    static final Key<Duration> CACHE_STALE_IF_ERROR = key(
            "cache.stale_if_error_seconds",
            seconds(0, CENTURY_SECONDS),
            "0",
            "How long after its end an entry may still answer the same prompt when upstream fails (RFC 5861); 0"
                    + " never.");

    static final Key<Integer> CONVERSATIONS_MAX = key(
            "conversations.max",
            integer(0, 100_000_000),
            "100000",
            "Conversations answered from the cache that are remembered, so that they can go on being; 0 remembers"
                    + " none.");
    static final Key<Integer> CONVERSATIONS_MAX_CHAIN = key(
            "conversations.max_chain",
            integer(0, 1024),
            "8",
            "Semantic hits that a conversation may be built on; past it, it is compared as it was really held.");
    static final Key<Double> CONVERSATIONS_MIN_CONFIDENCE = key(
            "conversations.min_confidence",
            fraction(),
            "0.5",
            "What the product of the confidences of a conversation's hits must reach for the next to be served.");

    static final Key<Integer> LIMITS_CACHEABLE_BODY = key(
            "limits.cacheable_body_bytes",
            arrayBytes(KIB, GIB),
            "10MB",
            "The largest drop-in request that is cached; a larger one streams through uncached.");
    static final Key<Integer> LIMITS_NATIVE_BODY = key(
            "limits.native_body_bytes",
            arrayBytes(KIB, GIB),
            "10MB",
            "The largest request of a native route; a larger one is answered 413.");
    static final Key<Integer> LIMITS_HEADER = key(
            "limits.header_bytes",
            arrayBytes(KIB, 16 * KIB * KIB),
            "64KiB",
            "The largest head of a request, all headers together.");
    static final Key<Integer> LIMITS_RESPONSE = key(
            "limits.response_bytes",
            arrayBytes(KIB, GIB),
            "10MB",
            "The largest answer that is stored; a larger one passes through.");
    static final Key<Integer> LIMITS_EMBEDDINGS = key(
            "limits.embeddings_bytes",
            arrayBytes(KIB, GIB),
            "64MB",
            "The largest answer to a call for embeddings that is stored or put together; a larger one passes through."
                    + " The most inputs with 1,536 dimensions each are 17 MB in base64 and some 45 MB as numbers.");
    static final Key<Long> LIMITS_BODY_MEMORY = computed(
            "limits.body_memory_bytes",
            bytes(MIB, 1024L * GIB),
            "a quarter of the heap",
            surroundings -> Long.toString(Math.max(MIB, Runtime.getRuntime().maxMemory() / 4)),
            "Memory for the bodies of requests that are being answered, with what is read from them; past it a call is"
                    + " answered 503. A single one is always taken.");
    static final Key<Long> LIMITS_CALLER_BODY_MEMORY = computed(
            "limits.caller_body_memory_bytes",
            bytes(MIB, 1024L * GIB),
            "an eighth of the heap",
            surroundings -> Long.toString(Math.max(MIB, Runtime.getRuntime().maxMemory() / 8)),
            "The same for each caller; past it a call is answered 429.");
    static final Key<Duration> LIMITS_BODY_TIMEOUT = key(
            "limits.body_timeout_ms",
            millis(1, DAY_MILLIS),
            "120000",
            "How long a body that is held in memory may take to come; a call whose body comes later is answered 408.");
    static final Key<Integer> LIMITS_CONNECTIONS = key(
            "limits.connections",
            integer(1, 1_000_000),
            "4096",
            "Connections of clients open at the same time; past it a new one is closed at once.");
    static final Key<Duration> LIMITS_HEAD_TIMEOUT = key(
            "limits.head_timeout_ms",
            millis(1, DAY_MILLIS),
            "10000",
            "How long the head of a request may take to come, the first one from the connection's beginning; then the"
                    + " connection is closed.");

    static final Key<Integer> HTTP_INSTANCES = computed(
            "http.instances",
            integer(1, 1024),
            CORES,
            surroundings -> Integer.toString(surroundings.processors()),
            "Instances of the HTTP server, which share its connections.");
    static final Key<Duration> HTTP_DRAIN = key(
            "http.drain_ms",
            millis(0, DAY_MILLIS),
            "10000",
            "How long a stopping server waits for the answers it is giving, while it takes no new requests.");
    static final Key<Duration> HTTP_UNREADY = key(
            "http.unready_ms",
            millis(0, DAY_MILLIS),
            "5000",
            "How long a stopping server goes on taking requests at most, until `/health/ready` has answered 503, so that"
                    + " a load balancer sends no more. Where nobody has asked for a minute, it does not wait. 0 never"
                    + " waits.");
    static final Key<Words> HTTP_ALLOWED_ORIGINS = optional(
            "http.allowed_origins",
            origins(),
            "none",
            "Web sites whose pages may call this server from a browser and read the answers (CORS). Pages of all"
                    + " others may not: they could spend the keys that the server holds.");
    static final Key<Words> HTTP_ALLOWED_HOSTS = optional(
            "http.allowed_hosts",
            hostNames(),
            "none: on loopback its own names alone, else any",
            "Names, without a port, that requests may call this server by besides those of loopback; others are"
                    + " answered 421. On loopback this keeps pages out whose host's name was given its address.");
    static final Key<Duration> HTTP_TRANSFER_IDLE = key(
            "http.transfer_idle_ms",
            millis(1, DAY_MILLIS),
            "60000",
            "How long an import may take for each 64 KiB that it sends, or the reader of an export for each page, before it"
                    + " is ended.");
    static final Key<Path> TLS_CERT = optional(
            "tls.cert",
            path(),
            "none: the server speaks plain HTTP",
            "The server's certificate in PEM, followed by those between it and the authority. With it the server"
                    + " speaks HTTPS alone. Needs `tls.key`. Both files are read again when they change.");
    static final Key<Path> TLS_KEY = optional(
            "tls.key",
            path(),
            "none",
            "The private key of that certificate in PEM, RSA, EC or Ed25519, without a password.");
    static final Key<Duration> STREAMS_FINISH_ABANDONED = key(
            "streams.finish_abandoned_ms",
            millis(0, DAY_MILLIS),
            "0",
            "How long an answer is still read, to be stored, when every client that waited for it has gone. 0 ends the"
                    + " call upstream at once, as clients expect that leave in order not to pay for more.");
    static final Key<Integer> STREAMS_REPLAY_TOKENS = key(
            "streams.replay_tokens_per_second",
            integer(0, 1_000_000),
            "0",
            "How fast a cached answer is streamed, for applications that show it as if it were being written; 0 sends"
                    + " it at once.");
    static final Key<Boolean> METRICS_OPEN = key(
            "metrics.open",
            yesOrNo(),
            "false",
            "Whether `/metrics` is open to everybody also where the server listens beyond loopback; otherwise it needs"
                    + " the administrator there.");
    static final Key<Integer> DASHBOARD_RECENT_HITS = key(
            "dashboard.recent_hits",
            integer(0, 10_000),
            "500",
            "How many of the last hits by meaning are kept in memory with both texts, for an administrator to look"
                    + " whether they are right. They are never on disk; 0 keeps none.");
    static final Key<Duration> INDEX_FSYNC = key(
            "index.fsync_ms",
            millis(0, 60_000),
            "1000",
            "How long a stored entry may wait for the disk, and be lost when the machine stops. A stop of the process"
                    + " alone loses nothing. 0 waits for the disk with every write.");
    static final Key<Duration> INDEX_COMMIT = key(
            "index.commit_ms",
            millis(10, 3_600_000),
            "30000",
            "How often stored entries move from the journal into the searched files, and expired ones give their room"
                    + " back. Longer makes a start after a kill slower; nothing is lost either way.");
    static final Key<Duration> LEDGER_FLUSH = key(
            "ledger.flush_ms",
            millis(1, 60_000),
            "250",
            "How long the record of a call may wait in memory before it is written, and be lost when the process is"
                    + " killed.");

    static final Key<String> MODEL_NAME = optional(
                    "models.<model>.name",
                    modelName(),
                    "none: each model is itself",
                    "A name that the model shares with others: models of one name answer each other's calls, also"
                            + " across the providers' wires.")
            .named(NameType.model());

    static final Key<BigDecimal> PRICE_INPUT = price("input", "required for each model", "The price of input tokens.");
    static final Key<BigDecimal> PRICE_CACHED_INPUT =
            price("cached_input", "unknown", "The price of input tokens that upstream read from its own cache.");
    static final Key<BigDecimal> PRICE_CACHE_WRITE =
            price("cache_write", "unknown", "The price of input tokens that upstream wrote to its own cache.");
    static final Key<BigDecimal> PRICE_OUTPUT = price("output", "unknown", "The price of output tokens.");

    private static final List<Key<?>> BEFORE_UPSTREAM = List.of(
            HOST,
            PORT,
            DATA,
            LOG_LEVEL,
            ADMIN_TOKEN,
            ADMIN_TOKEN_FILE,
            PRICES_FILE,
            PRINCIPALS_MODE,
            PRINCIPALS_HEADER,
            PRINCIPALS_CREDENTIALS,
            MODEL_PATH,
            MODEL_VERIFIER,
            EMBEDDING_THREADS,
            EMBEDDING_QUEUE,
            EMBEDDING_MEMO,
            DECISION_POLICY,
            DECISION_FLOOR,
            DECISION_CUTOFF,
            DECISION_MAX_WRONG_RATE,
            DECISION_CANDIDATES,
            SecondOpinionKeys.MODEL,
            SecondOpinionKeys.MAX_WAIT,
            SecondOpinionKeys.BUDGET,
            AUDITS_COLD_START,
            AUDITS_BUDGET,
            AUDITS_FIRST_RATE,
            AUDITS_RATE,
            AUDITS_WINDOW,
            AUDITS_JUDGE_MODEL,
            AUDITS_JUDGE_API_KEY,
            AUDITS_JUDGE_API_KEY_FILE,
            AUDITS_JUDGE_TIMEOUT,
            CACHE_TTL,
            CACHE_MAX_TTL,
            CACHE_EXACT_MEMORY,
            CACHE_MAX_ENTRIES,
            CACHE_MAX_BYTES,
            CACHE_NAMESPACE_MAX_ENTRIES,
            CACHE_MAX_TEMPERATURE,
            CACHE_SIDE_EFFECT_TOOLS,
            CACHE_STORE_TRUNCATED,
            CACHE_SEMANTIC_TOOL_CALLS,
            CACHE_STALE_IF_ERROR,
            CONVERSATIONS_MAX,
            CONVERSATIONS_MAX_CHAIN,
            CONVERSATIONS_MIN_CONFIDENCE,
            LIMITS_CACHEABLE_BODY,
            LIMITS_NATIVE_BODY,
            LIMITS_HEADER,
            LIMITS_RESPONSE,
            LIMITS_EMBEDDINGS,
            LIMITS_BODY_MEMORY,
            LIMITS_CALLER_BODY_MEMORY,
            LIMITS_BODY_TIMEOUT,
            LIMITS_CONNECTIONS,
            LIMITS_HEAD_TIMEOUT);

    private static final List<Key<?>> AFTER_UPSTREAM = List.of(
            HTTP_INSTANCES,
            HTTP_DRAIN,
            HTTP_UNREADY,
            HTTP_ALLOWED_ORIGINS,
            HTTP_ALLOWED_HOSTS,
            HTTP_TRANSFER_IDLE,
            TLS_CERT,
            TLS_KEY,
            STREAMS_FINISH_ABANDONED,
            STREAMS_REPLAY_TOKENS,
            METRICS_OPEN,
            DASHBOARD_RECENT_HITS,
            INDEX_FSYNC,
            INDEX_COMMIT,
            LEDGER_FLUSH,
            MODEL_NAME,
            PRICE_INPUT,
            PRICE_CACHED_INPUT,
            PRICE_CACHE_WRITE,
            PRICE_OUTPUT);

    /** All settings, those of the other tables included. */
    static final List<Key<?>> ALL = Stream.of(
                    BEFORE_UPSTREAM,
                    AccessKeys.ALL,
                    UpstreamKeys.ALL,
                    AFTER_UPSTREAM,
                    ScopeKeys.ALL,
                    RuleKeys.ALL,
                    RequestKeys.ALL,
                    SightKeys.ALL)
            .flatMap(List::stream)
            .toList();

    private Keys() {}

    private static Key<BigDecimal> price(String part, String whenAbsent, String help) {
        return optional("prices.<model>." + part, usdPerMillionTokens(), whenAbsent, help)
                .named(NameType.model());
    }
}
