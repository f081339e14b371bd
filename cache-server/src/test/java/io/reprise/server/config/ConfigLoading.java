package io.reprise.server.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Loads configurations in tests, on a machine of seven processors whose bundled models are in {@code models}. */
final class ConfigLoading {
    private ConfigLoading() {}

    /** @param yaml written to {@code reprise.yaml} in the folder, which is the working directory; null for no file */
    static ResolvedConfig load(
            Path folder, @Nullable String yaml, Map<String, String> environment, FlagSetting... flags) {
        Path file = null;
        if (yaml != null) {
            file = Path.of("reprise.yaml");
            try {
                Files.writeString(folder.resolve(file), yaml);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new ConfigLoader(new Surroundings(folder, Path.of("models"), 7)).load(file, environment, List.of(flags));
    }
}
