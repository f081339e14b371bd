package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What no route sees: other names than ours, methods that no provider has, and paths that somebody may read as others.
 */
class AdmissionTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    @RegisterExtension
    static final Stage named = Stage.with("http.allowed_hosts=cache.example.com, 192.0.2.7");

    @RegisterExtension
    static final Stage everywhere = Stage.with("host=0.0.0.0");

    @RegisterExtension
    static final Stage namedEverywhere = Stage.with("host=0.0.0.0", "http.allowed_hosts=cache.example.com");

    @RegisterExtension
    static final Stage keyed =
            Stage.with("upstream.openai.api_key=sk-operator", "upstream.anthropic.api_key=sk-ant-operator");

    @RegisterExtension
    static final Stage open = Stage.with("upstream.openai.api_key=sk-operator", "upstream.openai.any_route=true");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:80",
                "localhost:8080",
                "127.0.0.1",
                "127.0.0.1:1",
                "127.200.3.4:8080",
                "[::1]",
                "[::1]:8080"
            })
    void namesOfLoopback_areAnswered(String host) {
        for (String path : List.of("/v1/cache/entries", "/v1/models", "/metrics", "/")) {
            assertEquals(200, get(stage, path, "host: " + host).status(), path);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8080",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "evillocalhost",
                "10.0.0.1:8080",
                "0.0.0.0:8080",
                "[2001:db8::1]:8080",
                "cache.example.com"
            })
    void otherNames_areMisdirectedOnLoopback(String host) {
        for (String path : List.of("/v1/cache/entries", "/v1/models", "/metrics", "/health/live", "/")) {
            assertEquals(421, get(stage, path, "host: " + host).status(), path);
            assertEquals(
                    200,
                    get(everywhere, path.equals("/metrics") ? "/" : path, "host: " + host)
                            .status(),
                    path);
        }
        assertEquals(0, stage.upstreamCalls());
    }

    @Test
    void nameInTheTarget_counts() {
        assertEquals(
                421,
                get(stage, "http://evil.example/v1/models", "host: localhost").status());
        assertEquals(
                200, get(stage, "http://localhost/v1/models", "host: localhost").status());
    }

    @ParameterizedTest
    @CsvSource({
        "cache.example.com,200",
        "CACHE.example.com:8080,200",
        "192.0.2.7:80,200",
        "localhost,200",
        "example.com,421",
        "x.cache.example.com,421"
    })
    void configuredNames_areAnswered(String host, int status) {
        assertEquals(status, get(named, "/v1/cache/entries", "host: " + host).status());
        if (!host.startsWith("192")) {
            assertEquals(
                    status,
                    get(namedEverywhere, "/v1/cache/entries", "host: " + host).status());
        }
    }

    @Test
    void noHostAndTwo_areBadRequests() {
        for (String path : List.of("/v1/cache/entries", "/v1/models", "/health/live")) {
            assertEquals(400, get(stage, path, "x-a: b").status(), path);
            assertEquals(400, get(stage, path, "host:").status(), path);
            assertEquals(400, get(stage, path, "host: a b").status(), path);
            assertEquals(
                    400,
                    get(stage, path, "host: localhost", "host: evil.example").status(),
                    path);
            assertEquals(
                    400, get(stage, path, "host: localhost", "Host: localhost").status(), path);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "TRACK", "PROPFIND", "PURGE", "FOO", "QUERY", "get"})
    void otherMethods_areRefused(String method) {
        for (Stage where : List.of(stage, keyed)) {
            for (String path : List.of("/v1/models", "/v1/cache/entries")) {
                Answer answer = request(where, method + " " + path + " HTTP/1.1", "host: localhost");
                assertEquals(405, answer.status(), path);
                assertTrue(answer.header("allow").contains("POST"), path);
            }
            assertEquals(0, where.upstreamCalls());
        }
    }

    @Test
    void connect_isRefused() {
        for (Stage where : List.of(stage, keyed)) {
            assertEquals(
                    405,
                    request(where, "CONNECT evil.example:443 HTTP/1.1", "host: localhost")
                            .status());
            assertEquals(
                    405,
                    request(where, "CONNECT /v1/models HTTP/1.1", "host: localhost")
                            .status());
            assertEquals(0, where.upstreamCalls());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/..%2f..%2fadmin",
                "/v1/..%2F..%2Fadmin",
                "/v1/%2e%2e/admin",
                "/v1/%2E%2e%2fadmin",
                "/v1/.%2e/admin",
                "/v1/../admin",
                "/v1/models/../../admin",
                "/v1/models/./x",
                "/v1/models/..",
                "/v1//admin",
                "//v1/models",
                "/v1/models//",
                "/v1/%5c..%5cadmin",
                "/v1/models%2fgpt",
                "/v1/models%5Cgpt",
                "/v1/models\\..\\x",
                "/v1/..;/admin",
                "/v1/..;a=b/admin",
                "/v1/;/admin",
                "/v1/%252e%252e%252fadmin",
                "/v1/%25252fadmin",
                "/v1/%c0%ae%c0%ae/admin",
                "/v1/%e0%80%af",
                "/v1/models%00",
                "/v1/models%0d%0ax",
                "/v1/models%09",
                "/v1/%6dodels",
                "/v1/%4Dodels",
                "/v1/models/gpt-%34",
                "/v1/%256dodels",
                "/openai/deployments/%64/chat/completions",
                "/v1/models#x"
            })
    void pathThatSomebodyMayReadAsAnother_isRefused(String path) {
        for (Stage where : List.of(stage, keyed)) {
            assertEquals(400, get(where, path, "host: localhost").status());
            assertEquals(0, where.upstreamCalls());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/models/gpt-4.1",
                "/v1/models/ft:gpt-4o:org::id",
                "/v1/models/a%20b",
                "/v1/models/ft%3Agpt-4o%7E",
                "/v1/models/%C3%A9",
                "/v1/models/100%25",
                "/v1/models/",
                "/v1/files?purpose=..%2f..//x"
            })
    void plainPath_passes(String path) {
        for (Stage where : List.of(stage, keyed)) {
            get(where, path, "host: localhost");
            assertEquals(1, where.upstreamCalls());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/models",
                "GET /v1/models/gpt-4o",
                "POST /v1/audio/speech",
                "POST /v1/images/generations",
                "POST /v1/moderations",
                "GET /v1/files",
                "POST /v1/batches",
                "GET /v1/responses/resp_1",
                "POST /openai/deployments/d/audio/speech",
                "GET /openai/models",
                "GET /openai/v1/models",
                "GET /models"
            })
    void knownRoutes_areForwardedWithTheOperatorsKey(String route) {
        request(keyed, route + " HTTP/1.1", "host: localhost", "content-length: 0");

        assertEquals(1, keyed.upstreamCalls());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/organization/admin_api_keys",
                "POST /v1/organization/invites",
                "DELETE /v1/organization/users/u",
                "GET /v1/admins",
                "GET /v1/modelsx",
                "GET /v1/chat",
                "GET /v1/internal/config",
                "GET /v1/Models",
                "GET /v1/models;x",
                "GET /openai/deployments",
                "GET /openai/deployments/d",
                "GET /openai/deployments/d/organization/users",
                "GET /openai/v1/organization/users",
                "GET /openai/v1/cache/entries",
                "GET /openai/v1/savings"
            })
    void otherRoutes_areForwardedWithTheCallersKeyAlone(String route) {
        String[] lines = {route + " HTTP/1.1", "host: localhost", "content-length: 0"};

        Answer refused = request(keyed, lines);

        assertEquals(403, refused.status());
        assertEquals("permission_error", refused.json().at("/error/type").asText());
        assertEquals(0, keyed.upstreamCalls());
        request(stage, lines);
        assertEquals(1, stage.upstreamCalls());
        request(open, lines);
        assertEquals(1, open.upstreamCalls());
    }

    @Test
    void routesOfTheOtherWire_areNotKnown() {
        for (String route : List.of("/v1/organizations/users", "/v1/audio/speech", "/v1/fine_tuning/jobs")) {
            assertEquals(
                    403,
                    get(keyed, route, "host: localhost", "anthropic-version: 2023-06-01")
                            .status());
        }
        assertEquals(0, keyed.upstreamCalls());
    }

    private static Answer get(Stage where, String path, String... headers) {
        String[] lines = new String[headers.length + 1];
        lines[0] = "GET " + path + " HTTP/1.1";
        System.arraycopy(headers, 0, lines, 1, headers.length);
        return request(where, lines);
    }

    private static Answer request(Stage where, String... lines) {
        try (var connection = new RawConnection(where.server().port())) {
            return connection.head(lines).answer();
        }
    }
}
