package io.reprise.benchmarks;

import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.server.DecisionWiring;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.config.ConfigLoader;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.config.Surroundings;
import io.reprise.server.decision.HitPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;

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
     */
    public static HitPolicy policy(Workspace workspace, String model) {
        return DecisionWiring.uncontrolled(config(workspace), model);
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
