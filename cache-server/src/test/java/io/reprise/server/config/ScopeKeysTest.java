package io.reprise.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.re2j.Pattern;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeKeysTest {
    private static ScopeConfig load(String key, String value) {
        return new ConfigLoader(new Surroundings(Path.of("/here"), Path.of("/models"), 2))
                .load(null, Map.of(), List.of(new FlagSetting("--set", key, value)))
                .config()
                .scope();
    }

    private static boolean finds(String name, String text) {
        Pattern pattern = load("scope.mask", name).masks().getFirst().pattern();
        return pattern.matcher(text).find();
    }

    @Test
    void nothingGiven_masksAndIgnoresNothing() {
        assertEquals(new ScopeConfig(List.of(), List.of()), load("port", "0"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "date|It is 2026-01-02.",
                "date|Now: 2026-01-02T03:04:05.678Z",
                "date|Now: 2026-01-02T03:04+01:00",
                "date|Today is Friday, January 2nd, 2026.",
                "date|Today is 2 Jan 2026",
                "date|Heute ist der 02.01.2026.",
                "time|It is 10:30 pm",
                "time|It is 03:04:05 UTC",
                "uuid|trace 123e4567-e89b-12d3-a456-426614174000",
                "request-id|[req_8f3a9c]",
                "request-id|trace-00af12"
            })
    void named_findsWhatItNames(String name, String text) {
        assertTrue(finds(name, text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "date|Use version 1.2.3 of 2024, at most 12-34 times.",
                "date|You may answer in May.",
                "time|A ratio of 16:9",
                "uuid|deadbeef",
                "request-id|call request-handler and run_tests",
                "request-id|user-12345 of tenant-7"
            })
    void named_findsNothingElse(String name, String text) {
        assertFalse(finds(name, text));
    }

    /** A mask that hides everything would make all instructions one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ".",
                ".*",
                ".+",
                "x*",
                "(?s).*",
                "[^|]*",
                "\\w+",
                "[a-z]+",
                "[0-9]+",
                "\\d",
                "^",
                "$",
                "\\b",
                "|date",
                "(?i)acme",
                "[0-9]{4}",
                "",
                "(",
                "[a",
                "date,,time"
            })
    void maskThatHidesEverythingOrIsNone_isRefused(String mask) {
        assertThrows(ConfigException.class, () -> load("scope.mask", mask));
    }

    @Test
    void longMask_isRefused() {
        assertThrows(ConfigException.class, () -> load("scope.mask", "q".repeat(257)));
        assertEquals(1, load("scope.mask", "q".repeat(256)).masks().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"messages", "model", "tools", "system", "input", "response_format", "seed, prompt", "Seed", "a.b"
            })
    void fieldThatSaysWhatIsAsked_isRefused(String field) {
        assertThrows(ConfigException.class, () -> load("scope.ignore", field));
    }
}
