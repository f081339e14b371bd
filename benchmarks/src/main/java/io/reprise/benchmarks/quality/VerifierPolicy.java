package io.reprise.benchmarks.quality;

import io.reprise.server.config.ServerConfig;
import io.reprise.server.decision.HitPolicy;
import java.util.List;
import java.util.function.Function;

/**
 * A policy of the server's that decides by the probability which a verifier states. It is tried at every cut-off on that
 * probability, and once more as a server starts with it.
 *
 * @param name in tables and legends
 * @param policy of a server so configured that nothing controls, with the cut-offs that the verifier's training found; what it
 *     states of a candidate must not depend on its cut-off
 * @param cutoffs on the probability, all that are tried, ascending
 */
record VerifierPolicy(String name, Function<ServerConfig, HitPolicy> policy, List<Double> cutoffs) {
    VerifierPolicy {
        cutoffs = List.copyOf(cutoffs);
    }

    /** At every cut-off. */
    TriedPolicy.Swept swept(ServerConfig config) {
        return TriedPolicy.probabilities(name, new ProductPolicy(policy.apply(config), 1), cutoffs);
    }

    /** As a server starts that accepts the default rate of wrong hits, before any audit. */
    TriedPolicy.Fixed unaudited(ServerConfig config) {
        double rate = config.decision().maxWrongRate();
        return new TriedPolicy.Fixed(name + ", unaudited at " + rate, new ProductPolicy(policy.apply(config), rate));
    }
}
