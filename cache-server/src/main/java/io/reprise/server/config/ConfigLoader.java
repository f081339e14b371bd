package io.reprise.server.config;

import static java.util.Objects.requireNonNull;

import io.reprise.server.config.ResolvedConfig.ResolvedSetting;
import io.reprise.server.config.Settings.Setting;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the configuration: defaults, then the file, then the environment, then flags; later wins. All problems of all
 * sources are reported together. Stateless, so thread-safe.
 */
public final class ConfigLoader {
    /** As an operator works them off: down the file, then the environment, then the command line. */
    private static final Comparator<ConfigProblem> BY_SOURCE =
            Comparator.comparingInt((ConfigProblem problem) -> switch (problem.origin()) {
                case Origin.File _ -> 0;
                case Origin.FileLine(Path _, int line) -> line;
                case Origin.EnvironmentVariable _ -> Integer.MAX_VALUE - 2;
                case Origin.Flag _ -> Integer.MAX_VALUE - 1;
                case Origin.Default _ -> Integer.MAX_VALUE;
            });

    private final Surroundings surroundings;

    public ConfigLoader(Surroundings surroundings) {
        this.surroundings = requireNonNull(surroundings, "surroundings");
    }

    /**
     * Resolves and checks.
     *
     * @param file a YAML file, or null for none
     * @param environment all variables; those whose name begins with {@code REPRISE_} are ours
     * @param flags in the order of the command line
     * @throws ConfigException listing every problem
     */
    public ResolvedConfig load(@Nullable Path file, Map<String, String> environment, List<FlagSetting> flags) {
        Settings settings = Settings.ofDefaults(surroundings);
        boolean complete = file == null || YamlSource.read(file, surroundings, settings);
        EnvironmentSource.read(environment, settings);
        FlagSetting.read(flags, settings);
        TypedSettings typed = new TypedSettings(settings.all(), surroundings, settings::report);
        if (complete) {
            // Otherwise what is missing may stand in the file.
            Combinations.check(typed, settings::report);
        }
        List<ConfigProblem> problems = settings.problems();
        if (!problems.isEmpty()) {
            throw new ConfigException(problems.stream().sorted(BY_SOURCE).toList());
        }
        return new ResolvedConfig(new Binding(typed).bind(), resolved(typed));
    }

    /** The keys that have an option of their own. */
    public static List<FlagDescription> flags() {
        return Keys.ALL.stream()
                .filter(key -> key.flag() != null)
                .map(key -> {
                    Key.Flag flag = requireNonNull(key.flag());
                    return new FlagDescription(
                            flag.name(),
                            flag.label(),
                            key.path(),
                            key.fallback().words(),
                            key.help());
                })
                .toList();
    }

    /** The reference page of all keys, in Markdown. */
    public static String referencePage() {
        return ReferencePage.markdown();
    }

    /** A configuration file of all keys, commented out, each with its default and what it does. */
    public static String settingsFile() {
        return SettingsFile.yaml();
    }

    /**
     * An option of the command line.
     *
     * @param name with its hyphens
     * @param label what stands for the value in a synopsis
     * @param path the dotted path of the key that it sets
     * @param fallback the default, in words
     * @param help a sentence
     */
    public record FlagDescription(String name, String label, String path, String fallback, String help) {}

    private static List<ResolvedSetting> resolved(TypedSettings settings) {
        return settings.winners().stream()
                .sorted(Comparator.comparingInt(
                        (Setting setting) -> Keys.ALL.indexOf(setting.place().key())))
                .map(setting -> new ResolvedSetting(setting.place().path(), setting.shownText(), setting.origin()))
                .toList();
    }
}
