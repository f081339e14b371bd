package io.reprise.server.config;

import static io.reprise.server.config.Key.fileOf;
import static io.reprise.server.config.Key.key;
import static io.reprise.server.config.Key.optional;
import static io.reprise.server.config.UpstreamValueTypes.authorities;
import static io.reprise.server.config.UpstreamValueTypes.headerValue;
import static io.reprise.server.config.UpstreamValueTypes.hostPatterns;
import static io.reprise.server.config.UpstreamValueTypes.modelPatterns;
import static io.reprise.server.config.UpstreamValueTypes.pathPatterns;
import static io.reprise.server.config.UpstreamValueTypes.proxyUrl;
import static io.reprise.server.config.UpstreamValueTypes.proxyUrlFile;
import static io.reprise.server.config.UpstreamValueTypes.retriedStatuses;
import static io.reprise.server.config.UpstreamValueTypes.upstreamUrl;
import static io.reprise.server.config.ValueTypes.integer;
import static io.reprise.server.config.ValueTypes.millis;
import static io.reprise.server.config.ValueTypes.oneOf;
import static io.reprise.server.config.ValueTypes.seconds;
import static io.reprise.server.config.ValueTypes.secret;
import static io.reprise.server.config.ValueTypes.yesOrNo;

import io.reprise.server.config.ServerConfig.IncludeUsage;
import io.reprise.server.config.UpstreamConfig.Authorities;
import io.reprise.server.config.UpstreamConfig.Http2;
import io.reprise.server.config.UpstreamConfig.ProxyAddress;
import io.reprise.server.config.UpstreamConfig.Wire;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** The rows of {@link Keys} that say where calls are forwarded to, and how. */
final class UpstreamKeys {
    private static final long DAY_MILLIS = 86_400_000;
    private static final String PASS_THROUGH = "none: the client's own is passed on";
    private static final String API_KEY = "The key sent upstream instead of the client's credential.";
    private static final String INCLUDE_USAGE =
            "Whether streamed calls ask for token counts: `auto` asks, but for an hour not for a model for which"
                    + " upstream has refused it; `never` estimates.";
    private static final String ANY_ROUTE =
            "Whether callers reach every route under `/v1/` with the key that the server sends, and not only the known"
                    + " ones of the API: also those that administer the account.";
    private static final String HEADER = "A header set on every request to this upstream, in place of the client's.";

    static final Key<URI> OPENAI_URL = key(
                    "upstream.openai.url",
                    upstreamUrl(),
                    "https://api.openai.com",
                    "Where OpenAI-compatible calls are forwarded to.")
            .flag("--openai-url", "URL");
    static final Key<Secret> OPENAI_API_KEY = optional("upstream.openai.api_key", secret(), PASS_THROUGH, API_KEY);
    static final Key<Secret> OPENAI_API_KEY_FILE = fileOf(OPENAI_API_KEY);
    static final Key<IncludeUsage> OPENAI_INCLUDE_USAGE =
            key("upstream.openai.include_usage", oneOf(IncludeUsage.class), "auto", INCLUDE_USAGE);
    static final Key<Boolean> OPENAI_ANY_ROUTE = key("upstream.openai.any_route", yesOrNo(), "false", ANY_ROUTE);
    static final Key<Secret> OPENAI_HEADERS = optional(
                    "upstream.openai.headers.<header>", headerValue(), "none", HEADER)
            .named(NameType.header());
    static final Key<URI> ANTHROPIC_URL = key(
                    "upstream.anthropic.url",
                    upstreamUrl(),
                    "https://api.anthropic.com",
                    "Where Anthropic-compatible calls are forwarded to.")
            .flag("--anthropic-url", "URL");
    static final Key<Secret> ANTHROPIC_API_KEY =
            optional("upstream.anthropic.api_key", secret(), PASS_THROUGH, API_KEY);
    static final Key<Secret> ANTHROPIC_API_KEY_FILE = fileOf(ANTHROPIC_API_KEY);
    static final Key<Boolean> ANTHROPIC_ANY_ROUTE = key("upstream.anthropic.any_route", yesOrNo(), "false", ANY_ROUTE);
    static final Key<Secret> ANTHROPIC_HEADERS = optional(
                    "upstream.anthropic.headers.<header>", headerValue(), "none", HEADER)
            .named(NameType.header());

    static final Key<URI> OTHERS_URL = optional(
                    "upstream.others.<name>.url",
                    upstreamUrl(),
                    "required for each name",
                    "Where the calls that fit `models` and `paths` are forwarded to. Of several upstreams that fit, the"
                            + " first one in the file takes the call; of none, one of the two above.")
            .named(NameType.upstream());
    static final Key<Wire> OTHERS_WIRE = optional(
                    "upstream.others.<name>.wire",
                    oneOf(Wire.class),
                    "`openai`",
                    "Whose calls it takes, which decides the header of its key and the shape of errors.")
            .named(NameType.upstream());
    static final Key<Words> OTHERS_MODELS = optional(
                    "upstream.others.<name>.models",
                    modelPatterns(),
                    "all; required where `paths` is absent",
                    "The models it takes. A call whose body is not read has none, and goes by its path alone.")
            .named(NameType.upstream());
    static final Key<Words> OTHERS_PATHS = optional(
                    "upstream.others.<name>.paths",
                    pathPatterns(),
                    "all; required where `models` is absent",
                    "The paths it takes. With `models`, both must fit.")
            .named(NameType.upstream());
    static final Key<Secret> OTHERS_API_KEY = optional(
                    "upstream.others.<name>.api_key", secret(), PASS_THROUGH, API_KEY)
            .named(NameType.upstream());
    static final Key<Secret> OTHERS_API_KEY_FILE = fileOf(OTHERS_API_KEY).named(NameType.upstream());
    static final Key<IncludeUsage> OTHERS_INCLUDE_USAGE = optional(
                    "upstream.others.<name>.include_usage", oneOf(IncludeUsage.class), "`auto`", INCLUDE_USAGE)
            .named(NameType.upstream());
    static final Key<Secret> OTHERS_HEADERS = optional(
                    "upstream.others.<name>.headers.<header>", headerValue(), "none", HEADER)
            .named(NameType.upstream(), NameType.header());

    static final Key<Duration> CONNECT_TIMEOUT = key(
            "upstream.connect_timeout_ms", millis(1, DAY_MILLIS), "10000", "How long connecting upstream may take.");
    static final Key<Duration> IDLE_TIMEOUT = key(
            "upstream.idle_timeout_ms",
            millis(1, DAY_MILLIS),
            "600000",
            "How long an upstream answer may make no progress.");
    static final Key<Integer> MAX_CONNECTIONS = key(
            "upstream.max_connections",
            integer(1, 65_536),
            "512",
            "Connections to each upstream: as many for calls that may be stored, and as many for the others.");
    static final Key<Integer> MAX_HTTP2_CONNECTIONS = key(
            "upstream.max_http2_connections",
            integer(1, 1024),
            "8",
            "The same, of those over HTTP/2, each of which carries up to 100 calls at once.");
    static final Key<Http2> HTTP2 = key(
            "upstream.http2",
            oneOf(Http2.class),
            "auto",
            "Whether to speak HTTP/2: `auto` over TLS with an upstream that offers it; `prior_knowledge` also without"
                    + " TLS, which every upstream without TLS must then understand.");
    static final Key<Authorities> CA_FILE = optional(
            "upstream.ca_file",
            authorities(),
            "those of the JDK alone",
            "Authorities that sign the certificates of upstreams, besides those that the JDK trusts.");

    static final Key<ProxyAddress> PROXY_URL = optional(
            "upstream.proxy.url",
            proxyUrl(),
            "none: upstreams are reached directly",
            "The proxy to all upstreams. The variables `HTTPS_PROXY` and `NO_PROXY` are not read.");
    static final Key<ProxyAddress> PROXY_URL_FILE = optional(
            "upstream.proxy.url_file",
            proxyUrlFile(),
            "none",
            "A file that holds `upstream.proxy.url`, instead of that key.");
    static final Key<Words> PROXY_BYPASS = optional(
            "upstream.proxy.bypass", hostPatterns(), "none", "The hosts of upstreams that are reached without it.");

    static final Key<Integer> RETRIES_MAX = key(
            "upstream.retries.max",
            integer(0, 20),
            "2",
            "How often a call is sent again, when it has surely not reached upstream: no connection, or one on which"
                    + " upstream says so.");
    static final Key<Statuses> RETRIES_STATUSES = optional(
            "upstream.retries.statuses",
            retriedStatuses(),
            "none",
            "Statuses of drop-in calls' answers after which they are sent again too, e.g. `429, 502, 503, 504`.");
    static final Key<Duration> RETRIES_BASE_DELAY = key(
            "upstream.retries.base_delay_ms",
            millis(0, DAY_MILLIS),
            "100",
            "The longest wait before a call is sent again, doubled each time; the wait is random up to there.");
    static final Key<Duration> RETRIES_MAX_DELAY =
            key("upstream.retries.max_delay_ms", millis(0, DAY_MILLIS), "5000", "Where that doubling ends.");
    static final Key<Duration> RETRIES_MAX_RETRY_AFTER = key(
            "upstream.retries.max_retry_after_ms",
            millis(0, DAY_MILLIS),
            "10000",
            "The longest `Retry-After` of upstream that is waited for; a call told to wait longer is not sent again.");

    static final Key<Integer> BREAKER_FAILURES = key(
            "upstream.breaker.failures",
            integer(0, 1_000_000),
            "0",
            "After how many failures in a row an upstream is left alone, and calls are answered 503 at once; 0: never."
                    + " Failures are: no connection, no answer in time, one that breaks off before it began.");
    static final Key<Duration> BREAKER_WINDOW = key(
            "upstream.breaker.window_seconds",
            seconds(1, 86_400),
            "30",
            "The time within which these failures must fall.");
    static final Key<Duration> BREAKER_PAUSE = key(
            "upstream.breaker.pause_ms",
            millis(1, DAY_MILLIS),
            "10000",
            "How long it is left alone before one call tries it again.");
    static final Key<Boolean> BREAKER_SERVER_ERRORS = key(
            "upstream.breaker.server_errors",
            yesOrNo(),
            "false",
            "Whether answers with a status from 500 are such failures too.");

    static final List<Key<?>> ALL = List.of(
            OPENAI_URL,
            OPENAI_API_KEY,
            OPENAI_API_KEY_FILE,
            OPENAI_INCLUDE_USAGE,
            OPENAI_ANY_ROUTE,
            OPENAI_HEADERS,
            ANTHROPIC_URL,
            ANTHROPIC_API_KEY,
            ANTHROPIC_API_KEY_FILE,
            ANTHROPIC_ANY_ROUTE,
            ANTHROPIC_HEADERS,
            OTHERS_URL,
            OTHERS_WIRE,
            OTHERS_MODELS,
            OTHERS_PATHS,
            OTHERS_API_KEY,
            OTHERS_API_KEY_FILE,
            OTHERS_INCLUDE_USAGE,
            OTHERS_HEADERS,
            CONNECT_TIMEOUT,
            IDLE_TIMEOUT,
            MAX_CONNECTIONS,
            MAX_HTTP2_CONNECTIONS,
            HTTP2,
            CA_FILE,
            PROXY_URL,
            PROXY_URL_FILE,
            PROXY_BYPASS,
            RETRIES_MAX,
            RETRIES_STATUSES,
            RETRIES_BASE_DELAY,
            RETRIES_MAX_DELAY,
            RETRIES_MAX_RETRY_AFTER,
            BREAKER_FAILURES,
            BREAKER_WINDOW,
            BREAKER_PAUSE,
            BREAKER_SERVER_ERRORS);

    private UpstreamKeys() {}
}
