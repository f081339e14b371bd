package io.reprise.benchmarks;

import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.server.DecisionWiring;
import io.reprise.server.ReadingModel;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.config.ConfigLoader;
import io.reprise.server.config.FlagSetting;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.config.Surroundings;
import io.reprise.server.decision.HitPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A server that is configured to nothing. */
public final class ServerDefaults {
    private ServerDefaults() {}

    /** Its configuration. */
    public static ServerConfig config(Workspace workspace) {
        return config(workspace, new String[0]);
    }

    /**
     * The same with some settings, {@code key=value} each.
     */
    public static ServerConfig config(Workspace workspace, String... settings) {
        var surroundings = new Surroundings(
                workspace.root(),
                workspace.modelFolder().resolveSibling("."),
                Runtime.getRuntime().availableProcessors());
        List<FlagSetting> flags = Stream.of(settings)
                .map(setting -> setting.split("=", 2))
                .map(parts -> new FlagSetting("--set", parts[0], parts[1]))
                .toList();
        return new ConfigLoader(surroundings).load(null, Map.of(), flags).config();
    }

    /** How a server decides before any audit. */
    public static HitPolicy policy(ServerConfig config, ReadingModel reading) {
        return DecisionWiring.uncontrolled(config, reading, ServerDefaults::unwelcome);
    }

    /** As {@link #policy}, but with one cut-off on the probability. */
    public static HitPolicy policyAt(double cutoff, ServerConfig config, ReadingModel reading) {
        return DecisionWiring.at(cutoff, config, reading, ServerDefaults::unwelcome);
    }

    /** What a server computes for each lookup, whatever its controller makes of it then. */
    public static HitPolicy wouldBe(Workspace workspace, ReadingModel reading) {
        return policyAt(DecisionWiring.LEAST_PROBABILITY, config(workspace), reading);
    }

    private static void unwelcome(RuntimeException failure) {
        throw failure;
    }

    /** The model that reads both prompts: without it nothing of what is measured would be the server's. */
    public static ReadingModel reading(Workspace workspace, String model) {
        ReadingModel reading = ReadingModel.of(config(workspace), model);
        if (reading == null) {
            throw new IllegalStateException("the model that reads both prompts cannot be used");
        }
        return reading;
    }

    /**
     * How its cache is set.
     *
     * @param memoBytes memory for what was embedded of late: 0 where the same is asked again and the model is to be measured
     */
    public static SemanticCache.Settings cache(long memoBytes) {
        return new SemanticCache.Settings(
                Runtime.getRuntime().availableProcessors(),
                64,
                memoBytes,
                16,
                0.01,
                Duration.ofDays(7),
                Duration.ofDays(30),
                64L << 20,
                false,
                SemanticCache.ConversationSettings.DEFAULT);
    }
}
