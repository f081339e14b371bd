package io.reprise.server.cli;

import io.reprise.server.config.ConfigLoader;
import io.reprise.server.config.ConfigLoader.FlagDescription;
import io.reprise.server.config.FlagSetting;
import io.reprise.server.config.ResolvedConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The options that settle the configuration, made from its table of keys: the same for every command that needs one. */
final class ConfigOptions {
    private static final String CONFIG = "--config";
    private static final String CONFIG_VARIABLE = "REPRISE_CONFIG";
    private static final String SET = "--set";

    private final ConfigLoader loader;
    private final Map<String, String> environment;

    ConfigOptions(ConfigLoader loader, Map<String, String> environment) {
        this.loader = loader;
        this.environment = Map.copyOf(environment);
    }

    void addTo(CommandSpec spec) {
        spec.addOption(OptionSpec.builder(CONFIG)
                .paramLabel("FILE")
                .type(String.class)
                .description(
                        "A YAML file of settings.", "Default: the file that " + CONFIG_VARIABLE + " names, or none")
                .build());
        for (FlagDescription flag : ConfigLoader.flags()) {
            spec.addOption(OptionSpec.builder(flag.name())
                    .paramLabel(flag.label())
                    .type(String.class)
                    .description(flag.help().replace("`", ""), "Default: " + flag.fallback())
                    .build());
        }
        spec.addOption(OptionSpec.builder(SET)
                .paramLabel("KEY=VALUE")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .description(
                        "Any key of docs/configuration.md, e.g. --set decision.cutoff=0.97. Repeatable; wins over the"
                                + " other options.")
                .build());
    }

    /** Resolves the configuration from what was parsed. */
    ResolvedConfig load(ParseResult parsed) {
        return loader.load(file(parsed), environment, flags(parsed));
    }

    private @Nullable Path file(ParseResult parsed) {
        String file = parsed.matchedOptionValue(CONFIG, environment.get(CONFIG_VARIABLE));
        return file == null ? null : Path.of(file);
    }

    private static List<FlagSetting> flags(ParseResult parsed) {
        List<FlagSetting> flags = new ArrayList<>();
        for (FlagDescription flag : ConfigLoader.flags()) {
            String text = parsed.matchedOptionValue(flag.name(), null);
            if (text != null) {
                flags.add(new FlagSetting(flag.name(), flag.path(), text));
            }
        }
        List<String> settings = parsed.matchedOptionValue(SET, List.of());
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                // Not quoted back: it may be a secret whose key was forgotten.
                throw new ParameterException(parsed.commandSpec().commandLine(), SET + " needs KEY=VALUE");
            }
            flags.add(new FlagSetting(SET, setting.substring(0, equals), setting.substring(equals + 1)));
        }
        return flags;
    }
}
