package io.reprise.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the operator is told when the configuration is wrong. */
class ConfigProblemsTest {
    private static final Map<String, String> NO_ENVIRONMENT = Map.of();

    private final Path folder;

    ConfigProblemsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void problemsOfAllSources_areListedAtOnceInTheirOrder() {
        List<ConfigProblem> problems = problems(
                """
                prot: 80
                upstream:
                  openai: {url: ftp://x}
                decision: {floor: high}
                """,
                Map.of("REPRISE_PORT", "99999", "REPRISE_DATTA", "x"),
                new FlagSetting("--log-level", "log_level", "loud"));
        assertEquals(
                List.of(
                        "prot @ reprise.yaml:1",
                        "upstream.openai.url @ reprise.yaml:3",
                        "decision.floor @ reprise.yaml:4",
                        "REPRISE_DATTA @ environment REPRISE_DATTA",
                        "port @ environment REPRISE_PORT",
                        "log_level @ flag --log-level"),
                problems.stream()
                        .map(problem -> problem.key() + " @ " + problem.origin())
                        .toList());
    }

    @Test
    void problem_inOneLineForTheOperator() {
        assertEquals(
                "port: not a whole number; value: \"80x\"; allowed: a whole number from 0 to 65535; from"
                        + " reprise.yaml:2",
                problem("# a comment\nport: 80x\n").toString());
    }

    @Test
    void unknownKey_inOneLineForTheOperator() {
        assertEquals(
                "prot: unknown key; value: \"80\"; nearest known key: port; allowed there: a whole number from 0 to"
                        + " 65535; from reprise.yaml:1",
                problem("prot: 80").toString());
    }

    @Test
    void controlCharactersInAValue_doNotReachTheTerminal() {
        String line = problem("host: \"a\\nb\\e[31m\"").toString();
        assertTrue(line.chars().noneMatch(Character::isISOControl), line);
    }

    @Test
    void badValueThatALaterSourceHides_isStillAProblem() {
        List<ConfigProblem> problems = problems("port: x", NO_ENVIRONMENT, new FlagSetting("--port", "port", "1"));
        assertEquals(1, problems.size());
    }

    @ParameterizedTest
    @CsvSource({
        "cutoff, decision.cutoff",
        "openai.url, upstream.openai.url",
        "upstream.openai_url, upstream.openai.url",
        "upstream.antropic.url, upstream.anthropic.url",
        "cache.ttl, cache.ttl_seconds",
        "PORT, port",
        "max-wrong-rate, decision.max_wrong_rate",
        "prices.gpt-4.1.imput, prices.gpt-4.1.input",
    })
    void unknownKey_namesTheNearest(String given, String nearest) {
        assertEquals(
                nearest,
                problems(null, NO_ENVIRONMENT, new FlagSetting("--set", given, "1"))
                        .getFirst()
                        .nearestKey());
    }

    @Test
    void keyOfAJudgeThatIsNot_isAProblemThatDoesNotShowIt() {
        ConfigProblem problem = problem("audits: {judge: {api_key: sk-judge}}");
        assertEquals("audits.judge.api_key", problem.key());
        assertFalse(problem.toString().contains("sk-judge"), problem.toString());
    }

    @Test
    void unknownSection_isOneProblemAndNamesTheNearestSection() {
        ConfigProblem problem = problem("upstreams: {openai: {url: x}, other: 1}");
        assertEquals("upstream", problem.nearestKey());
    }

    @Test
    void unknownVariable_namesTheNearestVariable() {
        ConfigProblem problem =
                problems(null, Map.of("REPRISE_OPENAI_URL", "x")).getFirst();
        assertEquals("REPRISE_UPSTREAM_OPENAI_URL", problem.nearestKey());
    }

    @Test
    void emptyVariable_isABadValue() {
        assertEquals(
                "admin_token",
                problems(null, Map.of("REPRISE_ADMIN_TOKEN", "")).getFirst().key());
    }

    @Test
    void dottedKeyInFile_isToldToNest() {
        assertTrue(problem("upstream.openai.url: http://x").reason().contains("nested"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "admin_token: 'hunter 2'",
                "admin_token: [hunter 2]",
                "admin_tokn: hunter 2",
                "api_key: hunter 2",
                "upstream: {openai: hunter 2}",
                "upstream: {openai: {key: hunter 2}}",
                "upstream: {openai: {url: 'https://me:hunter 2@host'}}",
                "upstream: {openai: {url: 'https://host?key=hunter 2'}}",
                "upstream: {openai: {url: 'https://me:hunter2@host'}}",
                "upstream: {openai: {url: 'https://host?key=hunter2'}}",
                "principals: {credentials: {hunter 2: team}}",
                "principals: {credentials: {hunter 2: team, hunter 2: team}}",
                "principals: {credentials: {hunter 2: {a: b}}}",
                "principals: {credentials: [hunter 2]}",
                "principals: {credential: {hunter 2: team}}",
                "admin_token: hunter 2: x",
                "admin_token: \"hunter 2",
            })
    void whatMayBeASecret_isNotShown(String yaml) {
        for (ConfigProblem problem : problems(yaml, NO_ENVIRONMENT)) {
            assertFalse(problem.toString().contains("hunter"), problem.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"principals.credentials.hunter2", "principals.credental.hunter2"})
    void credentialInTheKeyOfAFlag_isNotShown(String path) {
        for (ConfigProblem problem : problems(null, NO_ENVIRONMENT, new FlagSetting("--set", path, "team"))) {
            assertFalse(problem.toString().contains("hunter"), problem.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http: {allowed_origins: [app.example.com]}",
                "http: {allowed_origins: ['https://app.example.com/']}",
                "http: {allowed_origins: ['https://app.example.com:443']}",
                "http: {allowed_origins: ['https://App.example.com']}",
                "http: {allowed_origins: ['*']}",
                "http: {allowed_origins: ['null']}",
                "http: {allowed_origins: []}",
                "port: -1",
                "port: 65536",
                "port: 8_080",
                "port: 0x50",
                "port: [1]",
                "port:",
                "host: a b",
                "host: '[::1]'",
                "host: 1.2.3.4.5",
                "host: ''",
                "data: ''",
                "log_level: INFO",
                "metrics: {open: yes}",
                "decision: {cutoff: 1.01}",
                "decision: {cutoff: .nan}",
                "decision: {cutoff: '0,9'}",
                "decision: {cutoff: 0.2}",
                "cache: {ttl_seconds: 0}",
                "cache: {max_ttl_seconds: 5}",
                "cache: {exact_memory_bytes: 64 parsecs}",
                "limits: {header_bytes: 1}",
                "limits: {native_body_bytes: 2GB}",
                "limits: {native_body_bytes: 999999999999999999GiB}",
                "embedding: 4",
                "embedding: {threads: 0}",
                "principals: {mode: header}",
                "principals: {header: X-User}",
                "principals: {mode: header, header: 'X User'}",
                "principals: {credentials: {2CF2: team}}",
                "prices: {gpt-4o: 3}",
                "prices: {gpt-4o: {output: 3}}",
                "prices: {gpt-4o: {input: -1}}",
                "prices: {gpt-4o: {input: 0.0000001}}",
                "prices: {gpt-4o: {input: 1e3}}",
                "admin_token_file: absent",
                "upstream: {openai: {url: api.openai.com}}",
                "upstream: {openai: {url: 'https://'}}",
                "upstream: {openai: {url: 'https://host:70000'}}",
                "upstream: {openai: {url: 'https://host#part'}}",
                "port: 1\nport: 2",
                "port: 1\n---\nport: 2",
                "{[port]: 1}",
                "- port",
                "port: @1",
                "\tport: 1",
            })
    void badFile_isOneProblem(String yaml) {
        assertEquals(1, problems(yaml, NO_ENVIRONMENT).size());
    }

    @Test
    void secretAndItsFile_notBoth() throws IOException {
        Files.writeString(folder.resolve("token"), "s3cret");
        ConfigProblem problem = problems("admin_token_file: token", Map.of("REPRISE_ADMIN_TOKEN", "x"))
                .getFirst();
        assertEquals("admin_token_file", problem.key());
    }

    @Test
    void credentialsWithAnotherMode_areNotIgnored() {
        String yaml = "principals: {mode: single, credentials: {%s: team}}".formatted("0".repeat(64));
        assertTrue(problem(yaml).reason().contains("not used"));
    }

    @Test
    void floorAboveTheDefaultCutoff_blamesTheFloor() {
        assertEquals("decision.floor", problem("decision: {floor: 0.96}").key());
    }

    @Test
    void cutoffBelowTheDefaultFloor_blamesTheCutoff() {
        assertEquals("decision.cutoff", problem("decision: {cutoff: 0.2}").key());
    }

    @Test
    void policyThatIsNoMore_saysWhatToTake() {
        ConfigProblem problem = problem("decision: {policy: light}");
        assertEquals("decision.policy", problem.key());
        assertTrue(problem.reason().contains("take verified"), problem::reason);
    }

    @Test
    void missingFile_isAProblem() {
        ConfigLoader loader = new ConfigLoader(new Surroundings(folder, Path.of("models"), 1));
        ConfigException e = assertThrows(
                ConfigException.class, () -> loader.load(Path.of("absent.yaml"), NO_ENVIRONMENT, List.of()));
        assertEquals("no such file", e.problems().getFirst().reason());
    }

    @Test
    void unreadableFile_saysNothingOfWhatMayStandInIt() {
        List<ConfigProblem> problems = problems("admin_token: t\nport: @1", Map.of("REPRISE_HOST", "0.0.0.0"));
        assertEquals(
                List.of("--config"), problems.stream().map(ConfigProblem::key).toList());
    }

    private ConfigProblem problem(String yaml) {
        List<ConfigProblem> problems = problems(yaml, NO_ENVIRONMENT);
        assertEquals(1, problems.size(), problems.toString());
        return problems.getFirst();
    }

    private List<ConfigProblem> problems(@Nullable String yaml, Map<String, String> environment, FlagSetting... flags) {
        return assertThrows(ConfigException.class, () -> ConfigLoading.load(folder, yaml, environment, flags))
                .problems();
    }
}
