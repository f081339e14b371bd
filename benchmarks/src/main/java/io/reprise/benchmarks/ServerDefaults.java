package io.reprise.benchmarks;

import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.server.DecisionWiring;
import io.reprise.server.ReadingModel;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.config.ConfigLoader;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.config.Surroundings;
import io.reprise.server.decision.HitPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server that is configured to nothing. */
public final class ServerDefaults {
    private ServerDefaults() {}

    /** Its configuration. */
    public static ServerConfig config(Workspace workspace) {
        var surroundings = new Surroundings(
                workspace.root(),
                workspace.modelFolder().resolveSibling("."),
                Runtime.getRuntime().availableProcessors());
        return new ConfigLoader(surroundings).load(null, Map.of(), List.of()).config();
    }

    /**
     * How it decides before any audit.
     *
     * @param model name of the sentence model
     * @param reading the model that reads both prompts, or null for decisions without it
     */
    public static HitPolicy policy(Workspace workspace, String model, @Nullable ReadingModel reading) {
        return policy(config(workspace), model, reading);
    }

    /** The same of a configuration; without a model that reads, the policy is the one that wants none. */
    public static HitPolicy policy(ServerConfig config, String model, @Nullable ReadingModel reading) {
        ServerConfig fitting = reading == null
                ? config.withDecision(config.decision().withPolicy(ServerConfig.PolicyKind.LIGHT))
                : config;
        return DecisionWiring.uncontrolled(fitting, model, reading);
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
