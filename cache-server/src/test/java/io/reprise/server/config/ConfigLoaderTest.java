package io.reprise.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.re2j.Pattern;
import io.reprise.server.config.ResolvedConfig.ResolvedSetting;
import io.reprise.server.config.ServerConfig.LogLevel;
import io.reprise.server.config.ServerConfig.ModelPrice;
import io.reprise.server.config.ServerConfig.PrincipalMode;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
    private static final String HASH = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    /** A value other than the default for each key that has no names, and which are not files. */
    private static final Map<String, String> OTHER_VALUES = otherValues();

    private static final List<String> ONLY_WITH_ANOTHER =
            List.of("principals.header", "audits.judge.api_key", "upstream.proxy.bypass", "tls.cert", "tls.key");

    private final Path folder;

    ConfigLoaderTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void keyOfTheJudge_isBoundWithItsModel() {
        ServerConfig.JudgeModel judge = load(
                        null,
                        Map.of(),
                        new FlagSetting("--set", "audits.judge.model", "gpt-4o-mini"),
                        new FlagSetting("--set", "audits.judge.api_key", "sk-judge"))
                .config()
                .audits()
                .judge();
        assertEquals(new ServerConfig.JudgeModel("gpt-4o-mini", new Secret("sk-judge"), Duration.ofSeconds(20)), judge);
    }

    @ParameterizedTest
    @CsvSource({
        "604800, PT168H",
        "7d, PT168H",
        "12h, PT12H",
        "30m, PT30M",
        "90 s, PT1M30S",
        "2000ms, PT2S",
        "1, PT1S",
    })
    void timeInSeconds_mayNameItsUnit(String given, Duration expected) {
        assertEquals(
                expected,
                load(null, Map.of(), new FlagSetting("--set", "cache.ttl_seconds", given))
                        .config()
                        .cache()
                        .ttl());
    }

    @ParameterizedTest
    @CsvSource({"250, PT0.25S", "250ms, PT0.25S", "10s, PT10S", "1d, PT24H", "0, PT0S"})
    void timeInMilliseconds_mayNameItsUnit(String given, Duration expected) {
        assertEquals(
                expected,
                load(null, Map.of(), new FlagSetting("--set", "http.drain_ms", given))
                        .config()
                        .http()
                        .drain());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1d",
                "1.5h",
                "1500ms",
                "7 days",
                "d",
                "P7D",
                "1w",
                "999999999999999999d",
                "",
                "36501d",
                "1D"
            })
    void timeThatIsNone_isAProblem(String given) {
        ConfigException rejected = assertThrows(
                ConfigException.class,
                () -> load(null, Map.of(), new FlagSetting("--set", "cache.ttl_seconds", given)));
        assertEquals("cache.ttl_seconds", rejected.problems().getFirst().key());
        assertTrue(rejected.problems().getFirst().allowed().contains("7d"));
    }

    @ParameterizedTest
    @CsvSource({"0.03, 0.03", "3%, 0.03", "0.5%, 0.005", "100%, 1", "0 %, 0", "1e-3, 0.001", "29%, 0.29"})
    void share_mayBeAPercentage(String given, double expected) {
        assertEquals(
                expected,
                load(null, Map.of(), new FlagSetting("--set", "decision.max_wrong_rate", given))
                        .config()
                        .decision()
                        .maxWrongRate());
    }

    @ParameterizedTest
    @ValueSource(strings = {"101%", "-1%", "%", "3%%", "three%", "3 percent", "1.01"})
    void shareThatIsNone_isAProblem(String given) {
        ConfigException rejected = assertThrows(
                ConfigException.class,
                () -> load(null, Map.of(), new FlagSetting("--set", "decision.max_wrong_rate", given)));
        assertEquals("decision.max_wrong_rate", rejected.problems().getFirst().key());
    }

    @Test
    void certificate_isBoundWithItsKey() {
        ServerConfig.Tls tls = load("tls: {cert: /tls/cert.pem, key: key.pem}", Map.of())
                .config()
                .tls();
        assertEquals(new ServerConfig.Tls(Path.of("/tls/cert.pem"), folder.resolve("key.pem")), tls);
    }

    private static Map<String, String> otherValues() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("host", "::1");
        values.put("port", "0");
        values.put("data", "/var/lib/reprise");
        values.put("log_level", "debug");
        values.put("admin_token", "t0ken");
        values.put("principals.mode", "single");
        values.put("access.require_key", "true");
        values.put("access.open", "true");
        values.put("budgets.default_max_output", "100");
        values.put("budgets.cache_when_spent", "false");
        values.put("on_unknown_price", "assume 2.5");
        values.put("model.path", "/models/mine");
        values.put("model.verifier", "/models/reader");
        values.put("embedding.threads", "3");
        values.put("embedding.queue", "0");
        values.put("embedding.memo_bytes", "1MiB");
        values.put("decision.policy", "cosine");
        values.put("decision.floor", "0.7");
        values.put("decision.cutoff", "0.97");
        values.put("decision.max_wrong_rate", "1e-3");
        values.put("decision.candidates", "32");
        values.put("decision.second_opinion.model", "small-chat");
        values.put("decision.second_opinion.max_wait_ms", "700");
        values.put("decision.second_opinion.budget", "0.2");
        values.put("audits.cold_start", "strict");
        values.put("audits.budget", "0.25");
        values.put("audits.first_rate", "0.5");
        values.put("audits.rate", "0.01");
        values.put("audits.window_hits", "2000");
        values.put("audits.judge.model", "gpt-4o-mini");
        values.put("audits.judge.timeout_ms", "3000");
        values.put("cache.ttl_seconds", "60");
        values.put("cache.max_ttl_seconds", "700000");
        values.put("cache.exact_memory_bytes", "1GiB");
        values.put("cache.max_entries", "500000");
        values.put("cache.max_bytes", "2GiB");
        values.put("cache.namespace_max_entries", "4000");
        values.put("cache.max_temperature", "0.5");
        values.put("cache.side_effect_tools", "send_*, pay");
        values.put("cache.store_truncated", "true");
        values.put("cache.semantic_tool_calls", "true");
        values.put("cache.stale_if_error_seconds", "90");
        values.put("conversations.max", "9");
        values.put("conversations.max_chain", "3");
        values.put("conversations.min_confidence", "0.25");
        values.put("limits.cacheable_body_bytes", "20MB");
        values.put("limits.native_body_bytes", "30 MiB");
        values.put("limits.header_bytes", "8192");
        values.put("limits.response_bytes", "40kB");
        values.put("limits.embeddings_bytes", "50kB");
        values.put("limits.body_memory_bytes", "90MB");
        values.put("limits.caller_body_memory_bytes", "60MB");
        values.put("limits.body_timeout_ms", "8");
        values.put("limits.connections", "9");
        values.put("limits.head_timeout_ms", "10");
        values.put("upstream.openai.url", "http://localhost:9999/openai");
        values.put("upstream.openai.api_key", "sk-openai");
        values.put("upstream.openai.include_usage", "never");
        values.put("upstream.openai.any_route", "true");
        values.put("upstream.anthropic.any_route", "true");
        values.put("upstream.anthropic.url", "https://proxy.example/anthropic");
        values.put("upstream.anthropic.api_key", "sk-anthropic");
        values.put("upstream.connect_timeout_ms", "1");
        values.put("upstream.idle_timeout_ms", "2");
        values.put("upstream.max_connections", "4");
        values.put("upstream.max_http2_connections", "3");
        values.put("upstream.http2", "prior_knowledge");
        values.put("upstream.proxy.url", "socks5://user:p%40ss@proxy.example:1080");
        values.put("upstream.retries.max", "5");
        values.put("upstream.retries.statuses", "429, 503");
        values.put("upstream.retries.base_delay_ms", "8");
        values.put("upstream.retries.max_delay_ms", "9000");
        values.put("upstream.retries.max_retry_after_ms", "10");
        values.put("upstream.breaker.failures", "11");
        values.put("upstream.breaker.window_seconds", "12");
        values.put("upstream.breaker.pause_ms", "13");
        values.put("upstream.breaker.server_errors", "true");
        values.put("http.instances", "5");
        values.put("http.drain_ms", "7");
        values.put("http.unready_ms", "6");
        values.put("http.allowed_origins", "https://app.example.com, http://[::1]:5173");
        values.put("http.allowed_hosts", "cache.example.com, 192.0.2.7");
        values.put("http.transfer_idle_ms", "14");
        values.put("streams.finish_abandoned_ms", "8");
        values.put("streams.replay_tokens_per_second", "50");
        values.put("metrics.open", "true");
        values.put("dashboard.recent_hits", "7");
        values.put("index.fsync_ms", "0");
        values.put("index.commit_ms", "5000");
        values.put("ledger.flush_ms", "6");
        values.put("requests.log", "full");
        values.put("requests.keep_days", "7");
        values.put("requests.max_bytes", "2GiB");
        values.put("requests.on_full", "refuse");
        values.put("reports.machine_usd_per_hour", "0.25");
        values.put("alerts.webhooks", "https://hooks.example/T0/B0?key=1, http://localhost:9000/alerts");
        values.put("alerts.secret", "s3cret");
        values.put("alerts.upstream_error_rate", "0.5");
        values.put("scope.mask", "job-[0-9]+");
        values.put("scope.ignore", "seed, max_tokens");
        values.put("log.requests", "true");
        values.put("log.format", "json");
        values.put("doctor.misses", "44");
        values.put("rules", "[{\"when\":{\"exact\":\"hi\"},\"answer\":\"Hello\"}]");
        return values;
    }

    static Stream<Map.Entry<String, String>> everyKey() {
        return OTHER_VALUES.entrySet().stream();
    }

    @Test
    void nothingGiven_defaultsOfTheReferencePage() {
        ServerConfig config = load(null, Map.of()).config();
        assertEquals("127.0.0.1", config.host());
        assertEquals(8080, config.port());
        assertEquals(folder.resolve("data"), config.data());
        assertEquals(LogLevel.INFO, config.logLevel());
        assertNull(config.adminToken());
        assertEquals(PrincipalMode.CREDENTIAL, config.principals().mode());
        assertEquals(folder.resolve("models/all-minilm-l6-v2-q"), config.model().path());
        assertEquals(
                folder.resolve("models/reprise-verifier-v2"), config.model().verifier());
        assertEquals(new ServerConfig.Embedding(7, 64, 16 << 20), config.embedding());
        assertEquals(
                new ServerConfig.Decision(ServerConfig.PolicyKind.VERIFIED, 0.3, 0.95, 0.03, 16, null),
                config.decision());
        assertEquals(
                new ServerConfig.Cache(
                        Duration.ofDays(7),
                        Duration.ofDays(365),
                        64L << 20,
                        new ServerConfig.Bounds(1_000_000, 10L << 30, 0),
                        Duration.ZERO,
                        null,
                        List.of(),
                        false,
                        false),
                config.cache());
        long heap = Runtime.getRuntime().maxMemory();
        assertEquals(
                new ServerConfig.Limits(
                        10_000_000,
                        10_000_000,
                        65_536,
                        10_000_000,
                        64_000_000,
                        new ServerConfig.Bodies(heap / 4, heap / 8, Duration.ofMinutes(2)),
                        new ServerConfig.Connections(4096, Duration.ofSeconds(10))),
                config.limits());
        assertEquals(
                URI.create("https://api.openai.com"), config.upstream().openai().url());
        assertNull(config.upstream().openai().apiKey());
        assertEquals(
                URI.create("https://api.anthropic.com"),
                config.upstream().anthropic().url());
        assertEquals(Duration.ofSeconds(10), config.upstream().connections().connectTimeout());
        assertEquals(Duration.ofMinutes(10), config.upstream().idleTimeout());
        assertEquals(
                new ServerConfig.Http(
                        7, Duration.ofSeconds(10), Duration.ofSeconds(5), List.of(), List.of(), Duration.ofMinutes(1)),
                config.http());
        assertEquals(
                new RequestsConfig(
                        RequestsConfig.Log.METADATA, Duration.ofDays(30), 10L << 30, RequestsConfig.OnFull.ALLOW, null),
                config.requests());
        assertEquals(new AlertsConfig(List.of(), null, 0.2), config.alerts());
        assertFalse(config.metrics().open());
        assertTrue(config.prices().isEmpty());
    }

    @Test
    void otherValues_coverTheTable() {
        List<String> untested = Keys.ALL.stream()
                .filter(key -> key.names().isEmpty())
                .map(Key::path)
                .filter(path -> !path.endsWith("_file") && !ONLY_WITH_ANOTHER.contains(path))
                .filter(path -> !OTHER_VALUES.containsKey(path))
                .toList();
        assertEquals(List.of(), untested);
    }

    @Test
    void everyValueFromFlags_isBoundToItsOwnComponent() {
        List<FlagSetting> flags = OTHER_VALUES.entrySet().stream()
                .map(entry -> new FlagSetting("--set", entry.getKey(), entry.getValue()))
                .toList();
        ServerConfig config =
                load(null, Map.of(), flags.toArray(FlagSetting[]::new)).config();
        ServerConfig expected = new ServerConfig(
                "::1",
                0,
                Path.of("/var/lib/reprise"),
                LogLevel.DEBUG,
                new Secret("t0ken"),
                new ServerConfig.Principals(PrincipalMode.SINGLE, null, Map.of()),
                new AccessConfig(true, true, 100, false, new AccessConfig.UnknownPrice.Assume(2_500_000), List.of()),
                new ServerConfig.Model(Path.of("/models/mine"), Path.of("/models/reader")),
                new ServerConfig.Embedding(3, 0, 1 << 20),
                new ServerConfig.Index(Duration.ZERO, Duration.ofSeconds(5)),
                new ServerConfig.Decision(
                        ServerConfig.PolicyKind.COSINE,
                        0.7,
                        0.97,
                        0.001,
                        32,
                        new SecondOpinionConfig("small-chat", Duration.ofMillis(700), 0.2)),
                new ServerConfig.Audits(
                        ServerConfig.ColdStart.STRICT,
                        0.25,
                        0.5,
                        0.01,
                        2000,
                        new ServerConfig.JudgeModel("gpt-4o-mini", null, Duration.ofSeconds(3))),
                new ServerConfig.Cache(
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(700_000),
                        1L << 30,
                        new ServerConfig.Bounds(500_000, 2L << 30, 4_000),
                        Duration.ofSeconds(90),
                        new BigDecimal("0.5"),
                        List.of("send_*", "pay"),
                        true,
                        true),
                new ServerConfig.Conversations(9, 3, 0.25),
                new ServerConfig.Limits(
                        20_000_000,
                        30 << 20,
                        8192,
                        40_000,
                        50_000,
                        new ServerConfig.Bodies(90_000_000, 60_000_000, Duration.ofMillis(8)),
                        new ServerConfig.Connections(9, Duration.ofMillis(10))),
                new UpstreamConfig(
                        new UpstreamConfig.OpenAi(
                                URI.create("http://localhost:9999/openai"),
                                new Secret("sk-openai"),
                                ServerConfig.IncludeUsage.NEVER,
                                true,
                                Map.of()),
                        new UpstreamConfig.Anthropic(
                                URI.create("https://proxy.example/anthropic"),
                                new Secret("sk-anthropic"),
                                true,
                                Map.of()),
                        List.of(),
                        new UpstreamConfig.Connections(
                                Duration.ofMillis(1), Duration.ofMillis(2), 4, 3, UpstreamConfig.Http2.PRIOR_KNOWLEDGE),
                        UpstreamConfig.Authorities.NONE,
                        new UpstreamConfig.Proxy(
                                new UpstreamConfig.ProxyAddress(
                                        UpstreamConfig.ProxyProtocol.SOCKS5,
                                        "proxy.example",
                                        1080,
                                        new Secret("user"),
                                        new Secret("p@ss")),
                                List.of()),
                        new UpstreamConfig.Retries(
                                5,
                                Set.of(429, 503),
                                Duration.ofMillis(8),
                                Duration.ofSeconds(9),
                                Duration.ofMillis(10)),
                        new UpstreamConfig.Breaker(11, Duration.ofSeconds(12), Duration.ofMillis(13), true)),
                new ServerConfig.Ledger(Duration.ofMillis(6)),
                new ServerConfig.Http(
                        5,
                        Duration.ofMillis(7),
                        Duration.ofMillis(6),
                        List.of("https://app.example.com", "http://[::1]:5173"),
                        List.of("cache.example.com", "192.0.2.7"),
                        Duration.ofMillis(14)),
                null,
                new ServerConfig.Streams(Duration.ofMillis(8), 50),
                new ServerConfig.Metrics(true),
                new ServerConfig.Dashboard(7),
                new RequestsConfig(
                        RequestsConfig.Log.FULL,
                        Duration.ofDays(7),
                        2L << 30,
                        RequestsConfig.OnFull.REFUSE,
                        new BigDecimal("0.25")),
                new AlertsConfig(
                        List.of(
                                URI.create("https://hooks.example/T0/B0?key=1"),
                                URI.create("http://localhost:9000/alerts")),
                        new Secret("s3cret"),
                        0.5),
                Map.of(),
                Map.of(),
                null,
                new ScopeConfig(
                        List.of(new ScopeConfig.Mask("job-[0-9]+", Pattern.compile("job-[0-9]+"))),
                        List.of("seed", "max_tokens")),
                new SightConfig(true, SightConfig.LogFormat.JSON, 44),
                new RulesConfig(List.of(
                        new RulesConfig.Rule("rule-1", RulesConfig.Kind.EXACT, List.of("hi"), "Hello", Set.of()))));
        assertEquals(expected, config);
    }

    @ParameterizedTest
    @MethodSource("everyKey")
    void keyInFile_isTakenWithItsLine(Map.Entry<String, String> entry) {
        ResolvedSetting expected = setting(load(null, Map.of(), flag(entry)), entry.getKey());
        ResolvedSetting actual = setting(load(yaml(entry), Map.of()), entry.getKey());
        assertEquals(expected.value(), actual.value());
        int depth = entry.getKey().split("\\.", -1).length;
        assertEquals("reprise.yaml:" + depth, actual.origin().toString());
    }

    @ParameterizedTest
    @MethodSource("everyKey")
    void keyInEnvironment_winsOverFile(Map.Entry<String, String> entry) {
        Key<?> key = Keys.ALL.stream()
                .filter(candidate -> candidate.path().equals(entry.getKey()))
                .findFirst()
                .orElseThrow();
        String variable = key.environmentVariable().orElseThrow();
        ResolvedConfig resolved = load(yaml(entry), Map.of(variable, entry.getValue()));
        assertEquals(
                new Origin.EnvironmentVariable(variable),
                setting(resolved, entry.getKey()).origin());
    }

    @ParameterizedTest
    @MethodSource("everyKey")
    void keyInFlag_winsOverEnvironment(Map.Entry<String, String> entry) {
        String variable = "REPRISE_" + entry.getKey().replace('.', '_').toUpperCase(Locale.ROOT);
        ResolvedConfig resolved = load(null, Map.of(variable, entry.getValue()), flag(entry));
        assertEquals(new Origin.Flag("--set"), setting(resolved, entry.getKey()).origin());
    }

    @Test
    void prices_areKeptExact() {
        ResolvedConfig resolved = load("""
            prices:
              gpt-4.1: {input: 2, cached_input: "0.5", cache_write: .000001, output: 8.00}
            """, Map.of());
        assertEquals(
                Map.of(
                        "gpt-4.1",
                        new ModelPrice(
                                new BigDecimal("2"),
                                new BigDecimal("0.5"),
                                new BigDecimal("0.000001"),
                                new BigDecimal("8.00"))),
                resolved.config().prices());
    }

    @Test
    void priceByFlag_keepsTheDotsOfTheModel() {
        ResolvedConfig resolved = load(null, Map.of(), new FlagSetting("--set", "prices.gpt-4.1.input", "2.5"));
        assertEquals(
                Map.of("gpt-4.1", new ModelPrice(new BigDecimal("2.5"), null, null, null)),
                resolved.config().prices());
    }

    @Test
    void severalModels_mayShareAName() {
        ResolvedConfig resolved = load("""
            models:
              claude-sonnet-4.5: {name: house-chat}
              gpt-4o: {name: house-chat}
            """, Map.of());
        assertEquals(
                Map.of("claude-sonnet-4.5", "house-chat", "gpt-4o", "house-chat"),
                resolved.config().modelNames());
    }

    @Test
    void severalCredentials_mayShareAPrincipal() {
        String other = "0".repeat(64);
        ResolvedConfig resolved = load("""
            principals:
              credentials:
                %s: team-a
                %s: team-a
            """.formatted(HASH, other), Map.of());
        assertEquals(
                Map.of(HASH, "team-a", other, "team-a"),
                resolved.config().principals().nameByCredentialSha256());
    }

    @Test
    void principalsHeader_withItsMode() {
        ResolvedConfig resolved = load("principals: {mode: header, header: X-User}", Map.of());
        assertEquals("X-User", resolved.config().principals().header());
    }

    @Test
    void secretFile_isReadWithoutItsLineEnd() throws IOException {
        Files.writeString(folder.resolve("token"), "s3cret\n");
        ResolvedConfig resolved = load(null, Map.of("REPRISE_ADMIN_TOKEN_FILE", "token"));
        assertEquals(new Secret("s3cret"), resolved.config().adminToken());
    }

    @Test
    void paths_startAtTheWorkingDirectory() {
        ResolvedConfig resolved = load("{data: a/../b, model: {path: m}}", Map.of());
        assertEquals(folder.resolve("b"), resolved.config().data());
        assertEquals(folder.resolve("m"), resolved.config().model().path());
    }

    @Test
    void upstreamUrl_losesTheSlashAtItsEnd() {
        ResolvedConfig resolved = load(null, Map.of("REPRISE_UPSTREAM_OPENAI_URL", "HTTPS://host/prefix/"));
        assertEquals(
                URI.create("https://host/prefix"),
                resolved.config().upstream().openai().url());
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,false",
        "127.8.9.1,false",
        "::1,false",
        "localhost,false",
        "0.0.0.0,true",
        "::,true",
        "10.0.0.1,true",
        "gateway.example,true"
    })
    void host_beyondLoopbackOrNot(String host, boolean beyond) {
        ResolvedConfig resolved = load(null, Map.of("REPRISE_HOST", host, "REPRISE_ADMIN_TOKEN", "t"));
        assertEquals(beyond, resolved.config().listensBeyondLoopback());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "upstream:\n", "admin_token:\n", "admin_token: null\n"})
    void fileThatSetsNothing_leavesTheDefaults(String yaml) {
        assertEquals(load(null, Map.of()).config(), load(yaml, Map.of()).config());
    }

    @Test
    void variablesOfTheLauncher_areNotSettings() {
        Map<String, String> environment = EnvironmentSource.NOT_SETTINGS.stream()
                .collect(Collectors.toMap(variable -> variable, variable -> "anything"));
        assertEquals(load(null, Map.of()).config(), load(null, environment).config());
    }

    @Test
    void noSettings_noSecretsInAnyText() {
        ResolvedConfig resolved = load("""
            admin_token: hunter2
            upstream: {openai: {api_key: hunter2}, anthropic: {api_key: hunter2}}
            principals: {credentials: {%s: team}}
            """.formatted(HASH), Map.of());
        String everything = resolved.toString() + resolved.settings();
        assertFalse(everything.contains("hunter2"), everything);
        assertFalse(everything.contains(HASH), everything);
    }

    @Test
    void severalSettingsOfAFlag_theLastWins() {
        ResolvedConfig resolved =
                load(null, Map.of(), new FlagSetting("--port", "port", "1"), new FlagSetting("--set", "port", "2"));
        assertEquals(2, resolved.config().port());
    }

    @Test
    void problems_areAConfigException() {
        assertThrows(ConfigException.class, () -> load(null, Map.of("REPRISE_PORT", "x")));
    }

    private ResolvedConfig load(@Nullable String yaml, Map<String, String> environment, FlagSetting... flags) {
        return ConfigLoading.load(folder, yaml, environment, flags);
    }

    private static ResolvedSetting setting(ResolvedConfig resolved, String key) {
        return resolved.settings().stream()
                .filter(setting -> setting.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private static FlagSetting flag(Map.Entry<String, String> entry) {
        return new FlagSetting("--set", entry.getKey(), entry.getValue());
    }

    /** The value at its nested place, one level a line. */
    private static String yaml(Map.Entry<String, String> entry) {
        StringBuilder yaml = new StringBuilder();
        String indent = "";
        for (String segment : entry.getKey().split("\\.", -1)) {
            yaml.append(yaml.isEmpty() ? "" : "\n")
                    .append(indent)
                    .append(segment)
                    .append(':');
            indent += "  ";
        }
        return yaml.append(" '").append(entry.getValue()).append("'\n").toString();
    }
}
