package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.ServerDefaults;
import io.reprise.server.ReadingModel;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.decision.Calibration;
import io.reprise.server.decision.CosineCutoff;
import java.util.ArrayList;
import java.util.List;

/**
 * The policies that one run compares, all shown the same candidates.
 *
 * <p>A policy of the server's that has a verifier enters as a {@link VerifierPolicy}, anything else that scores pairs as a
 * {@link TriedPolicy.Swept} with its scorer, and one that learns on the way as a {@link TriedPolicy.Learning}.
 *
 * @param before the cut-off that caches are commonly shipped with, which the goals are compared to
 * @param others those without a verifier, in the order of tables and colours
 * @param verifiers those with one, at every cut-off
 * @param unaudited the same as a server starts with them, which have the goals
 */
record Contest(
        TriedPolicy.Fixed before,
        List<TriedPolicy> others,
        List<TriedPolicy.Swept> verifiers,
        List<TriedPolicy.Fixed> unaudited) {
    Contest {
        others = List.copyOf(others);
        verifiers = List.copyOf(verifiers);
        unaudited = List.copyOf(unaudited);
    }

    /**
     * Those that are compared today. A new verifier is one more {@link VerifierPolicy} here; what the server has by default comes
     * last.
     *
     * @param config the server's
     * @param reading the model that reads both prompts
     */
    static Contest today(ServerConfig config, ReadingModel reading) {
        return of(
                config.decision().maxWrongRate(),
                List.of(new VerifierPolicy(
                        "verified",
                        ServerDefaults.policyAt(0, config, reading),
                        ServerDefaults.policy(config, reading),
                        TriedPolicy.PROBABILITIES)));
    }

    private static Contest of(double maxWrongRate, List<VerifierPolicy> verifiers) {
        var cutoff = new ProductPolicy(new CosineCutoff(0, 0.95, 1, Calibration.BUNDLED_MODEL), 1);
        return new Contest(
                new TriedPolicy.Fixed("static 0.95", cutoff),
                List.of(TriedPolicy.cosine(), VCache.tried()),
                verifiers.stream().map(VerifierPolicy::swept).toList(),
                verifiers.stream()
                        .map(verifier -> verifier.unaudited(maxWrongRate))
                        .toList());
    }

    /** All of them. */
    List<TriedPolicy> policies() {
        List<TriedPolicy> policies = new ArrayList<>(others);
        policies.addAll(verifiers);
        policies.add(before);
        policies.addAll(unaudited);
        return policies;
    }

    /** What a server decides by that is configured to nothing, before any audit. */
    TriedPolicy.Fixed standard() {
        return unaudited.getLast();
    }
}
