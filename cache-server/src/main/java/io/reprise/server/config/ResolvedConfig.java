package io.reprise.server.config;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The configuration, and for each of its settings where it came from.
 *
 * @param settings one for each value that is set or has a default, in the order of the reference page
 */
public record ResolvedConfig(ServerConfig config, List<ResolvedSetting> settings) {
    public ResolvedConfig {
        requireNonNull(config, "config");
        settings = List.copyOf(settings);
    }

    /**
     * A setting as the operator may see it.
     *
     * @param key the dotted path
     * @param value its text, in quotes, or what stands in the place of a secret
     * @param origin the source that won
     */
    public record ResolvedSetting(String key, String value, Origin origin) {}
}
