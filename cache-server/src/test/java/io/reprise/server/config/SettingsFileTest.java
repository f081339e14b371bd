package io.reprise.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {
    /** A setting with a value, not one that needs a value or a name first. */
    private static final Pattern SETTING = Pattern.compile("(?m)^( *)#([a-z0-9_]+: \\S)");

    private final Path folder;

    SettingsFileTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void fileAsWritten_changesNoDefault() {
        assertEquals(load(null).config(), load(SettingsFile.yaml()).config());
    }

    @Test
    void everyDefaultOfTheFile_isTheDefault() {
        String taken = SETTING.matcher(SettingsFile.yaml()).replaceAll("$1$2");

        ResolvedConfig loaded = load(taken);

        assertEquals(load(null).config(), loaded.config());
        List<String> fromFile = loaded.settings().stream()
                .filter(setting -> setting.origin() instanceof Origin.FileLine)
                .map(ResolvedConfig.ResolvedSetting::key)
                .toList();
        List<String> withText = Keys.ALL.stream()
                .filter(key -> key.fallback() instanceof Key.Fallback.Text)
                .map(Key::path)
                .toList();
        assertEquals(withText, fromFile);
    }

    @Test
    void everyKey_hasALineWithItsMeaning() {
        List<String> lines = SettingsFile.yaml().lines().map(String::strip).toList();
        for (Key<?> key : Keys.ALL) {
            String name = "#" + key.segments().getLast() + ":";
            assertTrue(lines.stream().anyMatch(line -> line.startsWith(name)), key.path());
        }
        assertEquals(
                Keys.ALL.size(),
                lines.stream().filter(line -> line.startsWith("# Allowed: ")).count());
    }

    @Test
    void settingsUnderANameOfTheOperator_loadOnceNamed() {
        String file = SettingsFile.yaml().replace("#<model>:", "my-model:").replace("#input:", "input: 0.15");

        assertTrue(load(file).config().prices().containsKey("my-model"));
    }

    private ResolvedConfig load(@Nullable String yaml) {
        return ConfigLoading.load(folder, yaml, Map.of());
    }
}
