package io.reprise.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.config.AccessConfig.Budget;
import io.reprise.server.config.AccessConfig.Share;
import io.reprise.server.config.AccessConfig.VirtualKey;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call: virtual keys of the configuration, and the bar that a server beyond loopback needs. */
class AccessSettingsTest {
    private static final String KEY = "rk-0123456789abcdef0123456789abcdef";
    private static final String HASH = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    private final Path folder;

    AccessSettingsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void key_hasAllItsFields() {
        List<VirtualKey> keys = load("""
            keys:
              ci:
                sha256: 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824
                team: Platform team
                user: ada
                tags: [nightly, batch]
                models: [gpt-*, claude-*]
                routes: [cheap, /v1/chat/*]
                share: team
                expires_at: 2027-01-31T12:00:00+01:00
                disabled: true
                budgets: [10/day, 250.50/month@Europe/Berlin]
                on_exceed: model:gpt-4o-mini
                rpm: 60
                tpm: 90000
                max_parallel: 4
                max_output_tokens: 1000
                default_output_tokens: 500
                max_input_tokens: 8000
                cost_threshold_usd: 0.25
                on_threshold: clamp
            """).access().keys();

        assertEquals(
                List.of(new VirtualKey(
                        "ci",
                        HASH,
                        "Platform team",
                        "ada",
                        List.of("nightly", "batch"),
                        List.of("gpt-*", "claude-*"),
                        List.of("cheap", "/v1/chat/*"),
                        Share.TEAM,
                        Instant.parse("2027-01-31T11:00:00Z"),
                        true,
                        List.of(
                                new Budget(new BigDecimal("10"), "day", ZoneOffset.UTC),
                                new Budget(new BigDecimal("250.50"), "month", ZoneId.of("Europe/Berlin"))),
                        "model:gpt-4o-mini",
                        60L,
                        90_000L,
                        4L,
                        1000L,
                        500L,
                        8000L,
                        new BigDecimal("0.25"),
                        "clamp")),
                keys);
    }

    @Test
    void keyInClearInAFileOrAVariable_isKeptAsItsHash() throws IOException {
        Files.writeString(folder.resolve("key"), KEY + "\n");
        String hash = AccessBinding.sha256(new Secret(KEY));

        assertEquals(
                hash,
                load("keys: {ci: {key_file: key}}").access().keys().getFirst().sha256());
        ServerConfig byVariable = ConfigLoading.load(folder, null, Map.of("REPRISE_KEYS_CI_KEY", KEY))
                .config();
        assertEquals(hash, byVariable.access().keys().getFirst().sha256());
        assertEquals("ci", byVariable.access().keys().getFirst().name());
        assertFalse(byVariable.toString().contains(hash));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keys: {ci: {team: web}}",
                "keys: {ci: {key: sk-0123456789abcdef0123456789abcdef}}",
                "keys: {ci: {key: rk-short}}",
                "keys: {ci: {key: " + KEY + ", sha256: " + HASH + "}}",
                "keys: {a: {sha256: " + HASH + "}, b: {sha256: " + HASH + "}}",
                "keys: {Ci: {sha256: " + HASH + "}}",
                "keys: {ci: {sha256: " + HASH + ", share: team}}",
                "keys: {ci: {sha256: " + HASH + ", rpm: 0}}",
                "keys: {ci: {sha256: " + HASH + ", budgets: 10}}",
                "keys: {ci: {sha256: " + HASH + ", budgets: -1/day}}",
                "keys: {ci: {sha256: " + HASH + ", budgets: 10/fortnight}}",
                "keys: {ci: {sha256: " + HASH + ", budgets: 10/day@Mars/Olympus}}",
                "keys: {ci: {sha256: " + HASH + ", budgets: '10/day, 20/day'}}",
                "keys: {ci: {sha256: " + HASH + ", on_exceed: clamp}}",
                "keys: {ci: {sha256: " + HASH + ", on_threshold: model:}}",
                "keys: {ci: {sha256: " + HASH + ", expires_at: tomorrow}}",
                "keys: {ci: {sha256: " + HASH + ", default_output_tokens: 9, max_output_tokens: 8}}",
                "keys: {ci: {sha256: " + HASH + ", color: red}}",
                "on_unknown_price: assume",
                "on_unknown_price: assume -1",
                "budgets: {default_max_output: 0}",
            })
    void badKey_isOneProblemThatShowsNoKey(String yaml) {
        List<ConfigProblem> problems =
                assertThrows(ConfigException.class, () -> load(yaml)).problems();

        assertEquals(1, problems.size(), problems.toString());
        assertFalse(problems.toString().contains("0123456789abcdef"), problems.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "upstream: {openai: {api_key: sk-1}}",
                "upstream: {anthropic: {api_key: sk-1}}",
                "upstream: {openai: {headers: {authorization: Bearer sk-1}}}",
                "upstream: {others: {local: {url: 'http://l:1', models: [l-*], api_key: sk-1}}}",
            })
    void serverBeyondLoopbackWithAKeyOfItsOwn_needsABar(String upstream) {
        String open = "host: 0.0.0.0\n" + upstream;

        List<ConfigProblem> problems =
                assertThrows(ConfigException.class, () -> load(open)).problems();

        assertEquals(1, problems.size());
        String line = problems.getFirst().toString();
        assertTrue(line.contains("access.require_key: true") && line.contains("access.open: true"), line);
        assertFalse(line.contains("sk-1"), line);
        load(open + "\naccess: {open: true}");
        load(open + "\naccess: {require_key: true}");
        load(open + "\nprincipals: {mode: header, header: x-user}");
        load("host: 127.0.0.1\n" + upstream);
        load("host: 0.0.0.0");
    }

    @ParameterizedTest
    @CsvSource({"refuse, Refuse[]", "allow, Allow[]", "assume 2.50, Assume[picoDollarsPerToken=2500000]"})
    void unknownPrice_isRead(String text, String expected) {
        assertEquals(
                expected,
                load("on_unknown_price: " + text).access().onUnknownPrice().toString());
    }

    private ServerConfig load(String yaml) {
        return ConfigLoading.load(folder, yaml, Map.of()).config();
    }
}
