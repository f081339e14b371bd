package io.reprise.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.config.ServerConfig.IncludeUsage;
import io.reprise.server.config.UpstreamConfig.Other;
import io.reprise.server.config.UpstreamConfig.Proxy;
import io.reprise.server.config.UpstreamConfig.ProxyAddress;
import io.reprise.server.config.UpstreamConfig.ProxyProtocol;
import io.reprise.server.config.UpstreamConfig.Wire;
import io.reprise.server.testupstream.SelfSigned;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams: their names, lists, headers, proxy and authorities. */
class UpstreamSettingsTest {
    private static final Map<String, String> NO_ENVIRONMENT = Map.of();

    private final Path folder;

    UpstreamSettingsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void others_keepTheOrderOfTheFile() {
        UpstreamConfig upstream = upstream("""
            upstream:
              others:
                zebra: {url: 'http://z:1', models: [z-*, 'y-*']}
                ant:
                  paths: /v1/embeddings, /v1/rerank
                  url: http://a:1/prefix/
                  wire: anthropic
                  api_key: sk-ant
                  headers: {x-team: my team}
            """, NO_ENVIRONMENT);

        assertEquals(
                List.of(
                        new Other(
                                "zebra",
                                URI.create("http://z:1"),
                                Wire.OPENAI,
                                List.of("z-*", "y-*"),
                                List.of(),
                                null,
                                IncludeUsage.AUTO,
                                Map.of()),
                        new Other(
                                "ant",
                                URI.create("http://a:1/prefix"),
                                Wire.ANTHROPIC,
                                List.of(),
                                List.of("/v1/embeddings", "/v1/rerank"),
                                new Secret("sk-ant"),
                                IncludeUsage.AUTO,
                                Map.of("x-team", new Secret("my team")))),
                upstream.others());
    }

    @Test
    void other_canComeFromVariablesAlone() throws IOException {
        Files.writeString(folder.resolve("key"), "sk-groq\n");

        UpstreamConfig upstream = upstream(
                null,
                Map.of(
                        "REPRISE_UPSTREAM_OTHERS_GROQ_URL", "https://groq.example/openai",
                        "REPRISE_UPSTREAM_OTHERS_GROQ_MODELS", "llama-*",
                        "REPRISE_UPSTREAM_OTHERS_GROQ_API_KEY_FILE", "key",
                        "REPRISE_UPSTREAM_OTHERS_GROQ_HEADERS_X_MY_TEAM", "ours"));

        assertEquals(
                List.of(new Other(
                        "groq",
                        URI.create("https://groq.example/openai"),
                        Wire.OPENAI,
                        List.of("llama-*"),
                        List.of(),
                        new Secret("sk-groq"),
                        IncludeUsage.AUTO,
                        Map.of("x-my-team", new Secret("ours")))),
                upstream.others());
    }

    @Test
    void variable_winsOverTheFileAndKeepsItsPlace() {
        UpstreamConfig upstream = upstream("""
            upstream:
              others:
                b: {url: 'http://b', models: b}
                a: {url: 'http://a', models: a, api_key: from-file}
            """, Map.of("REPRISE_UPSTREAM_OTHERS_A_API_KEY", "from-variable"));

        assertEquals(
                List.of("b", "a"), upstream.others().stream().map(Other::name).toList());
        assertEquals(new Secret("from-variable"), upstream.others().getLast().apiKey());
    }

    @Test
    void other_canComeFromFlags() {
        UpstreamConfig upstream = upstream(
                null,
                NO_ENVIRONMENT,
                new FlagSetting("--set", "upstream.others.a.url", "http://a"),
                new FlagSetting("--set", "upstream.others.a.paths", "/v1/x"),
                new FlagSetting("--set", "upstream.others.a.headers.url", "v"),
                new FlagSetting("--set", "upstream.others.a.headers.x.y", "w"));

        assertEquals(
                Map.of("url", new Secret("v"), "x.y", new Secret("w")),
                upstream.others().getFirst().headers());
    }

    @Test
    void headersOfTheDefaults_comeFromFileAndVariable() {
        UpstreamConfig upstream = upstream(
                "upstream: {openai: {headers: {api-key: azure}}, anthropic: {headers: {x-a: '1'}}}",
                Map.of("REPRISE_UPSTREAM_OPENAI_HEADERS_X_B", "2"));

        assertEquals(
                Map.of("api-key", new Secret("azure"), "x-b", new Secret("2")),
                upstream.openai().headers());
        assertEquals(Map.of("x-a", new Secret("1")), upstream.anthropic().headers());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "others: {a: {url: 'http://a'}} | upstream.others.a.models | missing",
                "others: {a: {models: m}} | upstream.others.a.url | missing",
                "others: {a: {url: 'http://a', models: m, wire: grpc}} | upstream.others.a.wire | choices",
                "others: {a: {url: 'http://a?b', models: m}} | upstream.others.a.url | query",
                "others: {a: {url: 'http://a', models: ''}} | upstream.others.a.models | empty element",
                "others: {a: {url: 'http://a', models: 'm,,n'}} | upstream.others.a.models | empty element",
                "others: {a: {url: 'http://a', models: 'm n'}} | upstream.others.a.models | malformed element",
                "others: {a: {url: 'http://a', models: [m, m]}} | upstream.others.a.models | twice",
                "others: {a: {url: 'http://a', paths: v1/x}} | upstream.others.a.paths | malformed element",
                "others: {a: {url: 'http://a', models: m, modls: n}} | upstream.others.a.modls | unknown key",
                "others: {a: x} | upstream.others.a | not a mapping",
                "openai: {headers: {Host: h}} | upstream.openai.headers.Host | the name",
                "openai: {headers: {host: h}} | upstream.openai.headers.host | not for configuration",
                "openai: {headers: {content-length: h}} | upstream.openai.headers.content-length | not for",
                "openai: {headers: {te: h}} | upstream.openai.headers.te | not for",
                "openai: {headers: {x-reprise-admin: h}} | upstream.openai.headers.x-reprise-admin | not for",
                "openai: {headers: {x-a: ' h'}} | upstream.openai.headers.x-a | malformed",
                "openai: {headers: {x-a: \"a\\nb\"}} | upstream.openai.headers.x-a | malformed",
                "openai: {headers: {x-a: ''}} | upstream.openai.headers.x-a | malformed",
                "openai: {api_key: k, headers: {authorization: h}} | upstream.openai.headers.authorization | second",
                "http2: maybe | upstream.http2 | choices",
                "ca_file: absent | upstream.ca_file | cannot be read",
                "max_http2_connections: 0 | upstream.max_http2_connections | small",
                "proxy: {url: 'https://p:1'} | upstream.proxy.url | http:// or socks5://",
                "proxy: {url: 'http://p'} | upstream.proxy.url | no port",
                "proxy: {url: 'http://p:1/x'} | upstream.proxy.url | path",
                "proxy: {url: 'http://u@p:1'} | upstream.proxy.url | without a password",
                "proxy: {url: 'http://:w@p:1'} | upstream.proxy.url | without a password",
                "proxy: {bypass: host} | upstream.proxy.bypass | without a proxy",
                "proxy: {url: 'http://p:1', bypass: 'a/b'} | upstream.proxy.bypass | malformed element",
                "retries: {max: 21} | upstream.retries.max | large",
                "retries: {statuses: 200} | upstream.retries.statuses | malformed",
                "retries: {base_delay_ms: 6000} | upstream.retries.base_delay_ms | large",
                "retries: {max_delay_ms: 50} | upstream.retries.max_delay_ms | small",
                "breaker: {failures: -1} | upstream.breaker.failures | small",
                "breaker: {window_seconds: 0} | upstream.breaker.window_seconds | small",
                "breaker: {server_errors: yes} | upstream.breaker.server_errors | neither"
            })
    void badValue_isOneProblem(String yaml, String key, String reason) {
        ConfigProblem problem = problem("upstream: {" + yaml + "}");

        assertEquals(key, problem.key());
        assertTrue(problem.reason().contains(reason), problem.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"models: ['m,n']", "models: [[m]]", "models: {m: n}", "paths: [/p], wire: [openai]"})
    void structureThatIsNoListOfWords_isAProblem(String settings) {
        List<ConfigProblem> problems =
                problems("upstream: {others: {a: {url: 'http://a', %s}}}".formatted(settings), NO_ENVIRONMENT);

        assertEquals("not a single value", problems.getFirst().reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic", "Groq", "my-groq", "1st", "a.b", "my_groq"})
    void nameThatIsTakenOrCannotStandInAVariable_isAProblem(String name) {
        List<ConfigProblem> problems =
                problems("upstream: {others: {'" + name + "': {url: 'http://a', models: m}}}", NO_ENVIRONMENT);

        assertFalse(problems.isEmpty());
        assertTrue(problems.getFirst().toString().contains("the name in the key"), problems.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "models: m | models: m | true",
                "models: 'm, n' | models: 'n, o' | true",
                "paths: /p | paths: /p | true",
                "models: m, paths: /p | models: m, paths: /p | true",
                "models: m, paths: /p | models: m, paths: /q | false",
                "models: m, paths: /p | models: n, paths: /p | false",
                "models: m, paths: /p | models: m | false",
                "models: m | models: m, wire: anthropic | false",
                "models: m, wire: openai | models: m | true"
            })
    void patternThatAnEarlierOneHas_isAProblem(String earlier, String later, boolean problem) {
        String yaml =
                "upstream: {others: {a: {url: 'http://a', %s}, b: {url: 'http://b', %s}}}".formatted(earlier, later);

        if (problem) {
            ConfigProblem found = problem(yaml);
            assertTrue(found.key().startsWith("upstream.others.b."), found.toString());
        } else {
            assertEquals(2, upstream(yaml, NO_ENVIRONMENT).others().size());
        }
    }

    @Test
    void keyAndItsFile_notBothForAnOther() throws IOException {
        Files.writeString(folder.resolve("key"), "k");

        assertEquals(
                "upstream.others.a.api_key_file",
                problem("upstream: {others: {a: {url: 'http://a', models: m, api_key: k, api_key_file: key}}}")
                        .key());
    }

    @ParameterizedTest
    @ValueSource(strings = {"REPRISE_UPSTREAM_OTHERS_MY_GROQ_URL", "REPRISE_UPSTREAM_OTHERS_GROQ_URLS"})
    void variableThatNamesNoKey_isUnknown(String variable) {
        assertTrue(problems(null, Map.of(variable, "http://a"))
                .getFirst()
                .reason()
                .contains("unknown environment variable"));
    }

    @Test
    void proxy_isReadWithItsPasswordDecoded() {
        Proxy proxy = upstream(
                        "upstream: {proxy: {url: 'http://me:p%40s+s@proxy.example:3128/', bypass: [localhost,"
                                + " '*.lan']}}",
                        NO_ENVIRONMENT)
                .proxy();

        assertEquals(
                new Proxy(
                        new ProxyAddress(
                                ProxyProtocol.HTTP, "proxy.example", 3128, new Secret("me"), new Secret("p@s+s")),
                        List.of("localhost", "*.lan")),
                proxy);
    }

    @Test
    void proxy_canStandInAFile() throws IOException {
        Files.writeString(folder.resolve("proxy"), "socks5://[::1]:1080\n");

        Proxy proxy =
                upstream("upstream: {proxy: {url_file: proxy}}", NO_ENVIRONMENT).proxy();

        assertNotNull(proxy);
        assertEquals(new ProxyAddress(ProxyProtocol.SOCKS5, "::1", 1080, null, null), proxy.address());
    }

    @Test
    void authorities_areReadFromTheFile() {
        SelfSigned identity = SelfSigned.create(folder);

        UpstreamConfig upstream = upstream("upstream: {ca_file: " + identity.pem() + "}", NO_ENVIRONMENT);

        assertEquals(List.of(identity.certificate()), upstream.authorities().certificates());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
    void fileWithoutCertificates_isAProblem(String text) throws IOException {
        Files.writeString(folder.resolve("ca.pem"), text);

        assertEquals("upstream.ca_file", problem("upstream: {ca_file: ca.pem}").key());
    }

    @Test
    void statuses_canBeAListOfNumbers() {
        assertEquals(
                Set.of(429, 503),
                upstream("upstream: {retries: {statuses: [429, 503]}}", NO_ENVIRONMENT)
                        .retries()
                        .statuses());
    }

    @Test
    void whatIsSecret_isInNoText() {
        ResolvedConfig resolved = ConfigLoading.load(folder, """
            upstream:
              openai: {headers: {x-a: hunter2}}
              others: {a: {url: 'http://a', models: m, api_key: hunter2, headers: {x-b: hunter2}}}
              proxy: {url: 'http://hunter2:hunter2@proxy:1'}
            """, NO_ENVIRONMENT);

        String everything = resolved.toString() + resolved.settings();
        assertFalse(everything.contains("hunter2"), everything);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "others: {a: hunter2}",
                "others: {a: {url: 'http://a', models: m, headers: hunter2}}",
                "others: {a: {url: 'http://a', models: m, headers: [hunter2]}}",
                "others: {a: {url: 'http://a', models: m, headers: {Host: hunter2}}}",
                "others: {a: {url: 'http://a', models: m, api_kei: hunter2}}",
                "others: hunter2",
                "proxy: 'http://me:hunter2@p:1'",
                "proxy: {url: 'me:hunter2@p:1'}",
                "proxy: {url: 'http://me:hunter2@p'}",
                "openai: {headers: {x-a: [hunter2]}}",
                "openai: {headers: {x-a: \"hunter2\\n\"}}"
            })
    void whatMayBeASecret_isNotShown(String yaml) {
        for (ConfigProblem problem : problems("upstream: {" + yaml + "}", NO_ENVIRONMENT)) {
            assertFalse(problem.toString().contains("hunter"), problem.toString());
        }
    }

    private UpstreamConfig upstream(@Nullable String yaml, Map<String, String> environment, FlagSetting... flags) {
        return ConfigLoading.load(folder, yaml, environment, flags).config().upstream();
    }

    private ConfigProblem problem(String yaml) {
        List<ConfigProblem> problems = problems(yaml, NO_ENVIRONMENT);
        assertEquals(1, problems.size(), problems.toString());
        return problems.getFirst();
    }

    private List<ConfigProblem> problems(@Nullable String yaml, Map<String, String> environment) {
        return assertThrows(ConfigException.class, () -> ConfigLoading.load(folder, yaml, environment))
                .problems();
    }
}
